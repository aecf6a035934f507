"""Steps of a sequence and their variants."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

EMAIL = {"payload": {"subject": "Question", "content": "<p>Hi</p>"}}


@pytest.fixture
async def path(http: httpx2.AsyncClient) -> str:
    created = await http.post("/sequences", json={"title": "New"})
    return f"/sequences/{created.json()['payload']['id']}"


async def add(http: httpx2.AsyncClient, path: str, channel: int, day: int, *variants: dict[str, Any]) -> dict[str, Any]:
    answer = await http.post(f"{path}/steps", json={"type": channel, "absoluteDays": day, "variants": variants})
    assert answer.status_code == 201, answer.text
    return answer.json()["payload"]


async def refusal(http: httpx2.AsyncClient, path: str, channel: Any, day: int, *variants: dict[str, Any]) -> Any:
    answer = await http.post(f"{path}/steps", json={"type": channel, "absoluteDays": day, "variants": variants})
    assert answer.status_code == 400
    return answer.json()["message"]


async def test_a_new_step_answers_its_number_and_variants(http: httpx2.AsyncClient, path: str) -> None:
    step = await add(http, path, 1, 1, EMAIL)
    assert (step["number"], step["name"], step["sequence"]["steps"]) == (
        1,
        "Step 1",
        [{"id": step["id"], "name": "Step 1"}],
    )
    assert step["variants"][0]["payload"] == EMAIL["payload"]


async def test_steps_are_numbered_by_day_and_then_by_creation(http: httpx2.AsyncClient, path: str) -> None:
    last = await add(http, path, 1, 7, EMAIL)
    middle = await add(http, path, 9, 3, {"payload": {}, "taskNote": "Look at the site"})
    later_middle = await add(http, path, 5, 3, {"payload": {}})
    first = await add(http, path, 1, 1, EMAIL)
    assert first["number"] == 1
    listed = (await http.get(f"{path}/steps")).json()["payload"]
    assert [step["id"] for step in listed] == [row["id"] for row in (first, middle, later_middle, last)]
    assert [(step["number"], step["name"]) for step in listed][-1] == (4, "Step 4")


async def test_a_day_holds_one_email_step_and_others_beside_it(http: httpx2.AsyncClient, path: str) -> None:
    await add(http, path, 1, 1, EMAIL)
    await add(http, path, 2, 1, {"payload": {"connectionNote": "Hi"}})
    assert await refusal(http, path, 1, 1, EMAIL) == "The sequence already has an Email step on day 1"


async def test_the_name_of_a_channel_is_refused(http: httpx2.AsyncClient, path: str) -> None:
    assert await refusal(http, path, "Email", 1, EMAIL) == ["type must be a valid enum value"]


@pytest.mark.parametrize("day", [0, 1000])
async def test_days_go_from_1_to_999(http: httpx2.AsyncClient, path: str, day: int) -> None:
    assert (await refusal(http, path, 1, day, EMAIL))[0].startswith("absoluteDays must not be ")


@pytest.mark.parametrize(
    ("channel", "variant", "complaint"),
    [
        (1, {**EMAIL, "taskNote": "Call"}, "variants.0.taskNote is not allowed for Email"),
        (
            1,
            {"payload": {"subject": "x", "body": "y", "content": ""}},
            "variants.0.payload.property body should not exist",
        ),
        (1, {"payload": {"subject": "x"}}, "variants.0.payload.content should not be empty"),
        (1, {"payload": "Hi"}, "variants.0.payload must be an object"),
        (1, {}, "variants.0.payload should not be empty"),
        (2, {"payload": {"message": "Hi"}}, "variants.0.payload.property message should not exist"),
        (
            2,
            {"payload": {"connectionNote": "x" * 301}},
            "variants.0.payload.connectionNote must be shorter than or equal to 300 characters",
        ),
        (
            4,
            {"payload": {"subject": "x" * 201, "message": "Hi"}},
            "variants.0.payload.subject must be shorter than or equal to 200 characters",
        ),
        (11, {"payload": {"message": "Hi"}}, "variants.0.payload.property message should not exist"),
        (
            9,
            {"payload": {}, "taskNote": "x" * 3001},
            "variants.0.taskNote must be shorter than or equal to 3000 characters",
        ),
        (9, {"payload": {}, "attachmentIds": ["a"]}, "variants.0.attachmentIds is only allowed for Email"),
    ],
)
async def test_a_payload_must_fit_its_channel(
    http: httpx2.AsyncClient, path: str, channel: int, variant: dict[str, Any], complaint: str
) -> None:
    assert await refusal(http, path, channel, 1, variant) == [complaint]


async def test_an_email_step_takes_up_to_26_variants(http: httpx2.AsyncClient, path: str) -> None:
    step = await add(http, path, 1, 1, *[EMAIL] * 25)
    extra = f"{path}/steps/{step['id']}/variants"
    assert (await http.post(extra, json={"type": 1, **EMAIL})).status_code == 201
    refused = await http.post(extra, json={"type": 1, **EMAIL})
    assert refused.json()["message"] == f"Step {step['id']} already has 26 of 26 variants"
    assert await refusal(http, path, 1, 2, *[EMAIL] * 27) == ["variants must contain no more than 26 elements"]


async def test_other_channels_take_exactly_one_variant(http: httpx2.AsyncClient, path: str) -> None:
    note = {"payload": {"connectionNote": "Hi"}}
    assert await refusal(http, path, 2, 1, note, note) == "A step of this channel takes exactly one variant"
    step = await add(http, path, 2, 1, note)
    refused = await http.post(f"{path}/steps/{step['id']}/variants", json={"type": 2, **note})
    assert refused.status_code == 400


async def test_a_variant_must_be_of_the_channel_of_its_step(http: httpx2.AsyncClient, path: str) -> None:
    step = await add(http, path, 1, 1, EMAIL)
    refused = await http.post(f"{path}/steps/{step['id']}/variants", json={"type": 9, "payload": {}})
    assert refused.json()["message"] == "type must be that of the step, 1"


async def test_a_variant_is_changed_only_where_it_is_told(http: httpx2.AsyncClient, path: str) -> None:
    step = await add(http, path, 1, 1, {"payload": {"subject": "Old", "content": "<p>Old</p>", "preheader": "Old"}})
    variant = f"{path}/steps/{step['id']}/variants/{step['variants'][0]['id']}"

    async def stored() -> dict[str, Any]:
        return (await http.get(f"{path}/steps/{step['id']}")).json()["payload"][0]

    await http.patch(variant, json={"status": 0})
    assert ((await stored())["status"], (await stored())["payload"]["subject"]) == (0, "Old")
    await http.patch(variant, json={"payload": {"subject": "New", "content": "<p>New</p>"}})
    assert (await stored())["payload"] == {"subject": "New", "content": "<p>New</p>"}
    assert (await stored())["status"] == 0


async def test_a_change_keeps_to_the_rules_of_the_channel(http: httpx2.AsyncClient, path: str) -> None:
    step = await add(http, path, 1, 1, EMAIL)
    variant = f"{path}/steps/{step['id']}/variants/{step['variants'][0]['id']}"
    for body, complaint in (
        ({"taskNote": "Call"}, "taskNote is not allowed for Email"),
        ({"payload": {"subject": "x"}}, "payload.content should not be empty"),
        ({"status": 2}, "status must be a valid enum value"),
        ({"priority": "High"}, "priority must be a valid enum value"),
    ):
        assert (await http.patch(variant, json=body)).json()["message"] == [complaint]


async def test_a_step_can_be_moved_to_a_day_without_email(http: httpx2.AsyncClient, path: str) -> None:
    await add(http, path, 1, 1, EMAIL)
    step = await add(http, path, 1, 3, EMAIL)
    variant = f"{path}/steps/{step['id']}/variants/{step['variants'][0]['id']}"
    assert (await http.patch(variant, json={"absoluteDays": 1})).json()["code"] == 4000
    assert (await http.patch(variant, json={"absoluteDays": 3})).status_code == 200
    assert (await http.patch(variant, json={"absoluteDays": 5})).status_code == 200
    assert [row["absoluteDays"] for row in (await http.get(f"{path}/steps")).json()["payload"]] == [1, 5]


async def test_only_the_member_of_the_workspace_can_be_given_a_task(http: httpx2.AsyncClient, path: str) -> None:
    body: dict[str, Any] = {"type": 9, "absoluteDays": 1, "variants": [{"payload": {}}], "assigneeId": "nobody"}
    assert (await http.post(f"{path}/steps", json=body)).json()["message"] == "Assignee nobody not found"
    assert (await http.post(f"{path}/steps", json={**body, "assigneeId": "41"})).status_code == 201


async def test_unknown_sequences_steps_and_variants_are_told_apart(
    http: httpx2.AsyncClient, sequence_id: Callable[[str], str], step_id: Callable[[str, int], str]
) -> None:
    mine, foreign = sequence_id("Q3 launch"), step_id("Agencies EU", 1)
    step = step_id("Q3 launch", 1)
    for path, code in (
        ("/sequences/nope/steps", 40100),
        (f"/sequences/nope/steps/{step}", 40100),
        (f"/sequences/{mine}/steps/nope", 4000),
        (f"/sequences/{mine}/steps/{foreign}", 4000),
    ):
        assert (await http.get(path)).json()["code"] == code
    answer = await http.patch(f"/sequences/{mine}/steps/{step}/variants/nope", json={"status": 1})
    assert answer.json()["message"] == f"Variant nope not found in step {step}"
