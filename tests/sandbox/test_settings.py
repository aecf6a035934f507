"""Settings, schedule and priority distribution of a sequence."""

from collections.abc import Callable

import httpx2
import pytest


@pytest.fixture
def path(sequence_id: Callable[[str], str]) -> str:
    return f"/sequences/{sequence_id('Q3 launch')}"


async def settings(http: httpx2.AsyncClient, path: str) -> dict[int, str]:
    payload = (await http.get(f"{path}/settings")).json()["payload"]
    return {entry["code"]: entry["value"] for entry in payload["settings"]}


async def change(http: httpx2.AsyncClient, path: str, values: dict[int, str]) -> httpx2.Response:
    entries = [{"code": code, "value": value} for code, value in values.items()]
    return await http.patch(f"{path}/settings", json={"settings": entries})


async def test_settings_come_with_schedule_and_priority_distribution(http: httpx2.AsyncClient, path: str) -> None:
    payload = (await http.get(f"{path}/settings")).json()["payload"]
    assert [entry["code"] for entry in payload["settings"]] == list(range(1, 14))
    assert all(isinstance(entry["value"], str) for entry in payload["settings"])
    assert payload["schedule"]["name"] == "Weekdays, office hours"
    assert [entry["name"] for entry in payload["priorityDistribution"] if entry["active"]] == ["BalancedSending"]


async def test_one_setting_can_be_asked_for(http: httpx2.AsyncClient, path: str) -> None:
    payload = (await http.get(f"{path}/settings?code=13")).json()["payload"]
    assert payload["settings"] == [{"code": 13, "value": "0"}]
    assert (await http.get(f"{path}/settings?code=14")).json()["message"] == ["code must not be greater than 13"]


async def test_settings_are_changed_and_stay(http: httpx2.AsyncClient, path: str) -> None:
    assert (await change(http, path, {13: "1", 7: '["log@example.com"]'})).status_code == 200
    stored = await settings(http, path)
    assert (stored[13], stored[7], stored[3]) == ("1", '["log@example.com"]', "1")


@pytest.mark.parametrize(
    "values",
    [
        {1: "<a href='{{link}}'>stop</a>", 2: "Reply stop"},
        {9: "2"},
        {9: "2", 4: "0", 5: "1", 12: "0"},
        {3: "yes"},
        {7: "log@example.com"},
        {1: "<a>no link</a>"},
    ],
)
async def test_settings_that_contradict_are_refused_and_change_nothing(
    http: httpx2.AsyncClient, path: str, values: dict[int, str]
) -> None:
    before = await settings(http, path)
    answer = await change(http, path, values)
    assert (answer.status_code, answer.json()["code"]) == (400, 4000)
    assert await settings(http, path) == before


async def test_plain_text_needs_tracking_off(http: httpx2.AsyncClient, path: str) -> None:
    assert (await change(http, path, {9: "2", 4: "0", 5: "0", 12: "0"})).status_code == 200


async def test_an_unsubscribe_text_takes_the_place_of_the_link(http: httpx2.AsyncClient, path: str) -> None:
    await change(http, path, {1: "<a href='{{link}}'>stop</a>"})
    await change(http, path, {2: "Reply stop"})
    stored = await settings(http, path)
    assert (stored[1], stored[2]) == ("", "Reply stop")


async def test_values_are_always_strings(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.patch(f"{path}/settings", json={"settings": [{"code": 3, "value": 1}]})
    assert answer.json()["message"] == ["settings.0.value must be a string"]


async def test_the_schedule_is_changed_by_either_call(http: httpx2.AsyncClient, path: str) -> None:
    first, second, third = (await http.get("/schedules")).json()["payload"]
    shown = (await http.patch(f"{path}/schedule", json={"scheduleId": second["id"]})).json()["payload"]
    assert shown == {key: second[key] for key in ("id", "name", "timezone", "isDefault")}
    await http.patch(f"{path}/settings", json={"scheduleId": third["id"]})
    assert (await http.get(f"{path}/settings")).json()["payload"]["schedule"] == third
    assert first["isDefault"] is True


async def test_an_unknown_schedule_is_refused(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.patch(f"{path}/schedule", json={"scheduleId": "nope"})
    assert answer.json()["code"] == 4000


async def test_the_priority_distribution_is_a_number(http: httpx2.AsyncClient, path: str) -> None:
    await http.patch(f"{path}/priority-distribution", json={"priorityDistributionId": 4})
    payload = (await http.get(f"{path}/settings")).json()["payload"]
    assert [entry["id"] for entry in payload["priorityDistribution"] if entry["active"]] == [4]
    answer = await http.patch(f"{path}/priority-distribution", json={"priorityDistributionId": "BalancedSending"})
    assert answer.json()["message"] == ["priorityDistributionId must be a valid enum value"]
