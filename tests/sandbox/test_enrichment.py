"""Enrichment: jobs that end by the clock, and credits that run out."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Clock, Sandbox

# Three leads, by what is known of them.
FULL, NO_PHONE, NO_EMAIL = 90402, 90401, 90405


async def started(http: httpx2.AsyncClient, what: str = "contact", **body: Any) -> str:
    answer = await http.post(f"/enrich/{what}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["payload"]["requestId"]


async def status_of(http: httpx2.AsyncClient, request_id: str) -> dict[str, Any]:
    return (await http.get(f"/enrich/status/{request_id}")).json()["payload"]


async def results(http: httpx2.AsyncClient, request_id: str) -> list[dict[str, Any]]:
    return (await http.get(f"/enrich/status/result/{request_id}")).json()["payload"]["results"]


async def left(http: httpx2.AsyncClient) -> float:
    return (await http.get("/credits")).json()["payload"]["totalCredits"]


async def test_a_job_ends_by_the_clock_and_is_charged_then(http: httpx2.AsyncClient, box: Sandbox) -> None:
    request_id = await started(http, lead_id=[FULL])
    state = await status_of(http, request_id)
    assert (state["status"], state["totalRecords"], state["processed"]) == ("in-progress", 1, 0)
    assert await results(http, request_id) == []
    assert await left(http) == 150
    box.clock.advance(10)
    state = await status_of(http, request_id)
    assert (state["status"], state["succeeded"], state["creditsCharged"]) == ("completed", 1, 1)
    (row,) = await results(http, request_id)
    assert row["emails"] == [{"email": "nikolaj.krogh@alderloom.example.com", "verificationStatus": "valid"}]
    assert "phone" not in row
    assert (await http.get("/credits")).json()["payload"] == {
        "totalCredits": 149,
        "creditConsumedToday": 1,
        "creditConsumedThisMonth": 30,
    }


@pytest.mark.parametrize(
    ("lead", "options", "charged", "status"),
    [
        (FULL, {}, 1, "completed"),
        (FULL, {"reveal_phone": True}, 7, "completed"),
        (NO_PHONE, {"reveal_phone": True}, 1, "completed"),
        (FULL, {"email_type": "personal_email"}, 1, "completed"),
        (NO_EMAIL, {}, 0, "failed"),
        (404, {}, 0, "failed"),
        (FULL, {"profile_only": True}, 0, "completed"),
    ],
)
async def test_an_email_costs_one_credit_a_phone_seven_a_miss_nothing(
    http: httpx2.AsyncClient, box: Sandbox, lead: int, options: dict[str, Any], charged: float, status: str
) -> None:
    request_id = await started(http, lead_id=[lead], **options)
    box.clock.advance(10)
    state = await status_of(http, request_id)
    assert (state["creditsCharged"], state["status"]) == (charged, status)


async def test_misses_among_hits_are_errors_of_a_completed_job(http: httpx2.AsyncClient, box: Sandbox) -> None:
    request_id = await started(http, lead_id=[FULL, NO_EMAIL])
    box.clock.advance(10)
    state = await status_of(http, request_id)
    assert (state["status"], state["succeeded"], state["failed"]) == ("completed-with-errors", 1, 1)


async def test_what_was_bought_once_is_not_charged_again(http: httpx2.AsyncClient, box: Sandbox) -> None:
    for _ in range(2):
        await started(http, lead_id=[FULL, FULL])
        box.clock.advance(10)
    box.state()
    assert await left(http) == 149


async def test_leads_are_found_by_address_of_their_profile_and_by_name_with_company(
    http: httpx2.AsyncClient, box: Sandbox
) -> None:
    request_id = await started(
        http,
        linkedin_url=["https://linkedin.example.com/in/freja-holm-90401"],
        full_name_with_company=[
            {
                "first_name": "Nikolaj",
                "last_name": "krogh",
                "company_website": "https://www.alderloom.example.com/team",
            },
            {"first_name": "Nobody", "last_name": "Here", "company_domain": "alderloom.example.com"},
        ],
    )
    box.clock.advance(10)
    assert [row["lead_id"] for row in await results(http, request_id)] == [90401, 90402]


async def test_credits_run_out(http: httpx2.AsyncClient, box: Sandbox) -> None:
    with_phone = [lead["id"] for lead in box.world.leads.values() if lead["phone"]]
    await started(http, lead_id=with_phone[:20], reveal_phone=True)
    # What a running job may cost is set aside.
    body = {"lead_id": with_phone[20:40], "reveal_phone": True}
    for _ in range(2):
        refused = await http.post("/enrich/contact", json=body)
        assert (refused.status_code, refused.json()["code"]) == (400, 4000)
        assert refused.json()["message"] == "Not enough credits"
        box.clock.advance(10)
    assert await left(http) < 20
    assert await started(http, lead_id=[NO_PHONE])


async def test_companies_cost_a_tenth(http: httpx2.AsyncClient, box: Sandbox) -> None:
    request_id = await started(
        http, "company", company_domain=["alderloom.example.com", "x.example.com"], company_id=[5502]
    )
    box.clock.advance(10)
    state = await status_of(http, request_id)
    assert (state["succeeded"], state["failed"], state["creditsCharged"]) == (2, 1, 0.2)
    assert len(await results(http, request_id)) == 2


@pytest.mark.parametrize(
    ("what", "body", "code"),
    [
        ("contact", {"lead_id": [FULL], "profile_only": True, "reveal_phone": True}, 1001),
        ("contact", {"lead_id": [FULL], "profile_only": True, "email_type": "work_email"}, 1001),
        ("contact", {"lead_id": []}, 4000),
        ("company", {}, 4000),
    ],
)
async def test_jobs_that_make_no_sense_are_refused(
    http: httpx2.AsyncClient, what: str, body: dict[str, Any], code: int
) -> None:
    answer = await http.post(f"/enrich/{what}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_more_than_a_hundred_records_are_refused(http: httpx2.AsyncClient) -> None:
    assert (await http.post("/enrich/contact", json={"lead_id": list(range(101))})).status_code == 400


@pytest.mark.parametrize("path", ["status", "status/result"])
async def test_an_unknown_job_is_not_found(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.get(f"/enrich/{path}/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, 40000)


async def test_the_windows_of_the_limits_are_counted(http: httpx2.AsyncClient, box: Sandbox) -> None:
    await started(http, lead_id=[FULL], profile_only=True)
    payload = (await http.get("/enrich/rate-limits")).json()["payload"]
    assert {name: row["limit"] - row["remaining"] for name, row in payload.items()} == {
        "perMinute": 1,
        "perHour": 1,
        "perDay": 1,
    }
    box.clock.advance(60)
    assert (await http.get("/enrich/rate-limits")).json()["payload"]["perMinute"]["remaining"] == 30


async def test_a_running_job_ends_in_a_world_that_was_kept_in_a_file(
    http: httpx2.AsyncClient, box: Sandbox, tmp_path: Path
) -> None:
    await started(http, lead_id=[FULL])
    box.save(tmp_path / "state.json")
    later = Sandbox(limits=False, clock=Clock(tick=lambda: 0.0), state=tmp_path / "state.json")
    later.clock.advance(10)
    later.state()
    assert "work_email" in later.world.leads[FULL]["revealed"]
    assert "work_email" not in box.world.leads[FULL]["revealed"]
