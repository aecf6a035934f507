"""Who of the imported people was new, and who was there already, as far as it can be read in some calls.

An import tells of nobody whether they were stored before. The list of people does: the newest come first, each with
the moment since when they are stored. Who is imported and not among those who came since the job began, was there.
"""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple, Protocol, TypeVar

from anyio import to_thread

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.patience import PatientApi
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.import_engine.ledger.previous_jobs import imported_by_others
from saleshandy_mcp.import_engine.ledger.reasons import Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.rows import Rows

T = TypeVar("T")

PAGES = 40
"""Pages of 100 people that are read: at 20 calls a minute they take two minutes."""
MANY = 5000
"""From so many rows on, comparing them would hold up other calls, and is done in a thread."""
PATIENCE = 3 * 60
"""Seconds to wait for the rate limit in all."""


class Sends(Protocol):
    """Carries a request out."""

    async def __call__(self, operation: Operation[T], /) -> T: ...


class Newest(NamedTuple):
    """Who was stored since some moment.

    Attributes:
        found: keys of addresses.
        complete: whether these are all of them.
    """

    found: set[str]
    complete: bool


async def stored_since(moment: str, wanted: Collection[str], send: Sends, pages: int) -> Newest:
    """Which of these people were stored after a moment of the API's clock. A call that fails ends the reading.

    Args:
        moment: as the API writes it.
        wanted: keys of addresses. When all of them are found no more is read.
        send: carries a request out.
        pages: how many pages of 100 people are read at most.
    """
    operation, found = ListProspects(page_size=100), set[str]()
    for _ in range(pages):
        page = await send(operation)
        fresh = [it for it in page.items if it.created_at and it.created_at > moment]
        found.update(who for it in fresh if (who := key(it.email)) in wanted)
        if len(fresh) < len(page.items) or not page.more or len(found) == len(wanted):
            return Newest(found, complete=True)
        operation = operation.next_page()
    return Newest(found, complete=False)


async def tell_new_from_known(rows: Rows, since: str, context: Context) -> None:
    """Write down of each imported person whether they were new. Of whom nothing was read, nothing is written.

    Args:
        rows: of the job.
        since: when the newest person had been stored before the job began, by the API's clock.
        context: what to work with.
    """
    run = to_thread.run_sync if rows.number() > MANY else _at_once
    keys = await run(_imported, rows)
    if not keys:
        return
    api = PatientApi(context.api, context.pause, PATIENCE)
    try:
        newest = await stored_since(since, set(keys.values()), api.send, PAGES)
    except SaleshandyError:
        newest = Newest(set(), complete=False)
    await run(_explain, rows, keys, newest)


def _imported(rows: Rows) -> dict[int, str]:
    return {number: key(email) for number, email in rows.imported().items()}


def _explain(rows: Rows, keys: dict[int, str], newest: Newest) -> None:
    before = imported_by_others(rows.ledger, rows.job)
    rows.explain({number: it for number, who in keys.items() if (it := _known(who, newest, before.get(number)))})


async def _at_once(work: Callable[..., T], *given: Any) -> T:
    return work(*given)


def _known(who: str, newest: Newest, earlier: str | None) -> Reason | None:
    """What is known of an imported person; None when that is nothing.

    Args:
        who: the key of the address.
        newest: who came since the job began.
        earlier: an earlier job that imported the person to the same place.
    """
    if who in newest.found:
        return Reason(ReasonCode.NEW)
    if earlier:
        return Reason(ReasonCode.THERE_BY_JOB, job=earlier)
    return Reason(ReasonCode.THERE_BEFORE) if newest.complete else None
