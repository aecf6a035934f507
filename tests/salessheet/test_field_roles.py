"""Fields are learnt from what is read, and what they are for is proposed."""

from typing import Any

import pytest

from saleshandy_mcp.integrations.field_roles import FieldSeen, fields_seen, proposed_roles
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet as Client
from saleshandy_mcp.integrations.salessheet.crm_records import Record
from saleshandy_mcp.integrations.salessheet.resources.contacts import ListContacts


def record(**values: Any) -> Record:
    return Record.model_validate({"id": "1", **values})


async def test_the_fields_of_the_demo_are_learnt_and_their_roles_proposed(api: Client) -> None:
    people = (await api.send(ListContacts(filters={"type": "person"}))).items
    seen = {field.name: field for field in fields_seen(people)}
    assert seen["email"].filled == len(people) == 100
    assert seen["opted_out"].kinds == ("boolean",)
    assert seen["custom_fields.cf_support_team_size"].kinds == ("number",)
    assert proposed_roles(people) == {
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "full_name": "name",
        "opted_out": "opted_out",
        "tags": "tags",
    }


def test_the_field_that_is_filled_most_often_comes_first() -> None:
    found = fields_seen([record(a="", b=1, c=[]), record(a="x", b=2.5, c=None)])
    assert found == [FieldSeen("b", 2, ("number",), 1), FieldSeen("a", 1, ("text",), "x"), FieldSeen("c", 0, ())]


@pytest.mark.parametrize(
    ("values", "role", "name"),
    [
        ({"E-Mail Address": "vera@example.com"}, "email", "E-Mail Address"),
        ({"reach": "vera@example.com"}, "email", "reach"),
        ({"properties": {"firstname": "Vera"}}, "first_name", "properties.firstname"),
        ({"Surname": "Invented"}, "last_name", "Surname"),
        ({"account_name": "Invented Ltd", "company": ""}, "company", "company"),
        ({"emailOptOut": False}, "opted_out", "emailOptOut"),
    ],
)
def test_a_role_is_found_by_what_the_field_is_called_or_holds(values: dict[str, Any], role: Any, name: str) -> None:
    assert proposed_roles([record(**values)])[role] == name


def test_what_seems_to_have_no_role_gets_none() -> None:
    assert proposed_roles([record(notes="write to vera@example.com", size=4)]) == {}
    assert proposed_roles([]) == {}


def test_a_record_of_any_depth_has_fields() -> None:
    deep: dict[str, Any] = {"x": 1}
    for _ in range(900):
        deep = {"a": deep}
    assert list(record(**deep).fields) == ["a" + ".a" * 8]
