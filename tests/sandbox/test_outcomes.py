"""Outcomes: which there are, and what setting one changes."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import select

IdOf = Callable[[str], str]
PATH = "/sequences/update-prospect-outcome"


def anybody(box: Sandbox, sequence_id: str) -> str:
    """Somebody of the sequence about whom nothing is known yet."""
    known = {event["prospectId"] for event in select(box.world, "prospect-outcome-updated")}
    return next(box.world.prospects[id_]["email"] for id_ in box.world.enrolments[sequence_id] if id_ not in known)


async def test_all_outcomes_come_at_once_without_parameters(http: httpx2.AsyncClient) -> None:
    payload = (await http.get("/unified-inbox/outcome")).json()["payload"]
    assert [row["name"] for row in payload["items"]][:2] == ["Uncategorized", "Interested"]
    assert payload["meta"]["totalItems"] == len(payload["items"]) == 10


async def test_page_and_limit_together_are_refused(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/unified-inbox/outcome", params={"page": 1, "limit": 10})).status_code == 400


@pytest.mark.parametrize(("category", "number"), [("default", 8), ("custom", 2)])
async def test_a_category_narrows_the_outcomes(http: httpx2.AsyncClient, category: str, number: int) -> None:
    answer = await http.get("/unified-inbox/outcome", params={"category": category})
    assert len(answer.json()["payload"]["items"]) == number


async def test_categories_have_keys_in_snake_case(http: httpx2.AsyncClient) -> None:
    rows = (await http.get("/unibox/categories")).json()["payload"]
    assert {"key": "out_of_office", "name": "Out of Office", "isDefault": True, "sentiment": "3"} in rows


async def test_an_outcome_is_an_event_and_a_number(box: Sandbox, http: httpx2.AsyncClient, sequence_id: IdOf) -> None:
    id_ = sequence_id("Q3 launch")
    body = {"prospectEmails": [anybody(box, id_)], "outcomeName": "Closed", "sequenceId": id_, "dealValue": "750"}
    assert (await http.patch(PATH, json=body)).status_code == 200
    assert box.world.events[-1]["facts"] == {"newOutcome": "Closed", "oldOutcome": "Uncategorized", "dealValue": 750}
    people = (await http.post("/analytics/stats", json={"sequenceId": id_})).json()["payload"]["prospects"][0]
    assert (people["closed"], people["closedDealValue"]) == ("1", "750")


async def test_the_same_outcome_again_is_no_event(box: Sandbox, http: httpx2.AsyncClient, sequence_id: IdOf) -> None:
    body = {"prospectEmails": [anybody(box, sequence_id("Q3 launch"))], "outcomeName": "Referred"}
    await http.patch(PATH, json=body)
    events = len(box.world.events)
    await http.patch(PATH, json=body)
    assert len(box.world.events) == events


@pytest.mark.parametrize(
    "changes",
    [
        {"outcomeName": "interested"},
        {"prospectEmails": ["nobody@lanternworks.example.com"]},
        {"dealValue": "a lot"},
        {"dealValue": -1},
        {"dealValue": 10**400},
        {"dealValue": "nan"},
    ],
)
async def test_what_cannot_be_set_changes_nothing(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: IdOf, changes: dict[str, Any]
) -> None:
    body: dict[str, Any] = {"prospectEmails": [anybody(box, sequence_id("Q3 launch"))], "outcomeName": "Interested"}
    events = len(box.world.events)
    answer = await http.patch(PATH, json=body | changes)
    assert (answer.status_code, answer.json()["code"]) == (400, 4000)
    assert len(box.world.events) == events


async def test_somebody_of_another_sequence_refuses_the_call(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: IdOf
) -> None:
    email = anybody(box, sequence_id("Q3 launch"))
    body = {"prospectEmails": [email], "outcomeName": "Interested", "sequenceId": sequence_id("Agencies EU")}
    assert (await http.patch(PATH, json=body)).json()["code"] == 4000
