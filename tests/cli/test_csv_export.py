"""Exported rows: whole, and harmless in a spreadsheet."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.cli.support.output_forms.csv_export import HEADER, csv_lines, harmless
from saleshandy_mcp.import_engine.ledger.reasons import Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.results import RowResult
from saleshandy_mcp.import_engine.ledger.states import RowState

DANGEROUS = "=+-@|%＝＋－＠"  # noqa: RUF001 - the wide ones are what it is about

cells = st.text(
    alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from(f"{DANGEROUS}\t\r\n \u200b\ufeff\x00'"))
)


def line(email: str, reason: str = "", number: int = 2) -> RowResult:
    return RowResult(number, email, RowState.REFUSED, Reason(ReasonCode.REFUSED, words=reason), "")


@given(cells)
def test_no_cell_begins_as_a_formula_and_none_is_changed_otherwise(cell: str) -> None:
    safe = harmless(cell)
    seen = [it for it in safe if not it.isspace() and not unicodedata.category(it).startswith("C")]
    assert not (seen and seen[0] in DANGEROUS)
    assert not safe.startswith(("\t", "\r", "\n"))
    assert safe in (cell, f"'{cell}")


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_what_is_written_is_read_again_row_by_row(rows: list[tuple[str, str]]) -> None:
    written = "".join(csv_lines(line(*row) for row in rows))
    read = list(csv.reader(io.StringIO(written, newline="")))
    wanted = [["2", harmless(email), "refused", harmless(why), ""] for email, why in rows]
    assert read == [list(HEADER), *wanted]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "|calc", "%x", "\tx", "\rx", "\nx", " =1", "\u200b=1", "＝1"],  # noqa: RUF001 - wide
)
def test_what_a_spreadsheet_might_carry_out_gets_a_mark(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "ann@lake.example.com", "a=b", "1-2", "  plain", "'=1"])
def test_everything_else_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell
