"""Replying: to the people of the conversation only, on what was seen, and never told as sent when that is not known."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import BadKey, Mistake, SaleshandyError, Throttled
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.inbox.reply_to_thread import ReplyToThread
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import record, select
from saleshandy_mcp.sandbox.simulation.threads import Thread, threads
from tests.features.questions import bound, question_of, through_the_gate, words
from tests.kit import context_over, faulty, lost, posts, says, unreachable

SENTENCES = ["Answer Jo that Tuesday at ten works", "Send a reply in the conversation with pricing"]
EXAMPLES: dict[str, dict[str, Any]] = {
    "reply_to_thread_preview": {
        "thread": "anton.brandt@marrowby.example.com",
        "content": "Gladly.\n\nHow about Tuesday at ten?",
    }
}

REPLY = "POST /unified-inbox/emails/reply"
ONE = "GET /unified-inbox/emails/{emailThreadId}"
TEXT = "Hi,\n\nthree drafts by Monday."


def thread_of(box: Sandbox) -> Thread:
    return next(it for it in threads(box.world) if it.sender == "arjun.iyer@copperlane.example.com")


def reply(box: Sandbox, **changes: Any) -> ReplyToThread:
    return ReplyToThread.model_validate({"thread": thread_of(box).id, "content": TEXT, **changes})


def another_mail(box: Sandbox, content: str = "Forget it.") -> None:
    thread = thread_of(box)
    step = next(it["stepId"] for it in select(box.world, "email-sent") if it["prospectId"] == thread.prospect_id)
    place: dict[str, Any] = {"sequence_id": thread.sequence_id, "step_id": step, "prospect_id": thread.prospect_id}
    record(box.world, "reply-received", **place, subject="Re: Hello", content=content)


async def asked(context: Context, action: ReplyToThread) -> str:
    """The question, as a model reads it."""
    return words(await question_of(context, action))


async def agreement(context: Context, action: ReplyToThread) -> str:
    """What an agreement is bound to."""
    return bound(await question_of(context, action))


async def test_nothing_goes_out_before_somebody_agreed(box: Sandbox, context: Context) -> None:
    prepared = await reply(box).prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.SEND}
    assert posts(box, REPLY) == 0


async def test_the_question_says_to_whom_from_where_and_every_word(box: Sandbox, context: Context) -> None:
    lines = (await asked(context, reply(box, cc=["ines@velmora.example.com", "jo@velmora.example.com"]))).splitlines()
    state = lines.pop(6)
    assert lines == [
        "Send this reply?",
        '- to: "arjun.iyer@copperlane.example.com"',
        '- cc, so they see it too: "ines@velmora.example.com"',
        '- cc, so they see it too: "jo@velmora.example.com"',
        '- from: "ada@lanternworks.example.com"',
        f'- conversation: "The same ten questions at Copperlane [{thread_of(box).id}]"',
        "- text (28 characters):",
        "    | Hi,",
        "    |",
        "    | three drafts by Monday.",
        "On yes the mail goes out at once.",
    ]
    assert state.startswith("- as it stands now, with 3 mails (digest ")


async def test_html_is_shown_as_it_would_go_out(box: Sandbox, context: Context) -> None:
    content = '<p>See <a href="https://example.com/?who=jo">this</a></p><p style="display:none">x</p>'
    said = await asked(context, reply(box, content=content))
    assert f"- text, in HTML ({len(content)} characters):\n    | {content}\n" in said
    assert "- warning: the text holds 1 part that its reader would not see" in said


async def test_of_a_long_text_what_is_not_shown_is_counted_and_bound(box: Sandbox, context: Context) -> None:
    text = "word " * 1999
    said = await asked(context, reply(box, content=f"{text}one"))
    assert said.count("word") >= 590
    assert "more characters, digest " in said
    assert len(said) <= 4000
    assert await agreement(context, reply(box, content=f"{text}one")) != await agreement(
        context, reply(box, content=f"{text}two")
    )


async def test_a_reply_goes_to_who_wrote_last_and_to_nobody_else(box: Sandbox, context: Context) -> None:
    thread = thread_of(box)
    told = await reply(box).run(context)
    assert (told.state, told.address, told.cc, told.mailbox) == (
        "sent",
        thread.sender,
        [],
        "ada@lanternworks.example.com",
    )
    assert told.next == NextCall.of("update_prospects", prospects=[thread.sender], outcome="…")
    (mail,) = [it for it in box.world.mails if it["threadId"] == thread.id]
    assert (mail["to"], mail["cc"], mail["bcc"]) == ([thread.sender], [], [])
    assert mail["content"] == "<p>Hi,</p><p>three drafts by Monday.</p>"


async def test_there_is_no_argument_for_another_recipient() -> None:
    for name in ("to", "bcc", "recipients"):
        with pytest.raises(ValidationError):
            ReplyToThread.model_validate({"thread": "T", "content": "x", name: ["jo@example.com"]})


async def test_a_reply_that_was_agreed_to_gets_through_the_gate(box: Sandbox, context: Context) -> None:
    assert (await through_the_gate(context, reply(box))).state == "sent"
    assert posts(box, REPLY) == 1


async def test_a_person_can_be_named_by_address(box: Sandbox, context: Context) -> None:
    thread = thread_of(box)
    assert (await reply(box, thread=thread.sender).run(context)).thread == thread.id


async def test_what_we_wrote_last_changes_nothing_about_who_is_written_to(box: Sandbox, context: Context) -> None:
    await reply(box).run(context)
    said = await asked(context, reply(box, content="One more thing"))
    assert f'- to: "{thread_of(box).sender}"' in said


def no_change(_: Sandbox) -> None:
    pass


@pytest.mark.parametrize("meanwhile", [another_mail, no_change])
async def test_a_mail_that_came_meanwhile_voids_the_agreement(
    box: Sandbox, context: Context, meanwhile: Callable[[Sandbox], None]
) -> None:
    action = reply(box)
    before = await agreement(context, action)
    meanwhile(box)
    assert (await agreement(context, action) == before) is (meanwhile is no_change)


async def test_a_reply_of_a_colleague_voids_the_agreement(box: Sandbox, context: Context) -> None:
    before = await agreement(context, reply(box))
    await reply(box, content="A colleague was quicker").run(context)
    assert await agreement(context, reply(box)) != before


@pytest.mark.parametrize("changes", [{"content": "Other"}, {"cc": ["ines@velmora.example.com"]}])
async def test_an_agreement_is_to_these_words_and_people(
    box: Sandbox, context: Context, changes: dict[str, Any]
) -> None:
    assert await agreement(context, reply(box, **changes)) != await agreement(context, reply(box))


@pytest.mark.parametrize("what", ["address", "domain"])
async def test_who_is_on_a_do_not_contact_list_is_warned_of(box: Sandbox, context: Context, what: str) -> None:
    address = thread_of(box).sender
    value = address if what == "address" else address.partition("@")[2]
    before = await agreement(context, reply(box))
    list_id, row = next(iter(box.world.dnc_lists.items()))
    kind = "email" if what == "address" else "domain"
    item = {"id": "x", "value": value, "type": kind, "createdAt": "", "addedBy": "", "dncListId": list_id}
    box.world.dnc_items["x"] = item
    said = await asked(context, reply(box))
    assert f'- warning: on a do-not-contact list: "{value} on {row["name"]}"' in said
    assert await agreement(context, reply(box)) != before


@pytest.mark.parametrize("call", ["GET /dnc$", "GET /dnc/item/search"])
@pytest.mark.parametrize("status", [400, 503])
async def test_lists_that_cannot_be_read_are_a_warning(box: Sandbox, call: str, status: int) -> None:
    refusal = says(status, {"error": True, "code": 4000, "message": "Not now"})
    async with context_over(box, app=faulty(box, call, refusal)) as context:
        said = await asked(context, reply(box))
    (line,) = [it for it in said.splitlines() if it.startswith("- warning: not all do-not-contact lists could be read")]
    assert "Not now" in line


@pytest.mark.parametrize("mail", ["STOP", "<p>Please remove me from your list</p>", "Unsubscribe!"])
async def test_who_asked_to_hear_no_more_is_warned_of(box: Sandbox, context: Context, mail: str) -> None:
    another_mail(box, mail)
    assert "- warning: their last mail seems to ask for no more mails" in await asked(context, reply(box))


async def test_doubtful_text_is_warned_of(box: Sandbox, context: Context) -> None:
    said = await asked(context, reply(box, content="Hi {{First Name}},\u200b\u200b yes"))
    merged = "- warning: this merge tag may be sent unchanged; it is not known whether replies are merged"
    assert f'{merged}: "{{{{First Name}}}}"' in said
    assert "- warning: the text holds 2 invisible characters" in said


async def test_a_careful_text_to_somebody_on_no_list_has_no_warning(box: Sandbox, context: Context) -> None:
    assert "warning" not in await asked(context, reply(box))


@pytest.mark.parametrize("content", [" ", "<p>&nbsp;</p>", "\u200b"])
async def test_a_reply_without_words_is_refused_before_anybody_is_asked(
    box: Sandbox, context: Context, content: str
) -> None:
    with pytest.raises(Mistake, match="content: there is no text in it"):
        await reply(box, content=content).prepare(context)
    assert box.state()["requests"] == {}


async def test_a_conversation_of_our_own_mails_has_nobody_to_reply_to(box: Sandbox) -> None:
    mails = [{"id": "M", "body": "Hi", "senderEmail": "ada@lanternworks.example.com", "timestamp": "2026-11-01"}]
    alone = says(200, {"payload": {"threadId": "T", "messages": mails}})
    async with context_over(box, app=faulty(box, ONE, alone)) as context:
        with pytest.raises(Mistake, match="holds no mail that could be replied to"):
            await reply(box, thread="T").prepare(context)


@pytest.mark.parametrize("status", [400, 403])
async def test_a_refusal_is_told_with_what_may_be_behind_it(box: Sandbox, status: int) -> None:
    refusal = says(status, {"error": True, "code": 4000, "message": "Upgrade your plan"})
    async with context_over(box, app=faulty(box, REPLY, refusal)) as context:
        with pytest.raises(Mistake, match="Saleshandy refused the reply: Upgrade your plan") as told:
            await reply(box).run(context)
    assert "Trial and Starter plans cannot reply" in told.value.remedy


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": True, "code": 1001, "message": "Invalid token"}, BadKey),
        ({"code": 40000, "message": "Rate Limit exceeded"}, Throttled),
    ],
)
async def test_other_refusals_are_told_as_what_they_are(
    box: Sandbox, body: dict[str, Any], kind: type[SaleshandyError]
) -> None:
    async with context_over(box, app=faulty(box, REPLY, says(400, body))) as context:
        with pytest.raises(kind):
            await reply(box).run(context)
    assert posts(box, REPLY) == 0


async def test_a_reply_that_never_left_is_an_error_and_can_be_tried_again(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, REPLY, unreachable)) as context:
        with pytest.raises(SaleshandyError) as told:
            await reply(box).run(context)
    assert told.value.executed == "no"


FAULTS = [lost, says(502, "", passed_on=True), says(500, {"code": 5001, "message": "Oops"}, passed_on=True)]


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_lost_answer_is_settled_by_the_conversation_itself(box: Sandbox, fault: Any) -> None:
    async with context_over(box, app=faulty(box, REPLY, fault)) as context:
        told = await reply(box).run(context)
    assert told.state == "sent"
    assert told.trouble
    assert posts(box, REPLY) == 1


async def fails_before(*_: object) -> None:
    raise httpx2.ReadError("the line broke")


@pytest.mark.parametrize("fault", [fails_before, says(503, "")])
async def test_what_the_conversation_does_not_show_is_unknown_and_not_sent_again(box: Sandbox, fault: Any) -> None:
    async with context_over(box, app=faulty(box, REPLY, fault)) as context:
        told = await reply(box).run(context)
    assert told.state == "unknown"
    assert told.next == NextCall.of("read_thread", thread=thread_of(box).id)
    assert posts(box, REPLY) == 0


async def test_a_conversation_that_cannot_be_read_back_leaves_it_unknown(box: Sandbox) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        gone = box.state()["requests"].get(REPLY, 0)
        await (faulty(box, ONE, says(400, {"code": 4000})) if gone else faulty(box, REPLY, lost))(scope, receive, send)

    async with context_over(box, app=app) as context:
        assert (await reply(box).run(context)).state == "unknown"
    assert posts(box, REPLY) == 1


async def test_somebody_elses_new_mail_does_not_prove_ours(box: Sandbox) -> None:
    async def answered_meanwhile(*_: object) -> None:
        another_mail(box)
        raise httpx2.ReadError("the line broke")

    async with context_over(box, app=faulty(box, REPLY, answered_meanwhile)) as context:
        assert (await reply(box).run(context)).state == "unknown"
