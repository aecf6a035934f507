"""The people of an account as rows: oldest first, so that new ones come at the end."""

from datetime import UTC, date

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.operation import Page
from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.exports.export_source import At, IsKnown, Row, RowsRead, one_page_back, utc

_SEEKING = 1
"""The part in which pages are read backwards, until one holds somebody who is known."""
_LAST_PAGE = 10_000
"""No call takes a later one."""


class ExportPeople:
    """Reads the list of people.

    It goes on at the page where it ended. Where people were deleted meanwhile, the others have moved forward, and it
    looks for them page by page. Assumed: the order by day of creation is the same in each call.

    Args:
        api: what carries the calls out.
        first: the first day on which a person was created; None for all.
    """

    columns = (
        *("id", "email", "created_at", "verification_status"),
        *("first_name", "last_name", "company", "job_title", "fields"),
    )
    steady = True

    def __init__(self, api: Api, first: date | None) -> None:
        self._api, self._first = api, first

    async def begin(self) -> At:
        """The first page that may hold somebody of the period, found by halving what is left to look at."""
        if self._first is None:
            return At()
        # Invariant: all on page `before` and on earlier pages are too old.
        before, step = 0, 1
        while before + step < _LAST_PAGE and self._too_old(await self._read(before + step)):
            before, step = before + step, step * 2
        step = min(step, _LAST_PAGE - before)
        while step > 1:
            half = step // 2
            if self._too_old(await self._read(before + half)):
                before, step = before + half, step - half
            else:
                step = half
        return At(page=before + 1)

    def again(self, at: At) -> At:
        return one_page_back(at)._replace(part=_SEEKING)

    def newer(self, last: At) -> At:
        return last._replace(part=_SEEKING)

    async def page(self, at: At, known: IsKnown) -> RowsRead:
        found = await self._read(at.page)
        rows = [_row(person) for person in found.items if self._wanted(person)]
        if at.part == _SEEKING and at.page > 1:
            met = any(known(person.id) for person in found.items)
            if not met and not self._too_old(found):
                return RowsRead([], one_page_back(at))
        return RowsRead(rows, At(page=at.page + 1) if found.more else None)

    async def _read(self, page: int) -> Page[Prospect]:
        if page > _LAST_PAGE:
            raise Mistake(f"people after the first {100 * _LAST_PAGE:,} cannot be read")
        return await self._api.send(
            ListProspects(sort="ASC", sort_by="createdAt", include_custom_fields=True, page=page)
        )

    def _too_old(self, found: Page[Prospect]) -> bool:
        """Whether all of a page were created before the period. An empty page is not: it lies behind the end."""
        return self._first is not None and bool(found.items) and not any(map(self._wanted, found.items))

    def _wanted(self, person: Prospect) -> bool:
        at = moment(person.created_at)
        return self._first is None or at is None or at.astimezone(UTC).date() >= self._first


def _row(person: Prospect) -> Row:
    return {
        "id": person.id,
        "email": person.email,
        "created_at": utc(person.created_at),
        "verification_status": person.verification_status,
        "first_name": person.value("First Name"),
        "last_name": person.value("Last Name"),
        "company": person.value("Company"),
        "job_title": person.value("Job Title"),
        "fields": {it.key: it.value or "" for it in person.attributes},
    }
