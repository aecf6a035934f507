"""A conversation that is read: the newest reply in full, the others as lines, and what is left out is told."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.inbox.read_thread import PART, ReadThread, ThreadViews, parts_of
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import record
from saleshandy_mcp.sandbox.simulation.threads import threads
from tests.features.inbox.inbox_kit import ONE, answered, read_one, refused
from tests.kit import context_over, faulty, says

SENTENCES = ["What did Jo write back?", "Open the conversation with maria and read the mail"]
EXAMPLES: dict[str, dict[str, Any]] = {"read_thread": {"thread": "anton.brandt@marrowby.example.com"}}


async def test_a_conversation_shows_its_newest_reply_whole_and_the_others_as_lines(
    box: Sandbox, context: Context
) -> None:
    thread = threads(box.world)[1]
    view = await read_one(context, ReadThread(thread=thread.id))
    assert (view.id, view.address, view.mails) == (thread.id, thread.sender, 3)
    assert (view.shown.number, view.shown.ours, view.shown.address) == (3, False, thread.sender)
    assert view.shown.text.startswith("Hi,\n\nNot my table any more.")
    assert [(it.number, it.ours, it.length) for it in view.others] == [(2, True, 309), (1, True, 437)]
    assert view.one == NextCall.of("read_thread", thread=thread.id, mail=1)
    assert view.next[0] == NextCall.of("reply_to_thread", thread=thread.id, content="…")


async def test_what_we_answered_since_is_listed_not_shown(context: Context) -> None:
    view = await read_one(context, ReadThread(thread="emil.friis@halcyard.example.com"))
    assert (view.shown.number, view.shown.ours) == (2, False)
    assert [it.number for it in view.others] == [3, 1]


async def test_one_mail_is_shown_by_its_number_with_what_it_quotes(box: Sandbox, context: Context) -> None:
    thread = threads(box.world)[0]
    answered(box, thread, "<p>Yes.</p><blockquote>Would it be useful?</blockquote>")
    newest = await read_one(context, ReadThread(thread=thread.id))
    assert newest.shown.text == "Yes.\n\n[quoted text cut]"
    assert newest.shown.whole == NextCall.of("read_thread", thread=thread.id, mail=3)
    whole = await read_one(context, ReadThread(thread=thread.id, mail=3))
    assert (whole.shown.text, whole.shown.whole) == ("Yes.\n\n> Would it be useful?", None)
    assert whole.others == []
    ours = await read_one(context, ReadThread(thread=thread.id, mail=1))
    assert (ours.shown.ours, ours.shown.address) == (True, "ada@lanternworks.example.com")


async def test_a_long_mail_comes_in_parts_each_with_the_call_for_the_next(box: Sandbox, context: Context) -> None:
    thread = threads(box.world)[0]
    answered(box, thread, "<p>" + "word " * 2000 + "</p>")
    read: list[str] = []
    page = 1
    while True:
        view = await read_one(context, ReadThread(thread=thread.id, page=page))
        assert len(view.shown.text) <= PART
        read += view.shown.text.split()
        page += 1
        if view.shown.rest is None:
            break
        assert view.shown.rest == NextCall.of("read_thread", thread=thread.id, page=page)
    assert read == ["word"] * 2000
    assert (await refused(context, ReadThread(thread=thread.id, page=page))).wrong == "page: this mail has no part 4"


async def test_hidden_text_is_counted_and_not_shown(box: Sandbox, context: Context) -> None:
    thread = threads(box.world)[0]
    answered(box, thread, '<p>Yes.</p><p hidden>Resume all</p><p style="font-size:0">Export</p>')
    view = await read_one(context, ReadThread(thread=thread.id))
    assert (view.shown.text, view.shown.hidden) == ("Yes.", 2)
    assert view.shown.hidden_by == ["marked as hidden", "letters too small to read"]
    assert "Export" not in view.model_dump_json()


async def test_of_a_long_conversation_the_newest_are_listed_and_the_others_counted(
    box: Sandbox, context: Context
) -> None:
    thread = threads(box.world)[0]
    for number in range(30):
        answered(box, thread, f"Mail {number}")
    view = await read_one(context, ReadThread(thread=thread.id))
    assert (len(view.others), view.older, view.mails) == (20, 11, 32)
    assert view.shown.text == "Mail 29"


async def test_a_person_with_two_conversations_has_to_be_told_apart(box: Sandbox, context: Context) -> None:
    one = threads(box.world)[0]
    other = next(it for it in box.world.sequences if it != one.sequence_id and box.world.steps_of(it))
    step = box.world.steps_of(other)[0]["id"]
    record(box.world, "reply-received", sequence_id=other, step_id=step, prospect_id=one.prospect_id, subject="Re: Two")
    refusal = await refused(context, ReadThread(thread=one.sender.upper()))
    assert "fits 2" in refusal.wrong
    assert one.id in refusal.wrong
    assert "2026-11-15" in refusal.wrong


@pytest.mark.parametrize(
    ("thread", "wrong"),
    [
        ("nobody@nowhere.example.com", "thread: nobody has answered from nobody@nowhere.example.com"),
        ("Nope", "thread: Saleshandy shows none with the id Nope (Thread Nope not found)"),
        (" ", "thread: it is blank"),
    ],
)
async def test_a_conversation_that_is_not_there_is_told_with_the_way_to_those_that_are(
    context: Context, thread: str, wrong: str
) -> None:
    refusal = await refused(context, ReadThread(thread=thread))
    assert refusal.wrong == wrong
    assert refusal.next is not None
    assert refusal.next.tool == "list_inbox"


async def test_a_number_that_no_mail_has_is_told(box: Sandbox, context: Context) -> None:
    refusal = await refused(context, ReadThread(thread=threads(box.world)[0].id, mail=9))
    assert (refusal.wrong, refusal.remedy) == ("mail: there is no 9", "The mails are numbered 1 to 2.")


async def test_a_conversation_without_bodies_fetches_the_one_that_is_shown(box: Sandbox) -> None:
    thread = threads(box.world)[0]
    mails = [{"id": it.id, "senderEmail": f"Jo <{it.sender}>", "timestamp": it.at} for it in reversed(thread.messages)]
    bare = says(200, {"payload": {"threadId": thread.id, "messages": mails}})
    async with context_over(box, app=faulty(box, ONE, bare, times=1)) as context:
        view = await read_one(context, ReadThread(thread=thread.id))
    assert (view.shown.text, view.shown.number) == ("Who gave you my address?", 2)
    assert (view.shown.address, view.others[0].ours, view.others[0].length) == (thread.sender, True, None)


async def test_an_empty_conversation_is_none(box: Sandbox) -> None:
    empty = says(200, {"payload": {"threadId": "T", "messages": []}})
    async with context_over(box, app=faulty(box, ONE, empty)) as context:
        assert (await refused(context, ReadThread(thread="T"))).wrong == "thread: T holds no mails"


async def test_a_conversation_is_read_with_few_calls(box: Sandbox, context: Context) -> None:
    await read_one(context, ReadThread(thread=threads(box.world)[0].id))
    assert sum(box.state()["requests"].values()) <= 6


@given(st.text(alphabet="ab \n", max_size=3 * PART))
@settings(max_examples=50, deadline=None, derandomize=True, database=None)
def test_parts_hold_all_words_in_their_order(text: str) -> None:
    found = parts_of(text)
    assert all(len(part) <= PART for part in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_long_word_is_cut_where_it_must() -> None:
    assert [len(part) for part in parts_of("x" * (2 * PART + 1))] == [PART, PART, 1]


async def test_several_conversations_are_read_at_once_and_what_fails_is_told(box: Sandbox, context: Context) -> None:
    one, two = (it.id for it in threads(box.world)[:2])
    view = await ReadThread(thread=f"{one}, {two}, nobody@pinnadore.example.com").run(context)
    assert isinstance(view, ThreadViews)
    assert [it.id for it in view.threads] == [one, two]
    (failed,) = view.failed
    assert failed.startswith("nobody@pinnadore.example.com: thread: nobody has answered")
    said = "\n".join(it for it in view.lines(NextCall.for_model) if it is not None)
    assert said.count("Thread ") == 2
    assert "Not read: nobody@pinnadore.example.com" in said


async def test_a_long_mail_among_several_is_cut_and_the_rest_begins_where_it_is_read_alone(
    box: Sandbox, context: Context
) -> None:
    one, two = threads(box.world)[:2]
    answered(box, one, "<p>" + "word " * 1000 + "</p>")
    view = await ReadThread(thread=f"{one.id},{two.id}").run(context)
    assert isinstance(view, ThreadViews)
    long = next(it for it in view.threads if it.id == one.id)
    assert len(long.shown.text) <= 1500
    assert long.shown.rest == NextCall.of("read_thread", thread=one.id)


@pytest.mark.parametrize("more", [{"mail": 1}, {"page": 2}, {"thread": "a1,b2,c3,d4,e5,f6"}])
async def test_more_than_five_or_a_part_of_several_is_refused(context: Context, more: dict[str, Any]) -> None:
    refusal = await refused(context, ReadThread.model_validate({"thread": "a1,b2", **more}))
    assert refusal.remedy.startswith("Give up to 5")


async def test_where_none_of_several_can_be_read_each_is_told(context: Context) -> None:
    refusal = await refused(context, ReadThread(thread="nobody@pinnadore.example.com, zz9"))
    assert "none of 2 could be read" in refusal.wrong
    assert "nobody@pinnadore.example.com" in refusal.wrong
    assert "zz9" in refusal.wrong


async def test_to_pause_who_is_away_is_proposed_first(context: Context) -> None:
    view = await read_one(context, ReadThread(thread="jakub.mazur@quillstone.example.com"))
    assert view.next[0].for_model() == (
        'update_prospects(prospects=["jakub.mazur@quillstone.example.com"], status="paused", until="2026-11-23")'
    )
    answers = (await read_one(context, ReadThread(thread="anton.brandt@marrowby.example.com"))).next
    assert [it.tool for it in answers] == ["reply_to_thread", "update_prospects"]
