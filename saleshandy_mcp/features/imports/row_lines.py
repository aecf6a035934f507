"""Rows and reasons of imports as views, and the lines that plans and reports have in common. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Self

from saleshandy_mcp.core.view import View, empty_page, page_of, pages_in
from saleshandy_mcp.import_engine.ledger.reasons import Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.results import RowResult
from saleshandy_mcp.import_engine.ledger.states import RowState
from saleshandy_mcp.untrusted.one_line import one_line


class RowLine(View):
    """A row and what became of it: the reason as a code and in words."""

    row: int
    email: str
    state: RowState
    reason: ReasonCode
    text: str

    @classmethod
    def of(cls, found: RowResult) -> Self:
        reason = found.reason
        return cls(row=found.number, email=found.email, state=found.state, reason=reason.code, text=reason.text)


class ReasonCount(View):
    """How many rows have a reason: as a code and in words."""

    reason: ReasonCode
    text: str
    rows: int


def counted_reasons(reasons: Counter[Reason]) -> list[ReasonCount]:
    """The reasons with their numbers, the most frequent first."""
    kinds: Counter[Reason] = Counter()
    for reason, number in reasons.items():
        kinds[reason.kind] += number
    return [ReasonCount(reason=it.code, text=it.text, rows=number) for it, number in kinds.most_common()]


def reasons_line(word: str, reasons: list[ReasonCount]) -> str | None:
    """``  skipped: 4 duplicate, 3 bad address``; None where there is no reason."""
    if not reasons:
        return None
    return f"  {word}: " + ", ".join(f"{it.rows:,} {one_line(it.text)}" for it in reasons)


def row_lines(rows: list[RowLine], total: int, page: int, what: str) -> Iterator[str]:
    """A page of rows, one a line, under a line that says which they are.

    Args:
        rows: of this page.
        total: how many there are on all pages.
        page: number of the page.
        what: what they have in common, as "are refused".
    """
    pages = pages_in(total)
    if not rows:
        if page > 1:
            yield empty_page(page, pages)
        return
    yield f"Rows that {what}: {total:,} ({page_of(page, pages)})"
    for it in rows:
        because = f": {one_line(it.text, 200)}" if it.text else ""
        yield f"  row {it.row} {one_line(it.email) or '(no address)'}{because}"


def words_of_state(state: RowState) -> str:
    """``not sent`` for ``not_sent``."""
    return state.replace("_", " ")


def has_reason(reasons: Iterable[ReasonCount], code: ReasonCode) -> bool:
    """Whether any row has the reason."""
    return any(it.reason is code for it in reasons)


def destination_line(source: str, sequence: str, step: int) -> str:
    """``leads.csv → Q3 launch, step 1``."""
    where = f"{one_line(sequence)}, step {step}" if sequence else "the account, in no sequence"
    return f"{one_line(source)} → {where}"
