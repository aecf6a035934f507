"""What an export reads: rows with fixed columns, a page of the API at a time."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, NamedTuple, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from saleshandy_mcp.api.dates import moment

Value = str | int | bool | dict[str, str] | None
Row = dict[str, Value]
"""A row. Its column ``id`` tells it from all others; columns that it leaves out are empty."""
IsKnown = Callable[[str], bool]
"""Whether the row with this id is in the file already."""


class At(NamedTuple):
    """A place in the list that is read.

    Attributes:
        part: what is read one after the other: windows of time, sequences, passes. Its source says what it counts.
        page: the page in it, from 1.
    """

    part: int = 0
    page: Annotated[int, Field(ge=1)] = 1


class RowsRead(NamedTuple):
    """What one call told.

    Attributes:
        rows: in the order of the API; some may be known already.
        after: where to go on; None at the end.
        calls_left: how many calls are left as far as the API tells; None when it does not.
    """

    rows: list[Row]
    after: At | None
    calls_left: int | None = None


class NamedSequence(NamedTuple):
    """A sequence that is exported."""

    id: str
    title: str


class Scope(BaseModel):
    """What one run of an export covers. It is fixed when the run begins, and the same after an interruption.

    Attributes:
        began: when the run began, by the clock of the API.
        first: the first day; None for all that there is.
        sequences: those that are read; none where the export is not about sequences, or all of them are meant.
    """

    model_config = ConfigDict(frozen=True)
    began: AwareDatetime
    first: date | None = None
    sequences: tuple[NamedSequence, ...] = ()


class Source(Protocol):
    """One kind of rows."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names; the first is ``id``."""
        ...

    @property
    def steady(self) -> bool:
        """Whether a row that comes twice means that the order of the list has changed."""
        ...

    async def begin(self) -> At:
        """Where a run begins."""
        ...

    def again(self, at: At) -> At:
        """Where it goes on when it was interrupted before this place."""
        ...

    def newer(self, last: At) -> At:
        """Where a further run begins, after one whose last page was this."""
        ...

    async def page(self, at: At, known: IsKnown) -> RowsRead:
        """Read one page.

        Raises:
            SaleshandyError: when the call fails.
        """
        ...


def one_page_back(at: At) -> At:
    """The page before, within the part: rows may have moved forward by what was deleted meanwhile."""
    return at._replace(page=max(at.page - 1, 1))


def key_of(*parts: str | None) -> str:
    """An id for a row that the API gives none: the same facts have the same id in each export."""
    return hashlib.sha256("\n".join(part or "" for part in parts).encode()).hexdigest()[:20]


def utc(text: str | None) -> str | None:
    """The moment in a text of the API in UTC, ``2026-03-02T09:15:00.000Z``; None where it cannot be read."""
    at = moment(text)
    return None if at is None else utc_text(at)


def utc_text(at: datetime) -> str:
    """The moment in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
