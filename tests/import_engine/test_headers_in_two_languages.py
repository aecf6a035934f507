"""Headers that say a field twice, in two languages or two words."""

import pytest

from saleshandy_mcp.import_engine.mapping.columns import map_columns

LABELS = ["First Name", "Last Name", "Email", "Company", "City", "State", "Phone Number"]


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("Email / Courriel", "Email"),
        ("Société / Company", "Company"),
        ("Prénom (First name)", "First Name"),
        ("City / State", None),
        ("First / Last Name", None),
        ("Email / Phone", None),
    ],
)
def test_a_header_in_two_languages_is_a_field_where_both_mean_it(column: str, label: str | None) -> None:
    mapping = map_columns(["Email", column], LABELS)
    assert mapping.columns[1].label == label or (label == "Email" and mapping.columns[1].taken == "Email")
