"""How a table is to be read, in one text."""

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.read_as import ReadAs
from saleshandy_mcp.import_engine.row_choice import row_choice


def test_one_text_holds_all_parts_in_any_case_and_order() -> None:
    assert ReadAs.parse("Only: Newsletter=ja; except:Status=lost\nignore: Email Opt Out; only: City=Ulm") == ReadAs(
        only=("Newsletter=ja", "City=Ulm"), excluded=("Status=lost",), ignored=("Email Opt Out",)
    )


def test_a_semicolon_inside_a_value_begins_no_part() -> None:
    assert ReadAs.parse("only: Tags=lead; hot; ignore: Status").only == ("Tags=lead; hot",)


def test_an_empty_text_asks_for_nothing() -> None:
    assert ReadAs.parse("  ") == ReadAs()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("just the Germans", 'read_as: "just the Germans" begins with no known word'),
        ("lines: 3; only: A=b", 'read_as: "lines: 3; only: A=b" begins with no known word'),
        ("only: ; ignore: Status", 'read_as: "only:" has no value'),
    ],
)
def test_what_is_not_understood_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(Mistake) as refusal:
        ReadAs.parse(text)
    assert refusal.value.wrong == wrong


COLUMNS = ["Email", "Status", "City"]


@pytest.mark.parametrize(
    ("read_as", "values", "why"),
    [
        (ReadAs(only=("status=won",)), {"Status": " WON "}, ""),
        (ReadAs(only=("Status=won",)), {"Status": "lost"}, '"Status" is not won'),
        (ReadAs(only=("Status=won",)), {}, '"Status" is not won'),
        (ReadAs(only=("Status=won", "Status=open")), {"Status": "open"}, ""),
        (ReadAs(only=("Status=won", "Status=")), {"Status": "lost"}, '"Status" is not won or empty'),
        (ReadAs(only=("Status=won", "City=Ulm")), {"Status": "won", "City": "Bonn"}, '"City" is not Ulm'),
        (ReadAs(only=("Status=",)), {}, ""),
        (ReadAs(excluded=("Status=lost",)), {"Status": "Lost"}, '"Status" is lost'),
        (ReadAs(excluded=("Status=lost",)), {}, ""),
        (ReadAs(excluded=("Status=",)), {}, '"Status" is empty'),
        (ReadAs(excluded=("Status=a=b",)), {"Status": "a=b"}, '"Status" is a=b'),
    ],
)
def test_rows_are_chosen_by_the_values_of_their_columns(read_as: ReadAs, values: dict[str, str], why: str) -> None:
    assert row_choice(read_as, COLUMNS).against(values) == why


@pytest.mark.parametrize(
    ("read_as", "wrong"),
    [
        (ReadAs(only=("Statu=won",)), 'only: there is no column "Statu"'),
        (ReadAs(excluded=("Status",)), 'except: "Status" is no pair'),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(read_as: ReadAs, wrong: str) -> None:
    with pytest.raises(Mistake) as refusal:
        row_choice(read_as, COLUMNS)
    assert refusal.value.wrong == wrong
