"""Puts faults between a client and the sandbox: an ASGI application around the one of the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import anyio

from saleshandy_mcp.sandbox.faults.fault import App, Exchange, Fault, Message, Pause, Receive, Send
from saleshandy_mcp.sandbox.faults.table import FAULTS

PREFIXES = ("/api/open-api/v1", "/v1")
CONTROL = "/sandbox/"


@dataclass
class Target:
    """Which calls a fault applies to, and how many of them.

    Attributes:
        call: the method and the beginning of the path, such as `POST /sequences/status`. What follows a brace counts
            for nothing, a path that ends in `$` must be the whole path, and an empty text stands for every call.
        after: how many of these calls go well before.
        times: how many go wrong; None for all.
        seen: how many of these calls there were.
    """

    call: str = ""
    after: int = 0
    times: int | None = None
    seen: int = field(default=0, init=False)

    def hits(self, scope: Message) -> bool:
        """Whether this call goes wrong. It is counted."""
        if not self._is_meant(scope):
            return False
        self.seen += 1
        return self.seen > self.after and (self.times is None or self.seen <= self.after + self.times)

    def _is_meant(self, scope: Message) -> bool:
        if not self.call:
            return True
        method, path = self.call.split("{", maxsplit=1)[0].split(" ")
        here: str = scope["path"]
        for prefix in PREFIXES:
            here = here.removeprefix(prefix)
        return scope["method"] == method and f"{here}$".startswith(path)


@dataclass
class _SetFault:
    fault: Fault
    target: Target
    earlier: App | None


class Faults:
    """The sandbox with the faults that are set. Control calls always go well.

    Args:
        app: the sandbox without faults.
        now: tells the time in the sandbox.
        copy: makes an application over the workspace as it is now.
        pause: how a fault that takes time waits.
    """

    def __init__(
        self, app: App, *, now: Callable[[], datetime], copy: Callable[[], App], pause: Pause = anyio.sleep
    ) -> None:
        self.pause = pause
        self._app = app
        self._now = now
        self._copy = copy
        self._set: list[_SetFault] = []

    def set(self, name: str, call: str | None = None, *, after: int = 0, times: int | None = None) -> None:
        """Let calls go wrong from now on. Of several faults for one call, the one that was set first applies.

        Args:
            name: a name of the table.
            call: the calls that go wrong, as `Target` reads them; those of the table if left out.
            after: how many of these calls go well before.
            times: how many go wrong; as the table says if left out.

        Raises:
            ValueError: when there is no such fault, when the call is not a method and a path, or when the fault is not
                for this call.
        """
        fault = FAULTS.get(name)
        if fault is None:
            raise ValueError(f"There is no fault {name!r}. Choose one of: {', '.join(FAULTS)}.")
        chosen = fault.calls if call is None else call
        if chosen and chosen.split("{", maxsplit=1)[0].count(" ") != 1:
            raise ValueError('A call is a method and the beginning of a path, such as "POST /sequences/status".')
        if fault.remembers and not chosen.startswith("GET "):
            raise ValueError(f"{name} is for reads only: choose a call that begins with GET.")
        target = Target(chosen, after, fault.times if times is None else times)
        self._set.append(_SetFault(fault, target, self._copy() if fault.remembers else None))

    def clear(self) -> None:
        """Let all calls go well again."""
        self._set.clear()

    def shown(self) -> list[dict[str, Any]]:
        """The faults that are set, and how many calls each has seen."""
        return [
            {"fault": entry.fault.name, "call": entry.target.call, "after": entry.target.after}
            | {"times": entry.target.times, "seen": entry.target.seen}
            for entry in self._set
        ]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        entry = self._first_for(scope) if scope["type"] == "http" else None
        if entry is None:
            await self._app(scope, receive, send)
            return
        exchange = Exchange(self._app, scope, receive, send, self._now(), self.pause, entry.earlier)
        if entry.fault.executed:
            await exchange.carry_out()
        await entry.fault.act(exchange)

    def _first_for(self, scope: Message) -> _SetFault | None:
        if scope["path"].startswith(CONTROL):
            return None
        return next((entry for entry in self._set if entry.target.hits(scope)), None)
