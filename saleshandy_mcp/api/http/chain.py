"""The links of the client's chain before HTTP: answers that are kept, sending again, keeping to the limits.

Answers may be kept for a minute where that is asked for: names of fields, tags, outcomes and sequences are read often
and change seldom. A request goes out within the limits of the API, and again where that is safe.
"""

import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol, TypeVar

from saleshandy_mcp.core.errors import Doubtful, NotSent, OutOfTime, SaleshandyError, Throttled, Unreadable
from saleshandy_mcp.core.request import Request

T = TypeVar("T")

KEPT_SECONDS = 60.0
READ_ATTEMPTS = 4
WRITE_ATTEMPTS = 3
URGENT_ATTEMPTS = 10
URGENT_WAIT = 3.0
"""Seconds that a call which stops mail waits at most between two attempts."""
ENDPOINT_LIMIT = 20
KEY_LIMIT = 300
_MINUTE = 60_000


class Handler(Protocol):
    """Carries a request out before a deadline, in seconds of the client's clock: a link of the chain."""

    async def __call__(self, request: Request[T], deadline: float, /) -> T: ...


class ResponseCache:
    """What one key was answered lately. All of it is out of date as soon as that key changes anything.

    Args:
        clock: seconds that only grow.
        changes: how many requests have changed something so far.
    """

    def __init__(self, clock: Callable[[], float], changes: Callable[[], int]) -> None:
        self._clock, self._changes = clock, changes
        self._kept: dict[tuple[type[Request[Any]], str], tuple[float, int, Any]] = {}

    async def read(self, request: Request[T], send: Callable[[Request[T]], Any]) -> T:
        """The answer that is kept, or a new one by ``send``."""
        key = (type(request), request.model_dump_json())
        until, changes, kept = self._kept.get(key, (0.0, -1, None))
        if self._clock() < until and changes == self._changes():
            return kept
        before = self._changes()
        result = await send(request)
        # Asked before a change and answered after it: what came is true for the caller, but not to be kept.
        if before == self._changes():
            self._kept[key] = (self._clock() + KEPT_SECONDS, before, result)
        return result


@dataclass(frozen=True)
class Backoff:
    """How an API wants to be asked again after it said that there were too many calls.

    Attributes:
        first: seconds after the first such answer; each further one doubles them, up to a minute.
        share: the least part of these seconds that is waited; above it callers are spread out.
        read_attempts: how often a read is sent at most.
        write_attempts: how often anything else is.
    """

    first: float = 5.0
    share: float = 0.5
    read_attempts: int = READ_ATTEMPTS
    write_attempts: int = WRITE_ATTEMPTS


USUAL = Backoff()


class Retrying:
    """Sends a request again where that is safe, as long as the deadline allows."""

    def __init__(
        self,
        inner: Handler,
        clock: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
        backoff: Backoff = USUAL,
    ) -> None:
        self._inner, self._clock, self._pause, self._backoff = inner, clock, pause, backoff

    async def __call__(self, request: Request[T], deadline: float, /) -> T:
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._inner(request, deadline)
            except SaleshandyError as error:
                # S311: spreading callers out needs no secret randomness.
                wait = delay(request, error, attempt, random.random(), self._backoff)  # noqa: S311
                if wait is None:
                    raise
                if self._clock() + wait >= deadline - least_seconds(request):
                    if isinstance(error, Throttled):
                        error.after = wait
                    raise
            await self._pause(wait)


class Limiter(Protocol):
    """Knows the limits of an API."""

    def wait(self, endpoint: str, /) -> float:
        """Take a turn: 0.0 when the call may go now, else the seconds after which to ask again."""
        ...

    def told(self, headers: Mapping[str, str], now: datetime, /) -> None:
        """Hear what an answer says of the limits.

        Args:
            headers: its headers, names in lower case.
            now: when it came.
        """
        ...


class Pacing:
    """Holds a request back until the limits of the API allow it. One that stops mail is counted, and does not wait."""

    def __init__(
        self,
        inner: Handler,
        clock: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
        limiter: Callable[[Callable[[], float]], Limiter],
    ) -> None:
        self._inner, self._clock, self._pause, self._new_limiter = inner, clock, pause, limiter

    @cached_property
    def limiter(self) -> Limiter:
        return self._new_limiter(self._clock)

    async def __call__(self, request: Request[T], deadline: float, /) -> T:
        while wait := self.limiter.wait(f"{request.route.method} {request.route.path}"):
            if request.stops_mail:
                break
            if self._clock() + wait >= deadline - least_seconds(request):
                raise Throttled(0, None, ["our own pacing keeps to the limits of the API"], wait)
            await self._pause(wait)
        if deadline - self._clock() < least_seconds(request):
            raise OutOfTime(request.slug)
        return await self._inner(request, deadline)


class RateLimiter:
    """20 calls a minute for each endpoint, 300 for the key (what the vendor's support told an integrator).

    It counts this process alone: two processes with one key can still meet the API's own limit.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        # PLC0415: this library takes 16 ms to load, and a start must not wait for what the first call needs.
        from pyrate_limiter import InMemoryBucket, Rate, RateItem  # noqa: PLC0415

        def bucket(limit: int) -> InMemoryBucket:
            return InMemoryBucket([Rate(limit, _MINUTE)])

        self._clock, self._item = clock, RateItem
        self._key = bucket(KEY_LIMIT)
        self._endpoints = defaultdict[str, InMemoryBucket](lambda: bucket(ENDPOINT_LIMIT))

    def wait(self, endpoint: str) -> float:
        """Take a turn: 0.0 when the call may go now, else the seconds after which to ask again."""
        now = int(self._clock() * 1000)
        # The wide bucket first: a turn of it that is lost to a full endpoint costs one in 300.
        for bucket in (self._key, self._endpoints[endpoint]):
            bucket.leak(now)
            item = self._item(endpoint, now)
            if not bucket.put(item):
                milliseconds = bucket.waiting(item)
                # S101: this bucket lives in memory and answers at once; the type allows for remote ones.
                assert isinstance(milliseconds, int)  # noqa: S101
                return max(milliseconds, 1) / 1000
        return 0.0

    def told(self, headers: Mapping[str, str], now: datetime) -> None:
        """Answers of this API say nothing of its limits."""


def least_seconds(request: Request[Any]) -> float:
    """With less time than this a request is not started: a write that is cut off has an unknown outcome."""
    return 1.0 if request.route.reads or request.stops_mail else 5.0


def delay(
    request: Request[Any], error: SaleshandyError, attempt: int, chance: float, backoff: Backoff = USUAL
) -> float | None:
    """Seconds to wait before the next attempt; None when there must be none. Pure.

    A write is sent again only when it is proven not to have been carried out: never sent, or turned away by the
    rate limit. Everything else about a write stays as it is and is told. What stops mail is sent again after any
    failure but a refusal, and sooner than the API asks: a pause that is turned away once more does no harm.

    Args:
        request: what failed.
        error: how it failed.
        attempt: which attempt this was, from 1.
        chance: a number from 0 to 1 that spreads callers out.
        backoff: how the API wants to be asked again.
    """
    if request.stops_mail:
        return _urgent_delay(error, attempt, chance)
    reading = request.route.reads
    if attempt >= (backoff.read_attempts if reading else backoff.write_attempts):
        return None
    if isinstance(error, Throttled):
        share = backoff.share + chance * (1 - backoff.share)
        return max(error.after or 0.0, share * min(60.0, backoff.first * 2 ** (attempt - 1)))
    if isinstance(error, NotSent) or (reading and isinstance(error, Doubtful)):
        return chance * min(20.0, 0.2 * 2**attempt)
    # A read that came back unreadable may have been cut short on the way: once more, no oftener.
    return 0.0 if reading and isinstance(error, Unreadable) and attempt == 1 else None


def _urgent_delay(error: SaleshandyError, attempt: int, chance: float) -> float | None:
    if attempt >= URGENT_ATTEMPTS:
        return None
    if isinstance(error, Throttled):
        return min(max(error.after or 0.0, 0.5 + chance / 2), URGENT_WAIT)
    again = isinstance(error, NotSent | Doubtful | Unreadable)
    return chance * min(URGENT_WAIT, 0.2 * 2**attempt) if again else None
