"""The gate: every call passes it, wherever it comes from. It judges only by effects."""

import logging
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic
from typing import Any, TypeVar

from anyio import lowlevel

from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.effects import CONSEQUENCES, READING, WOULD, Effect
from saleshandy_mcp.core.errors import Forbidden, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.variables import CRM_WRITE
from saleshandy_mcp.policy.allowance import Allowance
from saleshandy_mcp.policy.hold import Hold
from saleshandy_mcp.policy.journal import CallRecord, objects_of

T = TypeVar("T")

audit_log = logging.getLogger("saleshandy_mcp.audit")


OUTREACH_ALONE = frozenset({Service.SALESHANDY})
WITH_CRM = frozenset(Service)


class NotAllowed(Forbidden):
    """The operator of this server does not let calls do that."""


def judge(prepared: Prepared[Any], allowed: frozenset[Effect]) -> bool:
    """Whether a person has to agree first.

    Args:
        prepared: a call that has looked at the world.
        allowed: what the operator lets calls do.

    Raises:
        NotAllowed: when it would do more than that, or when there is no question where one has to be asked.
    """
    if off := would(prepared.effects - allowed):
        raise NotAllowed(
            f"this call would {off}, which the operator of this server has switched off",
            prepared.milder or "It can be done in Saleshandy itself.",
        )
    if prepared.effects & CONSEQUENCES and prepared.question is None:
        raise NotAllowed(f"this call would {would(prepared.effects & CONSEQUENCES)}, and has no question to ask first")
    return prepared.question is not None


def would(effects: frozenset[Effect]) -> str:
    """What these effects are, in words: "reach people and use up credits or money"."""
    return " and ".join(WOULD[effect] for effect in Effect if effect in effects)


@dataclass
class Gate:
    """An Api for one call: reads pass; anything else passes as far as it was granted, and is written down.

    While a call is prepared, the same read is made once. Nothing that was read before somebody said yes, or before the
    call was let through, is used after it.

    Attributes:
        api: what carries requests out.
        allowed: the effects that the operator lets through.
        writable: whose data calls may change at all. The CRM is read only, unless the operator says so.
        granted: the effects that the call may have now: only reading until it was judged.
        done: names of requests, not reads, that were carried out.
        doubtful: names of requests, not reads, of which that is unknown.
        record: where all of that is written down before it is tried; None where nothing is kept.
        touched: what the requests were about.
        hold: knows whether starts are held; None where nobody can hold them.
        allowance: the rules of the operator; None where there are none.
        clock: seconds that never go back, as the connection counts them.
        until: when the call has to be over; no request is started with too little time left before it.
        seen: what was read while the call is prepared; None from when it was let through, and for what outlasts it.
    """

    api: Api
    allowed: frozenset[Effect] = frozenset(Effect)
    writable: frozenset[Service] = OUTREACH_ALONE
    granted: frozenset[Effect] = READING
    done: list[str] = field(default_factory=list[str])
    doubtful: list[str] = field(default_factory=list[str])
    record: CallRecord | None = None
    touched: set[str] = field(default_factory=set[str])
    hold: Hold | None = None
    allowance: Allowance | None = None
    clock: Callable[[], float] = monotonic
    until: float = inf
    seen: dict[tuple[type, str], Any] | None = field(default_factory=dict[tuple[type, str], Any])

    def begin(self, seconds: float) -> None:
        """Give the call so many seconds from now: at its start, and anew when a person has answered its question."""
        self.until = self.clock() + seconds

    def time_left(self) -> float:
        return self.until - self.clock()

    def after_call(self) -> "Gate":
        """The same gate for work that goes on when the call has answered: it may do the same, without the deadline."""
        return replace(self, until=inf, seen=None)

    def look_anew(self) -> None:
        """Read everything again from now on: somebody has said yes, and the account may have changed meanwhile."""
        self.seen = None if self.seen is None else {}

    def open(self, effects: frozenset[Effect]) -> None:
        """Let the call do this, as far as the operator allows it: it was judged, and agreed to where that is needed."""
        self.seen = None
        granted = effects & self.allowed | READING
        # What may do more may change data on its way there.
        self.granted = granted | {Effect.WRITE} if granted & CONSEQUENCES else granted

    async def send(self, operation: Request[T], until: float = inf) -> T:
        until = min(until, self.until)
        self.touched |= objects_of(operation)
        if operation.route.reads:
            return await self._read(operation, until)
        with self._refusals_noted():
            self._refuse_ungranted(operation)
            if self.hold and Effect.SEND in operation.route.effects and operation.uses().starts:
                self.hold.refuse_start()
            # A write is not cut off by cancellation; the one after it must not start.
            await lowlevel.checkpoint_if_cancelled()
            taken = await self._take(operation)
        outcome = "refused"
        try:
            if self.record:
                self.record.starts(operation)
            outcome = "unknown"
            result = await self.api.send(operation, until)
            outcome = "done"
        except SaleshandyError as error:
            outcome = "refused" if error.executed == "no" else "unknown"
            raise
        finally:
            # Also when the call is cancelled: then nobody has said what came of it.
            self._note(operation.slug, outcome)
            if self.allowance and outcome == "refused":
                self.allowance.give_back(taken)
        return result

    async def _read(self, operation: Request[T], until: float) -> T:
        seen, key = self.seen, (type(operation), operation.model_dump_json())
        if seen is None or operation.stops_mail:
            return await self.api.send(operation, until)
        if key not in seen:
            seen[key] = await self.api.send(operation, until)
        return seen[key]

    async def _take(self, operation: Request[Any]) -> list[int]:
        """Count what a request uses of what the operator has limited. What stops mail waits for no rule and no file."""
        if self.allowance is None or operation.stops_mail:
            return []
        reaches = Effect.SEND in self.granted and any(it.effect is Effect.SEND for it in operation.causes())
        return await self.allowance.take(operation.uses(), self.api, reaches=reaches)

    async def foresee(self, prepared: Prepared[Any]) -> None:
        """Refuse now, before anybody is asked, what a rule of the operator would refuse later.

        Raises:
            RuleRefused: which says which rule stands against the call.
        """
        if self.allowance and prepared.effects != READING:
            with self._refusals_noted():
                await self.allowance.foresee(prepared.uses(), self, reaches=Effect.SEND in prepared.effects)

    @contextmanager
    def _refusals_noted(self) -> Generator[None]:
        try:
            yield
        except Forbidden:
            if self.record:
                self.record.said_no("refused")
            raise

    def _note(self, name: str, outcome: str) -> None:
        if outcome == "done":
            self.done.append(name)
        elif outcome == "unknown":
            self.doubtful.append(name)
        if self.record:
            self.record.ended_operation(name, outcome)

    async def recent(self, operation: Request[T], until: float = inf) -> T:
        if not operation.route.reads:
            return await self.send(operation, until)
        self.touched |= objects_of(operation)
        return await self.api.recent(operation, min(until, self.until))

    def line(self, tool: str, arguments: Iterable[str], outcome: str, seconds: float) -> None:
        """Write one line for the operator: the tool, the names of its arguments, what it did. Never a value.

        Args:
            tool: its name.
            arguments: their names; values are data of people.
            outcome: "ok", "asked" or "failed".
            seconds: how long it took.
        """
        did = ", ".join([*self.done, *(f"{name}?" for name in self.doubtful)]) or "nothing changed"
        audit_log.info("%s(%s) %s: %s, %.2f s", tool, ", ".join(arguments), outcome, did, seconds)

    async def download(self, url: str, until: float = inf) -> str:
        return await self.api.download(url, min(until, self.until))

    def refuse_locked(self, operation: Request[Any]) -> None:
        """Turn away what would change data of a product that is read only here.

        Raises:
            NotAllowed: saying how the operator switches it on.
        """
        if not operation.route.reads and operation.service not in self.writable:
            raise NotAllowed(
                f"{operation.slug} would change data in {operation.service}, which is read only here",
                f"The operator of this server can allow it with --crm-write, or {CRM_WRITE}=true.",
            )

    def _refuse_ungranted(self, operation: Request[Any]) -> None:
        """What it does for certain has to be granted, and of what it may do at least something."""
        self.refuse_locked(operation)
        certain = frozenset(cause.effect for cause in operation.causes() if cause.when is None)
        missing = certain - self.granted - {Effect.WRITE}
        if missing or not operation.route.effects & (self.granted - READING):
            off = would(missing or operation.route.effects - self.granted)
            raise NotAllowed(f"{operation.slug} would {off}, which this call may not do")
