"""Imports: jobs that end by the clock, rows that are refused, values that are merged."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation import imports

ANN = {"Email": "ann@new.example.com", "First Name": "Ann", "Company": "New"}
STEP = "/sequences/prospects/import-with-field-name"
ACCOUNT = "/prospects/import-with-field-name"
UNSUBSCRIBED = "zofia.nowak@ostrellis.example.com"
BOUNCED = "carmen.molina@starquay.example.com"

Send = Callable[..., Any]


@pytest.fixture
def send(box: Sandbox, http: httpx2.AsyncClient) -> Send:
    """Import rows, wait for the job, answer its line of the state."""

    async def run(path: str, *rows: dict[str, Any], wait: float = 60, **changes: Any) -> dict[str, Any]:
        body = {"prospectList": rows, "conflictAction": "overwrite", "verifyProspects": False, **changes}
        answer = await http.post(path, json=body)
        assert answer.status_code == 201, answer.text
        box.clock.advance(wait)
        return box.state()["imports"][-1]

    return run


@pytest.fixture
def values(box: Sandbox) -> Callable[[str], dict[str, str]]:
    def stored(email: str) -> dict[str, str]:
        prospect = box.world.prospect(email)
        assert prospect is not None
        return prospect["values"]

    return stored


async def refusal(http: httpx2.AsyncClient, path: str, **changes: Any) -> Any:
    body = {"prospectList": [ANN], "conflictAction": "overwrite", "verifyProspects": False, **changes}
    answer = await http.post(path, json={key: value for key, value in body.items() if value is not None})
    assert answer.status_code == 400
    return answer.json()["message"]


async def test_nothing_is_stored_before_the_job_is_due(
    box: Sandbox, http: httpx2.AsyncClient, send: Send, step_id: Callable[[str, int], str]
) -> None:
    rows = [{"Email": f"p{number}@new.example.com"} for number in range(1000)]
    job = await send(STEP, *rows, stepId=step_id("Q3 launch", 1), wait=4.9)
    assert (job["isCompleted"], job["imported"], len(box.world.prospects)) == (False, 0, 400)
    box.clock.advance(0.1)
    status = await http.get(f"/prospects/import-status/{job['requestId']}")
    assert status.json()["payload"]["isCompleted"] is True
    assert len(box.world.prospects) == 1400
    assert box.state()["sequences"][0]["prospectsByStep"][step_id("Q3 launch", 1)] == 1052


async def test_a_request_id_is_seven_hexadecimal_digits(send: Send) -> None:
    ids = [(await send(ACCOUNT, ANN))["requestId"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(len(id_) == 7 and int(id_, 16) >= 0 for id_ in ids)


async def test_an_unknown_request_is_40000(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/prospects/import-status/0000000")
    assert (answer.status_code, answer.json()["code"]) == (400, 40000)


async def test_refused_rows_are_told_in_a_file(
    http: httpx2.AsyncClient, send: Send, step_id: Callable[[str, int], str], box: Sandbox
) -> None:
    elsewhere = box.world.prospects[next(iter(box.world.enrolments[next(iter(box.world.sequences))]))]["email"]
    rows = [
        {**ANN, "Why Now": "Ümlaut, and comma"},
        {**ANN, "Email": " ANN@new.example.com "},
        {"Email": "not an address"},
        {"First Name": "Nobody"},
        {"Email": UNSUBSCRIBED.upper()},
        {"Email": BOUNCED},
        {"Email": elsewhere, "City": "Moved"},
    ]
    job = await send(STEP, *rows, stepId=step_id("Q3 launch", 2))
    status = (await http.get(f"/prospects/import-status/{job['requestId']}")).json()["payload"]
    link = f"http://sandbox/files/{job['requestId']}.csv"
    assert status == {"isCompleted": True, "failedProspectsURL": link, "reportURL": link}
    report = list(csv.DictReader(io.StringIO((await http.get(link, headers={"x-api-key": ""})).text)))
    assert list(report[0]) == ["Email", "First Name", "Company", "Why Now", "City", "Failure Reason"]
    assert [row["Failure Reason"] for row in report] == [
        "Duplicate prospect",
        "Invalid email address",
        "Invalid email address",
        "Prospect is unsubscribed",
        "Prospect has bounced before",
        "Prospect already present in another step of same sequence",
    ]
    assert (job["imported"], job["updated"], job["refused"]) == (1, 0, 6)
    assert job["reasons"] == Counter(row["Failure Reason"] for row in report)


async def test_there_is_no_file_when_no_row_was_refused(http: httpx2.AsyncClient, send: Send) -> None:
    job = await send(ACCOUNT, ANN)
    assert (await http.get(f"http://sandbox/files/{job['requestId']}.csv")).status_code == 404


async def test_the_step_import_changes_nothing_of_people_in_another_step(
    send: Send, step_id: Callable[[str, int], str], values: Callable[[str], dict[str, str]]
) -> None:
    await send(STEP, ANN, stepId=step_id("Q3 launch", 1))
    job = await send(STEP, {**ANN, "Company": "Other"}, stepId=step_id("Q3 launch", 2), conflictAction="upsert")
    assert (job["updated"], job["refused"]) == (0, 1)
    assert values(ANN["Email"])["Company"] == "New"


async def test_the_account_wide_import_updates_them_and_leaves_them_where_they_are(
    box: Sandbox, send: Send, step_id: Callable[[str, int], str], values: Callable[[str], dict[str, str]]
) -> None:
    await send(STEP, ANN, stepId=step_id("SaaS founders", 1))
    before = box.state()["sequences"][2]["prospectsByStep"]
    job = await send(ACCOUNT, {**ANN, "Company": "Other"}, stepId=step_id("SaaS founders", 2))
    assert (job["updated"], job["refused"]) == (1, 0)
    assert values(ANN["Email"])["Company"] == "Other"
    assert box.state()["sequences"][2]["prospectsByStep"] == before


async def test_people_in_the_very_same_step_are_updated(
    send: Send, step_id: Callable[[str, int], str], values: Callable[[str], dict[str, str]]
) -> None:
    step = step_id("Q3 launch", 1)
    await send(STEP, ANN, stepId=step)
    job = await send(STEP, {**ANN, "Company": "Other"}, stepId=step)
    assert (job["imported"], job["updated"], job["refused"]) == (0, 1, 0)
    assert values(ANN["Email"])["Company"] == "Other"


async def test_known_people_who_are_enrolled_count_as_imported(send: Send, step_id: Callable[[str, int], str]) -> None:
    await send(ACCOUNT, ANN)
    job = await send(STEP, ANN, stepId=step_id("Q3 launch", 1))
    assert (job["imported"], job["updated"]) == (1, 0)


@pytest.mark.parametrize("email", [UNSUBSCRIBED, BOUNCED])
async def test_who_must_not_be_written_to_can_still_be_updated(
    send: Send, values: Callable[[str], dict[str, str]], email: str
) -> None:
    job = await send(ACCOUNT, {"Email": email, "Company": "Other"})
    assert (job["updated"], job["refused"]) == (1, 0)
    assert values(email)["Company"] == "Other"


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("overwrite", {"City": "Bonn", "Company": "Old", "Country": "Peru"}),
        ("noUpdate", {"City": "Rome", "Company": "Old"}),
        ("addMissingFields", {"City": "Rome", "Company": "Old", "Country": "Peru"}),
        ("upsert", {"City": "Bonn", "Country": "Peru"}),
    ],
)
def test_conflict_actions_differ_in_what_they_keep(action: str, expected: dict[str, str]) -> None:
    stored = {"City": "Rome", "Company": "Old"}
    row = {"City": "Bonn", "Company": "", "Country": "Peru", "State": ""}
    assert imports.merged(stored, row, action) == expected


async def test_numbers_and_nulls_are_taken_as_text_and_blank(
    send: Send, values: Callable[[str], dict[str, str]]
) -> None:
    await send(ACCOUNT, {**ANN, "Support Team Size": 7, "City": None})
    assert values(ANN["Email"]) == {"First Name": "Ann", "Company": "New", "Support Team Size": "7"}


async def test_addresses_are_verified_some_time_after_the_job(
    box: Sandbox, http: httpx2.AsyncClient, send: Send
) -> None:
    rows = [{"Email": f"p{number}@new.example.com"} for number in range(500)]
    await send(ACCOUNT, *rows, verifyProspects=True, wait=4)

    async def statuses() -> Counter[str]:
        emails = [row["Email"] for row in rows]
        answer = await http.post("/prospects/verification-status", json={"emails": emails})
        return Counter(row["status"] for row in answer.json()["payload"])

    assert await statuses() == {"pending": 500}
    box.clock.advance(6)
    assert await statuses() == {"inProgress": 500}
    box.clock.advance(14)
    counted = await statuses()
    assert counted["valid"] > 440
    assert set(counted) == {"valid", "risky", "bad"}
    assert await statuses() == counted


async def test_without_verification_an_address_is_skipped(http: httpx2.AsyncClient, send: Send) -> None:
    await send(ACCOUNT, ANN)
    answer = await http.post("/prospects/verification-status", json={"emails": [ANN["Email"]]})
    assert answer.json()["payload"] == [{"email": ANN["Email"], "status": "skip"}]


async def test_jobs_settle_in_the_order_in_which_they_become_due(
    box: Sandbox, send: Send, values: Callable[[str], dict[str, str]]
) -> None:
    long = [{**ANN, "Company": "Late"}, *({"Email": f"p{number}@new.example.com"} for number in range(999))]
    await send(ACCOUNT, *long, wait=0)
    await send(ACCOUNT, {**ANN, "Company": "Early"}, wait=0)
    box.clock.advance(60)
    box.state()
    assert values(ANN["Email"])["Company"] == "Late"


@pytest.mark.parametrize(
    ("path", "changes", "message"),
    [
        (STEP, {"stepId": "nope"}, "Step nope not found"),
        (ACCOUNT, {"stepId": "nope"}, "Step nope not found"),
        (STEP, {}, ["stepId should not be empty"]),
        (ACCOUNT, {"verifyProspects": None}, ["verifyProspects must be a boolean value"]),
        (ACCOUNT, {"conflictAction": None}, ["conflictAction must be a valid enum value"]),
        (ACCOUNT, {"verifyProspects": "yes"}, ["verifyProspects must be a boolean value"]),
        (ACCOUNT, {"sequenceId": "x"}, ["property sequenceId should not exist"]),
        (ACCOUNT, {"prospectList": []}, ["prospectList must contain at least 1 elements"]),
        (ACCOUNT, {"tags": ["ab"]}, ["each value in tags must be longer than or equal to 3 characters"]),
        (ACCOUNT, {"prospectList": [ANN, {**ANN, "first name": "Ann"}]}, "Unknown field: first name"),
        (
            ACCOUNT,
            {"prospectList": [{**ANN, "City": True}]},
            ["prospectList.0.City must be one of the following types: string, number, null"],
        ),
    ],
)
async def test_a_call_that_is_wrong_as_a_whole_is_refused_as_a_whole(
    box: Sandbox, http: httpx2.AsyncClient, path: str, changes: dict[str, Any], message: str | list[str]
) -> None:
    assert await refusal(http, path, **changes) == message
    assert box.state()["imports"] == []


async def test_more_than_100_000_rows_are_too_many(http: httpx2.AsyncClient) -> None:
    body: dict[str, Any] = {"prospectList": [{}] * 100_001, "conflictAction": "noUpdate", "verifyProspects": False}
    answer = await http.post(ACCOUNT, json=body)
    assert (answer.status_code, answer.json()["message"]) == (413, "At most 100,000 prospects can be imported at once")


async def test_tags_are_kept_once(box: Sandbox, send: Send) -> None:
    await send(ACCOUNT, ANN, tags=["spring", "spring"])
    await send(ACCOUNT, ANN, tags=["spring", "fair"], conflictAction="noUpdate")
    prospect = box.world.prospect(ANN["Email"])
    assert prospect is not None
    assert prospect["tags"] == ["spring", "fair"]
