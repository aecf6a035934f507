"""Numbers: of a sequence, of recipients, of a mailbox, of the team. All of them tell the same story."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import record

IdOf = Callable[[str], str]
WINDOW = {"startDate": "2026-09-01", "endDate": "2026-11-16"}
TEAM = {
    "userIds": ["41", "42"],
    "startDate": "2026-09-01T00:00:00+00:00",
    "endDate": "2026-11-16T23:59:59+02:00",
    "countBy": "absolute",
    "type": "email",
    "page": 1,
    "limit": 25,
    "sortOrder": "desc",
    "orderBy": "emailSent",
}


async def recipients(http: httpx2.AsyncClient, ids: list[str], **changes: Any) -> Any:
    body = {"sequenceIds": ids, **WINDOW, "pageNum": 1, "pageLimit": 500, **changes}
    return (await http.post("/analytics/consolidated-stats", json=body)).json()


async def stats(http: httpx2.AsyncClient, sequence_id: str) -> Any:
    return (await http.post("/analytics/stats", json={"sequenceId": sequence_id})).json()["payload"]


async def test_the_numbers_of_people_in_a_sequence_are_texts(http: httpx2.AsyncClient, sequence_id: IdOf) -> None:
    payload = await stats(http, sequence_id("Q3 launch"))
    [people] = payload["prospects"]
    assert people["total"] == "140"
    assert all(isinstance(number, str) for number in people.values())
    assert int(people["contacted"]) + int(people["notContacted"]) == 140
    assert int(people["open"]) == int(people["replied"]) + int(people["openedNoReply"])


async def test_the_numbers_of_an_unknown_sequence_are_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/analytics/stats", json={"sequenceId": "nowhere"})
    assert answer.json()["code"] == 40100


async def test_a_sequence_that_sent_nothing_has_zeros(http: httpx2.AsyncClient, sequence_id: IdOf) -> None:
    payload = await stats(http, sequence_id("Partner programme (draft)"))
    assert set(payload["prospects"][0].values()) == {"0"}
    assert payload["emails"]["total"] == 0


@pytest.mark.parametrize("title", ["Q3 launch", "Agencies EU", "SaaS founders", "Webinar in May"])
async def test_totals_of_a_sequence_are_the_sums_of_its_recipients(
    http: httpx2.AsyncClient, sequence_id: IdOf, title: str
) -> None:
    rows = (await recipients(http, [sequence_id(title)]))["payload"]["data"]
    payload = await stats(http, sequence_id(title))
    [people], mails = payload["prospects"], payload["emails"]["status"]
    assert len({row["Recipient Email"] for row in rows}) == int(people["contacted"])
    for column, name in (("Replied", "replied"), ("Unsubscribed", "unsubscribed")):
        assert len({row["Recipient Email"] for row in rows if row[column] == "Yes"}) == int(people[name])
    assert sum(row["Bounced"] == "Yes" for row in rows) == mails["bounced"]
    assert sum(row["Open Count"] > 0 for row in rows) == mails["opened"]
    assert sum(row["Click Count"] > 0 for row in rows) == mails["clicked"]
    assert len(rows) == mails["delivered"] + mails["bounced"]


async def test_mailboxes_together_sent_what_the_team_sent(box: Sandbox, http: httpx2.AsyncClient) -> None:
    reports = [
        (await http.post("/analytics/emailaccount/stats", json={"emailId": id_})).json()["payload"]["Email Analytics"][
            0
        ]
        for id_ in box.world.email_accounts
    ]
    members = (await http.post("/analytics/team/stats", json=TEAM)).json()["payload"]
    for column, name in (
        ("Total Sent", "emailSent"),
        ("Opens", "opened"),
        ("Clicked", "clicked"),
        ("Replies", "replied"),
    ):
        assert sum(report[column] for report in reports) == sum(it[name] for it in members) > 0
        assert all(it[name] for it in members)  # "Agencies EU" belongs to the second of them


async def test_a_new_event_moves_every_number(box: Sandbox, http: httpx2.AsyncClient, sequence_id: IdOf) -> None:
    id_ = sequence_id("Q3 launch")
    before = await stats(http, id_)
    waiting = next(
        person for person in box.world.enrolments[id_] if all(e["prospectId"] != person for e in box.world.events)
    )
    step = box.world.steps_of(id_)[0]["id"]
    sender = box.world.sequences[id_]["emailAccountIds"][0]
    for kind in ("email-sent", "email-opened"):
        record(box.world, kind, sequence_id=id_, step_id=step, prospect_id=waiting, sender_id=sender)
    after = await stats(http, id_)
    for name, change in (("contacted", 1), ("notContacted", -1), ("open", 1), ("replied", 0)):
        assert int(after["prospects"][0][name]) - int(before["prospects"][0][name]) == change
    rows = (await recipients(http, [id_], startDate="2026-11-16"))["payload"]["data"]
    assert [(row["Open Count"], row["Replied"]) for row in rows] == [(1, "No")]


async def test_recipients_come_in_pages_until_there_are_no_more(http: httpx2.AsyncClient, sequence_id: IdOf) -> None:
    id_ = sequence_id("Agencies EU")
    everybody = (await recipients(http, [id_]))["payload"]["data"]
    seen: list[Any] = []
    for number in range(1, 100):
        page = (await recipients(http, [id_], pageNum=number, pageLimit=10))["payload"]
        seen += page["data"]
        if not page["hasMore"]:
            break
    assert seen == everybody


async def test_only_those_with_an_event_in_the_window_are_rows(http: httpx2.AsyncClient, sequence_id: IdOf) -> None:
    answer = await recipients(http, [sequence_id("SaaS founders")], startDate="2026-11-16")
    assert answer["payload"] == {"data": [], "hasMore": False}


async def test_dates_of_recipients_are_javascript_texts(http: httpx2.AsyncClient, sequence_id: IdOf) -> None:
    rows = (await recipients(http, [sequence_id("Q3 launch")]))["payload"]["data"]
    pattern = re.compile(
        r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Sep|Oct|Nov) \d\d 2026 \d\d:\d\d:\d\d GMT\+[12]:00 \(Europe/Copenhagen\)"
    )
    assert all(pattern.fullmatch(row["Email Sent At"]) for row in rows)
    assert all((row["Last Opened At"] is None) == (row["Open Count"] == 0) for row in rows)


@pytest.mark.parametrize(
    "changes",
    [
        {"startDate": "2024-01-01"},
        {"startDate": "2026-11-16", "endDate": "2026-11-15"},
        {"startDate": "yesterday"},
        {"sequenceIds": ["nowhere"]},
        {"pageLimit": 9},
    ],
)
async def test_a_window_that_makes_no_sense_is_refused(
    http: httpx2.AsyncClient, sequence_id: IdOf, changes: dict[str, Any]
) -> None:
    assert (await recipients(http, [sequence_id("Q3 launch")], **changes)).get("payload") is None


async def test_team_numbers_may_be_of_people_and_relative(http: httpx2.AsyncClient) -> None:
    people = TEAM | {"type": "prospect", "orderBy": "replied"}
    absolute, second = (await http.post("/analytics/team/stats", json=people)).json()["payload"]
    # Her colleague has the better rate, and comes first by it.
    _, relative = (await http.post("/analytics/team/stats", json=people | {"countBy": "relative"})).json()["payload"]
    assert (absolute["replied"], second["replied"]) == (26, 10)
    assert relative["replied"] == round(100 * 26 / absolute["prospectContacted"], 1)


async def test_strangers_have_no_row_and_a_wrong_order_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/analytics/team/stats", json=TEAM | {"userIds": ["nobody"]})
    assert answer.json()["payload"] == []
    answer = await http.post("/analytics/team/stats", json=TEAM | {"orderBy": "Interested"})
    assert answer.status_code == 400


async def test_the_export_is_mailed_to_the_member(box: Sandbox, http: httpx2.AsyncClient, sequence_id: IdOf) -> None:
    ids = [sequence_id("Agencies EU")]
    answer = await http.post("/analytics/email-sent-details", json={**WINDOW, "sequenceIds": ids})
    assert answer.json() == {"message": "Export started"}
    mail = box.world.mails[-1]
    assert mail["to"] == ["ada@lanternworks.example.com"]
    rows = list(csv.DictReader(io.StringIO(mail["attachment"])))
    assert len(rows) == len((await recipients(http, ids))["payload"]["data"])
