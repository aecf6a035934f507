"""The demo workspace: the same on every start, and believable."""

from collections import Counter
from collections.abc import Callable
from dataclasses import fields

import httpx2
import pytest

from saleshandy_mcp.sandbox import Clock, Sandbox
from saleshandy_mcp.sandbox.demo.seed import demo_world
from saleshandy_mcp.sandbox.world.tables import World


def frozen() -> Clock:
    return Clock(tick=lambda: 0.0)


def tables(world: World) -> dict[str, object]:
    return {field.name: getattr(world, field.name) for field in fields(world) if field.name != "clock"}


def test_two_worlds_are_identical() -> None:
    assert tables(demo_world(frozen())) == tables(demo_world(frozen()))


def test_ids_stay_the_same_from_version_to_version(sequence_id: Callable[[str], str]) -> None:
    assert sequence_id("Q3 launch") == "v7BPmX4SP9"


def test_there_are_400_people_with_addresses_of_their_own(box: Sandbox) -> None:
    people = box.world.prospects.values()
    assert len({row["email"] for row in people}) == 400
    assert all(row["email"].endswith(".example.com") for row in people)
    assert sum(row["unsubscribed"] for row in people) == 12
    assert sum(row["bounced"] for row in people) == 8
    assert set(Counter(row["verificationStatus"] for row in people)) == {"valid", "risky", "bad", "skip"}


def test_nobody_stands_in_two_sequences(box: Sandbox) -> None:
    everybody = [person for people in box.world.enrolments.values() for person in people]
    assert len(everybody) == len(set(everybody))


@pytest.mark.parametrize(
    ("title", "active", "steps", "people"),
    [
        ("Q3 launch", True, 5, 140),
        ("Agencies EU", True, 4, 92),
        ("SaaS founders", False, 3, 60),
        ("Webinar in May", False, 3, 40),
        ("Partner programme (draft)", False, 3, 0),
    ],
)
def test_sequences_are_in_different_states(box: Sandbox, title: str, active: bool, steps: int, people: int) -> None:  # noqa: FBT001 - a column of the table above
    row = next(row for row in box.state()["sequences"] if row["title"] == title)
    assert (row["active"], row["steps"], row["prospects"]) == (active, steps, people)
    assert sum(row["prospectsByStep"].values()) == people


async def test_seeded_steps_keep_to_the_rules_for_new_ones(box: Sandbox, http: httpx2.AsyncClient) -> None:
    copy = (await http.post("/sequences", json={"title": "Copy"})).json()["payload"]["id"]
    for sequence_id in [id_ for id_ in box.world.sequences if id_ != copy]:
        days = 100 * list(box.world.sequences).index(sequence_id)
        for step in box.world.steps_of(sequence_id):
            variants = [
                {key: row[key] for key in ("payload", "taskNote") if row[key] is not None}
                for row in box.world.variants_of(step["id"])
            ]
            body = {"type": step["type"], "absoluteDays": step["absoluteDays"] + days, "variants": variants}
            answer = await http.post(f"/sequences/{copy}/steps", json=body)
            assert answer.status_code == 201, answer.text


def test_reset_brings_the_workspace_and_its_monday_back(box: Sandbox) -> None:
    before = box.state()
    box.clock.advance(90)
    box.world.prospects.clear()
    box.reset()
    assert box.state() == before
    assert before["now"] == "2026-11-16T08:00:00.000Z"
