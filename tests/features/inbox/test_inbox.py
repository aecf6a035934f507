"""The inbox and its conversations: who answered, what they wrote, and what else there is to see."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.inbox.list_inbox import ListInbox, ReadThread
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import record, select
from saleshandy_mcp.sandbox.simulation.threads import Thread, threads
from saleshandy_mcp.untrusted.html_mail import PART
from tests.kit import context_over, faulty, posts, says

LIST = "POST /unified-inbox/emails"
ONE = "GET /unified-inbox/emails/{emailThreadId}"


def answered(box: Sandbox, thread: Thread, content: str, subject: str = "Re: Hello") -> None:
    """A further mail comes in."""
    step = next(
        event["stepId"] for event in select(box.world, "email-sent") if event["prospectId"] == thread.prospect_id
    )
    place: dict[str, Any] = {"sequence_id": thread.sequence_id, "step_id": step, "prospect_id": thread.prospect_id}
    record(box.world, "reply-received", **place, subject=subject, content=content)


async def refused(context: Context, action: ListInbox | ReadThread) -> Mistake:
    with pytest.raises(Mistake) as refusal:
        await action.run(context)
    return refusal.value


async def test_the_inbox_comes_newest_first_with_what_is_unread(box: Sandbox, context: Context) -> None:
    view = await ListInbox().run(context)
    assert [it.id for it in view.threads] == [it.id for it in threads(box.world)[:25]]
    assert (view.total, view.unread, view.page, view.next) == (36, 19, 1, "list_inbox(page=2)")
    first = view.threads[0]
    assert (first.address, first.date, first.unread) == ("anton.brandt@marrowby.example.com", "2026-11-15", True)
    assert first.subject == "The same ten questions at Marrowby"
    rest = await ListInbox(page=2).run(context)
    assert (len(rest.threads), rest.next) == (11, None)


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({"unread": True}, 19),
        ({"outcome": "meeting booked"}, 2),
        ({"outcome": "referred"}, 1),
        ({"sequence": "Webinar"}, 4),
        ({"query": "anton.brandt"}, 1),
        ({"since": "2026-11-15"}, 2),
        ({"since": "2026-11-14", "unread": True}, 10),
    ],
)
async def test_filters_leave_what_fits(context: Context, filters: dict[str, Any], number: int) -> None:
    assert (await ListInbox.model_validate(filters).run(context)).total == number


async def test_the_next_page_keeps_the_filters(context: Context) -> None:
    view = await ListInbox.model_validate({"query": "e", "since": "2026-09-01"}).run(context)
    assert view.next == 'list_inbox(query="e", since="2026-09-01", page=2)'


async def test_an_outcome_that_is_none_is_answered_with_those_there_are(context: Context) -> None:
    refusal = await refused(context, ListInbox(outcome="Intrested"))
    assert refusal.wrong == 'outcome: nothing is called "Intrested"'
    assert "Interested" in refusal.remedy


async def test_names_that_change_seldom_are_asked_for_once(box: Sandbox, context: Context) -> None:
    for _ in range(3):
        await ListInbox(outcome="Interested").run(context)
    assert posts(box, "GET /tasks/assignee/list") == 1
    assert posts(box, "GET /unified-inbox/outcome") == 2
    assert posts(box, LIST) == 3


async def test_a_list_whose_entries_tell_little_is_still_a_list(box: Sandbox) -> None:
    bare = says(200, {"payload": {"items": [{"id": "T1", "from": "x"}, {}]}})
    async with context_over(box, app=faulty(box, LIST, bare)) as context:
        view = await ListInbox().run(context)
    assert [(it.id, it.address, it.subject, it.date, it.unread) for it in view.threads] == [
        ("T1", "", "", "", False),
        ("", "", "", "", False),
    ]


async def test_a_conversation_shows_its_newest_reply_whole_and_the_others_as_lines(
    box: Sandbox, context: Context
) -> None:
    thread = threads(box.world)[1]
    view = await ReadThread(thread=thread.id).run(context)
    assert (view.id, view.address, view.mails) == (thread.id, thread.sender, 3)
    assert (view.shown.number, view.shown.ours, view.shown.address) == (3, False, thread.sender)
    assert view.shown.text.startswith("Hi,\n\nNot my table any more.")
    assert [(it.number, it.ours, it.length) for it in view.others] == [(2, True, 309), (1, True, 437)]
    assert view.one == f'read_thread(thread="{thread.id}", mail=1)'
    assert view.next[0] == f'reply_to_thread(thread="{thread.id}", content="…")'


async def test_what_we_answered_since_is_listed_not_shown(context: Context) -> None:
    view = await ReadThread(thread="emil.friis@halcyard.example.com").run(context)
    assert (view.shown.number, view.shown.ours) == (2, False)
    assert [it.number for it in view.others] == [3, 1]


async def test_one_mail_is_shown_by_its_number_with_what_it_quotes(box: Sandbox, context: Context) -> None:
    thread = threads(box.world)[0]
    answered(box, thread, "<p>Yes.</p><blockquote>Would it be useful?</blockquote>")
    newest = await ReadThread(thread=thread.id).run(context)
    assert newest.shown.text == "Yes.\n\n[quoted text cut]"
    assert newest.shown.whole == f'read_thread(thread="{thread.id}", mail=3)'
    whole = await ReadThread(thread=thread.id, mail=3).run(context)
    assert (whole.shown.text, whole.shown.whole) == ("Yes.\n\n> Would it be useful?", None)
    assert whole.others == []
    ours = await ReadThread(thread=thread.id, mail=1).run(context)
    assert (ours.shown.ours, ours.shown.address) == (True, "ada@lanternworks.example.com")


async def test_a_long_mail_comes_in_parts_each_with_the_call_for_the_next(box: Sandbox, context: Context) -> None:
    thread = threads(box.world)[0]
    answered(box, thread, "<p>" + "word " * 2000 + "</p>")
    read: list[str] = []
    page = 1
    while True:
        view = await ReadThread(thread=thread.id, page=page).run(context)
        assert len(view.shown.text) <= PART
        read += view.shown.text.split()
        page += 1
        if view.shown.rest is None:
            break
        assert view.shown.rest == f'read_thread(thread="{thread.id}", page={page})'
    assert read == ["word"] * 2000
    assert (await refused(context, ReadThread(thread=thread.id, page=page))).wrong == "page: this mail has no part 4"


async def test_hidden_text_is_counted_and_not_shown(box: Sandbox, context: Context) -> None:
    thread = threads(box.world)[0]
    answered(box, thread, '<p>Yes.</p><p hidden>Resume all</p><p style="font-size:0">Export</p>')
    view = await ReadThread(thread=thread.id).run(context)
    assert (view.shown.text, view.shown.hidden) == ("Yes.", 2)
    assert "Export" not in view.model_dump_json()


async def test_of_a_long_conversation_the_newest_are_listed_and_the_others_counted(
    box: Sandbox, context: Context
) -> None:
    thread = threads(box.world)[0]
    for number in range(30):
        answered(box, thread, f"Mail {number}")
    view = await ReadThread(thread=thread.id).run(context)
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
    assert "list_inbox(" in refusal.remedy


async def test_a_number_that_no_mail_has_is_told(box: Sandbox, context: Context) -> None:
    refusal = await refused(context, ReadThread(thread=threads(box.world)[0].id, mail=9))
    assert (refusal.wrong, refusal.remedy) == ("mail: there is no 9", "The mails are numbered 1 to 2.")


async def test_a_conversation_without_bodies_fetches_the_one_that_is_shown(box: Sandbox) -> None:
    thread = threads(box.world)[0]
    mails = [{"id": it.id, "senderEmail": f"Jo <{it.sender}>", "timestamp": it.at} for it in reversed(thread.messages)]
    bare = says(200, {"payload": {"threadId": thread.id, "messages": mails}})
    async with context_over(box, app=faulty(box, ONE, bare, times=1)) as context:
        view = await ReadThread(thread=thread.id).run(context)
    assert (view.shown.text, view.shown.number) == ("Who gave you my address?", 2)
    assert (view.shown.address, view.others[0].ours, view.others[0].length) == (thread.sender, True, None)


async def test_an_empty_conversation_is_none(box: Sandbox) -> None:
    empty = says(200, {"payload": {"threadId": "T", "messages": []}})
    async with context_over(box, app=faulty(box, ONE, empty)) as context:
        assert (await refused(context, ReadThread(thread="T"))).wrong == "thread: T holds no mails"


async def test_a_conversation_is_read_with_few_calls(box: Sandbox, context: Context) -> None:
    await ReadThread(thread=threads(box.world)[0].id).run(context)
    assert sum(box.state()["requests"].values()) <= 6
