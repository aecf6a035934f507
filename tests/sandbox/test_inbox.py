"""The inbox: threads that come from answers, filters, and answering in turn."""

from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import record, select
from saleshandy_mcp.sandbox.simulation.threads import threads

EVERYTHING: dict[str, Any] = {"page": 1, "limit": 100, "owners": ["41"]}


async def listed(http: httpx2.AsyncClient, **filters: Any) -> Any:
    answer = await http.post("/unified-inbox/emails", json=EVERYTHING | filters)
    assert answer.status_code == 200, answer.text
    return answer.json()["payload"]


async def unread(http: httpx2.AsyncClient) -> int:
    return (await http.get("/unified-inbox/unread-email-threads-count")).json()["payload"]["count"]


async def outcomes(http: httpx2.AsyncClient) -> dict[str, str]:
    rows = (await http.get("/unified-inbox/outcome")).json()["payload"]["items"]
    return {row["name"]: row["id"] for row in rows}


def answering(box: Sandbox, number: int = 0, **changes: Any) -> dict[str, Any]:
    thread = threads(box.world)[number]
    body = {"emailThreadId": thread.id, "emailId": thread.messages[-1].id, "content": "<p>Thanks</p>"}
    return body | {"to": [thread.sender], "templateId": 0, "unifiedScheduledId": 0} | changes


async def test_each_answered_conversation_is_a_thread_the_latest_first(http: httpx2.AsyncClient) -> None:
    payload = await listed(http)
    moments = [item["lastMessageTimestamp"] for item in payload["items"]]
    assert moments == sorted(moments, reverse=True)
    assert payload["meta"]["totalItems"] == len(payload["items"]) == 36


async def test_a_new_answer_makes_a_new_unread_thread(box: Sandbox, http: httpx2.AsyncClient) -> None:
    before = await unread(http)
    answered = {event["prospectId"] for event in select(box.world, "reply-received")}
    mail = next(event for event in select(box.world, "email-sent") if event["prospectId"] not in answered)
    place = {"sequence_id": mail["sequenceId"], "step_id": mail["stepId"], "prospect_id": mail["prospectId"]}
    record(box.world, "reply-received", **place, subject="Re: Hello", content="<p>Who is this?</p>")
    first = (await listed(http))["items"][0]
    assert (first["subject"], first["isRead"], first["sentiment"]) == ("Re: Hello", False, "Uncategorized")
    assert await unread(http) == before + 1


async def test_threads_come_in_pages_with_their_meta(http: httpx2.AsyncClient) -> None:
    payload = await listed(http, page=4, limit=10)
    assert payload["meta"] == {
        "totalItems": 36,
        "currentPage": 4,
        "itemsPerPage": 10,
        "totalPages": 4,
        "itemCount": 6,
    }


async def test_the_unread_are_those_the_count_counts(http: httpx2.AsyncClient) -> None:
    payload = await listed(http, isRead=0)
    assert 0 < payload["meta"]["totalItems"] == await unread(http)
    assert (await listed(http, isRead=1))["meta"]["totalItems"] == 36 - await unread(http)


async def test_categories_and_sentiments_divide_the_threads(http: httpx2.AsyncClient) -> None:
    by_name = {name: await listed(http, categoryIds=[id_]) for name, id_ in (await outcomes(http)).items()}
    assert sum(payload["meta"]["totalItems"] for payload in by_name.values()) == 36
    words = ("Positive", "Negative", "Neutral", "Uncategorized")
    by_sentiment = {word: (await listed(http, sentiment=word))["items"] for word in words}
    assert sum(map(len, by_sentiment.values())) == 36
    assert all(item["sentiment"] == word for word, items in by_sentiment.items() for item in items)
    assert by_name["Uncategorized"]["items"] == by_sentiment["Uncategorized"]


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({"owners": []}, 0),
        ({"owners": ["nobody"]}, 0),
        ({"search": "PARENTAL leave"}, 1),
        ({"search": "nowhere to be found"}, 0),
        ({"clientIds": ["somebody"]}, 0),
        ({"sequenceIds": []}, 36),
        ({"type": "external"}, 0),
        ({"type": "system"}, 36),
        ({"startDate": "2026-11-17"}, 0),
        ({"endDate": "2026-09-01"}, 0),
        ({"startDate": "2026-09-01", "endDate": "2026-11-16"}, 36),
    ],
)
async def test_filters_leave_what_fits(http: httpx2.AsyncClient, filters: dict[str, Any], number: int) -> None:
    assert (await listed(http, **filters))["meta"]["totalItems"] == number


async def test_sequences_and_mailboxes_divide_the_threads(box: Sandbox, http: httpx2.AsyncClient) -> None:
    for name, ids in (("sequenceIds", box.world.sequences), ("emailAccountIds", box.world.email_accounts)):
        numbers = [(await listed(http, **{name: [id_]}))["meta"]["totalItems"] for id_ in ids]
        assert sum(numbers) == 36
        assert max(numbers) < 36


async def test_a_thread_is_read_with_all_its_mails_and_stays_unread(box: Sandbox, http: httpx2.AsyncClient) -> None:
    before = await unread(http)
    thread = threads(box.world)[0]
    payload = (await http.get(f"/unified-inbox/emails/{thread.id}")).json()["payload"]
    assert payload["threadId"] == thread.id
    assert len(payload["messages"]) > 1
    for message in payload["messages"]:
        single = (await http.get(f"/unified-inbox/emails/{thread.id}/{message['id']}")).json()
        assert single["payload"] == message
    assert await unread(http) == before


async def test_an_answer_stands_in_the_thread_and_marks_it_read(box: Sandbox, http: httpx2.AsyncClient) -> None:
    first = (await listed(http, isRead=0))["items"][0]["id"]
    number = [thread.id for thread in threads(box.world)].index(first)
    before, events = await unread(http), len(box.world.events)
    answer = await http.post("/unified-inbox/emails/reply", json=answering(box, number))
    assert answer.json() == {"message": "Reply sent"}
    messages = (await http.get(f"/unified-inbox/emails/{first}")).json()["payload"]["messages"]
    assert messages[-1]["body"] == "<p>Thanks</p>"
    assert await unread(http) == before - 1
    assert len(box.world.events) == events


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"emailThreadId": "nowhere"}, 5001),
        ({"emailId": "nowhere"}, 5001),
        ({"content": "<p> </p>"}, 4000),
        ({"to": ["zofia.nowak@ostrellis.example.com"]}, 4000),
        ({"cc": ["Zofia.Nowak@ostrellis.example.com"]}, 4000),
    ],
)
async def test_an_answer_that_must_not_go_out_is_refused(
    box: Sandbox, http: httpx2.AsyncClient, changes: dict[str, Any], code: int
) -> None:
    mails = list(box.world.mails)
    answer = await http.post("/unified-inbox/emails/reply", json=answering(box, **changes))
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert box.world.mails == mails


async def test_nobody_on_a_do_not_contact_list_is_answered(box: Sandbox, http: httpx2.AsyncClient) -> None:
    body = answering(box)
    domain = body["to"][0].partition("@")[2]
    dnc_list = next(iter(box.world.dnc_lists))
    await http.post("/dnc", json={"dncListId": dnc_list, "items": [domain]})
    answer = await http.post("/unified-inbox/emails/reply", json=body)
    assert answer.json()["message"] == f"{body['to'][0]} is on a Do Not Contact list"


@pytest.mark.parametrize("path", ["/unified-inbox/emails/nowhere", "/unified-inbox/emails/nowhere/x"])
async def test_an_unknown_thread_is_refused(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, 4000)
