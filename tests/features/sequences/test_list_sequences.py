"""``list_sequences``: which sequences there are, by title and status, page by page."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.sequences.create_sequence import CreateSequence
from saleshandy_mcp.features.sequences.list_sequences import ListSequences
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.world.rows import add_dnc_items
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.kit import context_over, faulty, line_of, new_box, says

SENTENCES = ["Which sequences are running right now?", "Show me all my campaigns and sequences"]
EXAMPLES: dict[str, dict[str, Any]] = {"list_sequences": {}, "list_sequences_none": {"query": "zebra"}}


@pytest.mark.parametrize(
    ("query", "status", "titles"),
    [
        (None, "active", {"Q3 launch", "Agencies EU"}),
        (None, "paused", {"SaaS founders", "Webinar in May", "Partner programme (draft)"}),
        ("eu", "any", {"Agencies EU"}),
        ("LAUNCH", "active", {"Q3 launch"}),
        ("launch", "paused", set[str]()),
        ("nothing of this name", "any", set[str]()),
    ],
)
async def test_sequences_are_listed_by_part_of_the_title_and_by_status(
    context: Context, query: str | None, status: str, titles: set[str]
) -> None:
    found = await ListSequences.model_validate({"query": query, "status": status}).run(context)
    assert {line.title for line in found.sequences} == titles
    assert (found.total, found.page, found.pages, found.next) == (len(titles), 1, 1, None)
    assert found.active == sum(line.status == "active" for line in found.sequences)


async def test_a_line_has_what_is_needed_to_choose(box: Sandbox, context: Context) -> None:
    found = await ListSequences(query="Q3").run(context)
    (line,) = found.sequences
    seen = line_of(box, "Q3 launch")
    assert (line.id, line.title, line.status, line.steps) == (seen["id"], "Q3 launch", "active", 5)
    assert line.owner == "Ada Example"


async def test_many_sequences_come_in_pages_that_hold_each_once(box: Sandbox, context: Context) -> None:
    for number in range(55):
        await CreateSequence(title=f"Batch {number}").run(context)
        box.clock.advance(4)
    seen: list[str] = []
    for page in (1, 2, 3):
        found = await ListSequences(query="batch", page=page).run(context)
        seen += [line.title for line in found.sequences]
        following = NextCall.of("list_sequences", query="batch", page=page + 1) if page < 3 else None
        assert (found.total, found.pages, found.next) == (55, 3, following)
    assert sorted(seen) == sorted(f"Batch {number}" for number in range(55))
    assert (await ListSequences(query="batch", page=4).run(context)).sequences == []
    paused = await ListSequences(status="paused").run(context)
    assert paused.next == NextCall.of("list_sequences", status="paused", page=2)


async def test_a_line_has_people_senders_and_rates_of_all_time(box: Sandbox, context: Context) -> None:
    (line,) = (await ListSequences(query="Q3").run(context)).sequences
    assert line.senders == ["ada@lanternworks.example.com", "ada@trylanternworks.example.com"]
    assert (line.people, line.trouble) == (len(box.world.enrolments[line.id]), "")
    sent = sum(1 for _ in select(box.world, "email-sent", sequenceId=line.id))
    assert line.numbers.startswith(f"{sent} sent · ")


async def test_an_active_sequence_that_can_mail_nobody_is_counted_and_says_why(box: Sandbox, context: Context) -> None:
    row = next(it for it in box.world.sequences.values() if it["title"] == "Webinar in May")
    row["active"] = True
    found = await ListSequences(query="Q3").run(context)
    assert found.silent == 0
    found = await ListSequences().run(context)
    line = next(it for it in found.sequences if it.title == "Webinar in May")
    assert found.silent == 1
    assert "SENDS NOTHING: no sender can send: events@lanternworks-events.example.com is disconnected" in line.line()


async def test_numbers_that_a_minute_does_not_allow_are_said_not_to_be_read() -> None:
    box = new_box(limits=True)
    async with context_over(box, patience=0, longest=10) as context:
        for number in range(24):
            await CreateSequence(title=f"Batch {number}").run(context)
            box.clock.advance(61)
        found = await ListSequences().run(context)
    assert len(found.sequences) == 25
    assert found.not_read == sum(not it.numbers for it in found.sequences) == 5
    assert "; of 20 on this page: no people, no mails sent (page 1 of 2)" in text_of(found)


async def test_a_line_says_when_the_last_mail_went_out_and_the_first_line_sums_up(
    box: Sandbox, context: Context
) -> None:
    old = line_of(box, "Webinar in May")["id"]
    for it in box.world.events:
        if it["sequenceId"] == old:
            it["at"] = f"2026-08-03{it['at'][10:]}"
    found = await ListSequences().run(context)
    for line in found.sequences:
        days = [it["at"][:10] for it in select(box.world, "email-sent", sequenceId=line.id)]
        newest = max(days, default=None)
        assert line.last == newest if newest and newest >= "2026-09-17" else not line.last
    assert found.people == sum(len(it) for it in box.world.enrolments.values())
    assert found.sent == sum(1 for _ in select(box.world, "email-sent"))
    text = text_of(found)
    assert f"; {found.people} people, {found.sent} mails sent (page 1 of 1)" in text
    assert "last mail over 60 days ago" in text
    assert "last mail 2026-11-1" in text


async def test_a_day_that_not_all_pages_tell_is_not_said_but_today_is(box: Sandbox) -> None:
    today = {"Sequence Id": "", "Email Sent At": "2026-11-16T07:00:00Z", "Open Count": 1}
    for at, known in (("2026-11-16T07:00:00Z", "2026-11-16"), ("2026-11-14T07:00:00Z", None)):
        id_ = line_of(box, "Q3 launch")["id"]
        row = {**today, "Sequence Id": id_, "Email Sent At": at}
        endless = says(200, {"payload": {"data": [row] * 500, "hasMore": True}})
        async with context_over(box, app=faulty(box, "POST /analytics/consolidated-stats", endless)) as context:
            (line,) = (await ListSequences(query="Q3").run(context)).sequences
        assert line.last == known


async def test_an_active_sequence_whose_people_are_all_blocked_says_so(box: Sandbox, context: Context) -> None:
    row = next(it for it in box.world.sequences.values() if it["title"] == "SaaS founders")
    row["active"] = True
    people = [box.world.prospects[it]["email"] for it in box.world.enrolments[row["id"]]]
    (blocks, *_) = box.world.dnc_lists.values()
    add_dnc_items(box.world, blocks, people[1:], "Ada Example", box.world.now())
    (line,) = (await ListSequences(query="founders").run(context)).sequences
    assert line.trouble == ""
    add_dnc_items(box.world, blocks, people[:1], "Ada Example", box.world.now())
    found = await ListSequences(query="founders").run(context)
    assert "SENDS NOTHING: all its people are on a do-not-contact list" in text_of(found)
    assert found.silent == 1
