"""Puts faults between a client and the sandbox: an ASGI application around the one of the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
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
        times: how many go wrong at most; None for all.
        chance: how likely each of them goes wrong, from 0 to 1.
        seed: what the chances are drawn from: the same seed and the same calls go wrong in the same places.
        seen: how many of these calls there were.
        wrong: how many of them went wrong.
    """

    call: str = ""
    after: int = 0
    times: int | None = None
    chance: float = 1.0
    seed: str = ""
    seen: int = field(default=0, init=False)
    wrong: int = field(default=0, init=False)

    def hits(self, scope: Message) -> bool:
        """Whether this call goes wrong. It is counted."""
        if not self._is_meant(scope):
            return False
        self.seen += 1
        left = self.times is None or self.wrong < self.times
        goes_wrong = self.seen > self.after and left and self._drawn()
        self.wrong += goes_wrong
        return goes_wrong

    def _drawn(self) -> bool:
        # S311: it decides which calls fail, and keeps no secret.
        return self.chance >= 1 or Random(f"{self.seed}/{self.seen}").random() < self.chance  # noqa: S311

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
    began: datetime | None = None

    def hits(self, scope: Message, now: datetime) -> bool:
        """Whether this call goes wrong. One that lasts for a time begins with the first call that it hits."""
        if self.fault.lasts and self.began and (now - self.began).total_seconds() >= self.fault.lasts:
            return False
        hit = self.target.hits(scope)
        if hit:
            self.began = self.began or now
        return hit


class Faults:
    """The sandbox with the faults that are set. Control calls always go well.

    Args:
        app: the sandbox without faults.
        now: tells the time in the sandbox.
        copy: makes an application over the workspace as it is now.
        pause: how a fault that takes time waits.
        seed: what faults by chance are drawn from.
    """

    def __init__(
        self,
        app: App,
        *,
        now: Callable[[], datetime],
        copy: Callable[[], App],
        pause: Pause = anyio.sleep,
        seed: int = 0,
    ) -> None:
        self.pause, self.seed = pause, seed
        self._app = app
        self._now = now
        self._copy = copy
        self._set: list[_SetFault] = []

    def set(
        self,
        name: str,
        call: str | None = None,
        *,
        after: int = 0,
        times: int | None = None,
        chance: float = 1.0,
    ) -> None:
        """Let calls go wrong from now on. Of several faults for one call, the one that was set first applies.

        Args:
            name: a name of the table.
            call: the calls that go wrong, as `Target` reads them; those of the table if left out.
            after: how many of these calls go well before.
            times: how many go wrong at most; as the table says if left out.
            chance: how likely each of them goes wrong.

        Raises:
            ValueError: when there is no such fault, when the call is not a method and a path, when the fault is not for
                this call, or when the chance is not one.
        """
        fault = FAULTS.get(name)
        if fault is None:
            raise ValueError(f"There is no fault {name!r}. Choose one of: {', '.join(FAULTS)}.")
        chosen = fault.calls if call is None else call
        if chosen and chosen.split("{", maxsplit=1)[0].count(" ") != 1:
            raise ValueError('A call is a method and the beginning of a path, such as "POST /sequences/status".')
        if fault.remembers and not chosen.startswith("GET "):
            raise ValueError(f"{name} is for reads only: choose a call that begins with GET.")
        if not 0 < chance <= 1:
            raise ValueError("A chance is a number above 0 and up to 1, such as 0.05.")
        seed = f"{self.seed}/{name}/{chosen}"
        target = Target(chosen, after, fault.times if times is None else times, chance, seed)
        self._set.append(_SetFault(fault, target, self._copy() if fault.remembers else None))

    def set_all(self, text: str) -> None:
        """Set several faults, each with its chance: ``lost-answer:0.1,429:0.05@POST /sequences``.

        Raises:
            ValueError: when one of them cannot be set. None of them is set then.
        """
        before = list(self._set)
        try:
            for part in text.split(","):
                words, _, call = part.strip().partition("@")
                name, _, chance = words.partition(":")
                self.set(name.strip(), call.strip() or None, chance=_number(chance or "1"))
        except ValueError:
            self._set = before
            raise

    def clear(self, name: str | None = None) -> None:
        """Let calls go well again: all of them, or those that this fault applies to."""
        self._set = [entry for entry in self._set if name is not None and entry.fault.name != name]

    def shown(self) -> list[dict[str, Any]]:
        """The faults that are set, and how many calls each has seen."""
        return [
            {"fault": entry.fault.name, "call": entry.target.call, "after": entry.target.after}
            | {"times": entry.target.times, "chance": entry.target.chance, "seen": entry.target.seen}
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
        now = self._now()
        return next((entry for entry in self._set if entry.hits(scope, now)), None)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no chance: write a number up to 1, such as lost-answer:0.1.") from None
