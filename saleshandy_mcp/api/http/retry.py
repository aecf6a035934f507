"""Whether a failed call may be tried again, and after how long. Pure."""

from saleshandy_mcp.core.errors import Doubtful, NotSent, SaleshandyError, Throttled, Unreadable
from saleshandy_mcp.core.request import Request

READ_ATTEMPTS = 4
WRITE_ATTEMPTS = 3


def delay(request: Request[object], error: SaleshandyError, attempt: int, chance: float) -> float | None:
    """Seconds to wait before the next attempt; None when there must be none.

    A write is sent again only when it is proven not to have been carried out: never sent, or turned away by the
    rate limit. Everything else about a write stays as it is and is told.

    Args:
        request: what failed.
        error: how it failed.
        attempt: which attempt this was, from 1.
        chance: a number from 0 to 1 that spreads callers out.
    """
    reading = request.route.reads
    if attempt >= (READ_ATTEMPTS if reading else WRITE_ATTEMPTS):
        return None
    if isinstance(error, Throttled):
        backoff = (0.5 + chance / 2) * min(60.0, 5.0 * 2 ** (attempt - 1))
        return max(error.after or 0.0, backoff)
    if isinstance(error, NotSent) or (reading and isinstance(error, Doubtful)):
        return chance * min(20.0, 0.2 * 2**attempt)
    # A read that came back unreadable may have been cut short on the way: once more, no oftener.
    return 0.0 if reading and isinstance(error, Unreadable) and attempt == 1 else None
