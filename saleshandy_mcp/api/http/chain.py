"""The links of the client's chain before HTTP: answers that are kept, sending again, keeping to the limits.

Answers may be kept for a minute where that is asked for: names of fields, tags, outcomes and sequences are read often
and change seldom. A request goes out within the limits of the API, and again where that is safe.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from saleshandy_mcp.api.http.rate_limits import Limiter, NewTurns, Turns
from saleshandy_mcp.api.http.responses import server_time, until_reset
from saleshandy_mcp.core.errors import Doubtful, NotSent, OutOfTime, SaleshandyError, Throttled, Unreadable
from saleshandy_mcp.core.request import Request

if TYPE_CHECKING:
    from pyrate_limiter import AbstractBucket, Rate

T = TypeVar("T")

KEPT_SECONDS = 60.0
READ_ATTEMPTS = 4
WRITE_ATTEMPTS = 3
URGENT_ATTEMPTS = 10
URGENT_WAIT = 3.0
"""Seconds that a call which stops mail waits at most between two attempts."""
ENDPOINT_LIMIT = 20
KEY_LIMIT = 300
MINUTE = 60.0


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
        doubt: SaleshandyError | None = None
        while True:
            attempt += 1
            try:
                return await self._inner(request, deadline)
            except SaleshandyError as error:
                # What became of an attempt at a write is not told by a later one that is turned away.
                if isinstance(error, Doubtful | Unreadable) and not request.route.reads:
                    doubt = error
                wait = self._wait(request, error, attempt, deadline)
                if wait is None:
                    raise doubt or error from None
            await self._pause(wait)

    def _wait(self, request: Request[Any], error: SaleshandyError, attempt: int, deadline: float) -> float | None:
        """Seconds until the next attempt; None when there is none. A limit that is too long is told with its wait."""
        # S311: spreading callers out needs no secret randomness.
        wait = delay(request, error, attempt, random.random(), self._backoff)  # noqa: S311
        if wait is None or self._clock() + wait < deadline - least_seconds(request):
            return wait
        if isinstance(error, Throttled):
            error.after = wait
        return None


class BucketTurns:
    """Turns that a bucket of pyrate-limiter counts."""

    def __init__(self, bucket: "AbstractBucket") -> None:
        self._bucket = bucket

    def take(self, now: float) -> float:
        # PLC0415: this library takes 16 ms to load, and a start must not wait for what the first call needs.
        from pyrate_limiter import RateItem  # noqa: PLC0415

        item = RateItem("", int(now * 1000))
        self._bucket.leak(item.timestamp)
        if self._bucket.put(item):
            return 0.0
        # The bucket answers at once; the type allows for others.
        return max(cast("int", self._bucket.waiting(item)), 1) / 1000

    def taken(self, now: float) -> int:
        self._bucket.leak(int(now * 1000))
        return cast("int", self._bucket.count())

    def allow(self, most: int, seconds: float) -> None:
        self._bucket.rates = [rate(most, seconds)]


def rate(most: int, seconds: float) -> "Rate":
    """A limit as pyrate-limiter takes it."""
    from pyrate_limiter import Rate  # noqa: PLC0415 - as above

    return Rate(most, int(seconds * 1000))


def in_memory(_name: str, most: int, seconds: float) -> Turns:
    """Turns of this process alone."""
    from pyrate_limiter import InMemoryBucket  # noqa: PLC0415 - as above

    return BucketTurns(InMemoryBucket([rate(most, seconds)]))


class Pacing:
    """Holds a request back until the limits of the API allow it. One that stops mail is counted, and does not wait."""

    def __init__(
        self,
        inner: Handler,
        clock: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
        limiter: Callable[[], Limiter],
    ) -> None:
        self._inner, self._clock, self._pause, self._new_limiter = inner, clock, pause, limiter

    @cached_property
    def limiter(self) -> Limiter:
        return self._new_limiter()

    def told(self, request: Request[Any], headers: Mapping[str, str], now: datetime) -> None:
        """Hear what the answer to a request says of the limits."""
        self.limiter.told(_endpoint(request), headers, now)

    async def __call__(self, request: Request[T], deadline: float, /) -> T:
        while wait := self.limiter.wait(_endpoint(request)):
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

    Args:
        clock: seconds that only grow.
        turns: makes what counts the calls.
    """

    def __init__(self, clock: Callable[[], float], turns: NewTurns = in_memory) -> None:
        self._clock, self._new = clock, turns
        self._key = turns("all", KEY_LIMIT, MINUTE)
        self._endpoints: dict[str, Turns] = {}
        self._closed = Closed(clock)

    def wait(self, endpoint: str) -> float:
        """Take a turn: 0.0 when the call may go now, else the seconds after which to ask again."""
        if endpoint not in self._endpoints:
            self._endpoints[endpoint] = self._new(endpoint, ENDPOINT_LIMIT, MINUTE)
        # The wide limit first: a turn of it that is lost to a full endpoint costs one in 300.
        now = self._clock()
        return self._closed.wait(endpoint) or self._key.take(now) or self._endpoints[endpoint].take(now)

    def told(self, endpoint: str, headers: Mapping[str, str], now: datetime) -> None:
        """Hear that no call is left, as others with the same key may have made some from other machines."""
        self._closed.told(endpoint, headers, now)


class Closed:
    """What nobody may call for now, because an answer said that no call is left until its limit is whole again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def wait(self, name: str) -> float:
        return max(self._until.get(name, 0.0) - self._clock(), 0.0)

    def told(self, name: str, headers: Mapping[str, str], now: datetime) -> None:
        if headers.get("x-ratelimit-remaining", "").strip() == "0":
            self._until[name] = self._clock() + (until_reset(headers, server_time(headers) or now) or 0.0)


def _endpoint(request: Request[Any]) -> str:
    return f"{request.route.method} {request.route.path}"


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
