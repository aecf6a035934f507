"""Sending schedules and prospect fields."""

from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

NINE_TO_FIVE = {"start": {"hour": 9, "minute": 0}, "end": {"hour": 17, "minute": 0}}
BACKWARDS = {"start": NINE_TO_FIVE["end"], "end": NINE_TO_FIVE["start"]}
EIGHTH_DAY: dict[str, Any] = {"day": 7, "slots": []}
WEEK: list[dict[str, Any]] = [{"day": day, "slots": [NINE_TO_FIVE] if 0 < day < 6 else []} for day in range(7)]


def schedule(**changes: Any) -> dict[str, Any]:
    return {"name": "Weekdays", "timezone": "Europe/Berlin", "timeSlots": WEEK, **changes}


async def test_one_of_the_schedules_is_the_default(http: httpx2.AsyncClient) -> None:
    rows = (await http.get("/schedules")).json()["payload"]
    assert [row["isDefault"] for row in rows] == [True, False, False]


async def test_a_schedule_is_created(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/schedules", json=schedule())
    assert answer.status_code == 201
    assert answer.json()["payload"] in (await http.get("/schedules")).json()["payload"]


async def test_a_new_default_takes_the_place_of_the_old_one(box: Sandbox, http: httpx2.AsyncClient) -> None:
    new = (await http.post("/schedules", json=schedule(isDefault=True))).json()["payload"]["id"]
    assert [id_ for id_, row in box.world.schedules.items() if row["isDefault"]] == [new]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"timezone": "Europe/Atlantis"}, ["timezone must be a valid IANA time-zone"]),
        ({"timeSlots": WEEK[:6]}, ["timeSlots must contain at least 7 elements"]),
        ({"timeSlots": [*WEEK, WEEK[0]]}, ["timeSlots must contain no more than 7 elements"]),
        ({"timeSlots": [*WEEK[:6], EIGHTH_DAY]}, ["timeSlots.6.day must not be greater than 6"]),
        ({"timeSlots": [*WEEK[:6], WEEK[0]]}, "timeSlots must hold each day from 0 (Sunday) to 6 once"),
        ({"timeSlots": [{"day": 0, "slots": [BACKWARDS]}, *WEEK[1:]]}, "A slot of day 0 ends before it starts"),
    ],
)
async def test_a_week_that_makes_no_sense_is_refused(
    http: httpx2.AsyncClient, changes: dict[str, Any], message: str | list[str]
) -> None:
    answer = await http.post("/schedules", json=schedule(**changes))
    assert answer.status_code == 400
    assert answer.json()["message"] == message


async def test_built_in_fields_are_listed_only_on_request(http: httpx2.AsyncClient) -> None:
    custom = (await http.get("/fields?systemFields=false")).json()["payload"]
    assert [(row["label"], row["fieldType"]) for row in custom] == [
        ("Why Now", "long-text"),
        ("Plan", "dropdown"),
        ("Support Team Size", "number"),
    ]
    assert (await http.get("/fields")).json()["payload"] == custom
    everything = (await http.get("/fields?systemFields=true")).json()["payload"]
    assert (await http.get("/fields?systemFields=1")).json()["payload"] == everything
    assert [row["label"] for row in everything][:3] == ["First Name", "Last Name", "Email"]
    assert [row for row in everything if not row["isDefault"]] == custom
