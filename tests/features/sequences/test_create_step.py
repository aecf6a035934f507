"""``create_step``: what is stored, what is refused before anything is sent, and when a person is asked."""

from typing import Any

import pytest

from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.sequences.create_sequence import CreateSequence
from saleshandy_mcp.features.sequences.create_step import CreateStep
from saleshandy_mcp.sandbox import Sandbox
from tests.features.questions import bound, question_of, through_the_gate, words
from tests.kit import line_of, posts

SENTENCES = [
    "Add a follow-up email on day 4",
    "Put a LinkedIn message step after the second email",
    "Add a call task on day 7 to the sequence",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "create_step": {
        "sequence": "SaaS founders",
        "type": "email",
        "day": 30,
        "variants": [{"subject": "Hello {{First Name|'there'}}", "content": "Dear reader,\n\na second paragraph."}],
    },
    "create_step_task": {
        "sequence": "SaaS founders",
        "type": "call_demo",
        "day": 2,
        "variants": [{"task_note": "Ring"}],
    },
    "create_step_preview": {
        "sequence": "Q3 launch",
        "type": "email",
        "day": 30,
        "variants": [{"subject": "Hello {{First Name|'there'}}", "content": "Dear reader,\n\na second paragraph."}],
    },
}

CREATE = "POST /sequences/{sequenceId}/steps"
EMAIL: dict[str, Any] = {"subject": "Hi", "content": "<p>Text</p>"}
NOTE: dict[str, Any] = {"task_note": "Do it"}
TEXTS: dict[Channel, tuple[dict[str, Any], dict[str, Any]]] = {
    Channel.EMAIL: (EMAIL, EMAIL),
    Channel.LINKEDIN_CONNECTION: ({"content": "Note"}, {"connectionNote": "Note"}),
    Channel.LINKEDIN_MESSAGE: ({"content": "Text"}, {"message": "Text"}),
    Channel.LINKEDIN_INMAIL: ({"subject": "Hi", "content": "Text"}, {"subject": "Hi", "message": "Text"}),
}


def step(sequence: str, type_: str, day: int, *variants: dict[str, Any], **more: Any) -> CreateStep:
    return CreateStep.model_validate(
        {"sequence": sequence, "type": type_, "day": day, "variants": list(variants or [EMAIL]), **more}
    )


async def refused(context: Context, action: CreateStep) -> str:
    with pytest.raises(Mistake) as refusal:
        await action.run(context)
    return f"{refusal.value.wrong}. {refusal.value.remedy}"


@pytest.mark.parametrize("channel", Channel, ids=lambda it: it.word)
async def test_a_step_of_each_kind_reaches_saleshandy_by_number_and_with_its_text(
    box: Sandbox, context: Context, channel: Channel
) -> None:
    text, payload = TEXTS.get(channel, (NOTE, {}))
    told = await step("SaaS founders", channel.word, 20, text).run(context)
    stored = box.world.steps[told.id]
    (variant,) = box.world.variants_of(told.id)
    assert (stored["type"], stored["absoluteDays"], variant["payload"]) == (int(channel), 20, payload)
    assert variant["taskNote"] == text.get("task_note")
    assert (told.number, told.sequence, told.type, told.day, told.variants) == (
        4,
        "SaaS founders",
        channel.word,
        20,
        1,
    )
    assert told.warnings == []


async def test_a_task_has_the_priority_and_the_person_it_was_given(box: Sandbox, context: Context) -> None:
    told = await step("SaaS founders", "custom_task", 2, NOTE, priority="low", assignee_id="41").run(context)
    assert (box.world.steps[told.id]["priority"], box.world.steps[told.id]["assigneeId"]) == (4, "41")
    assert told.number == 2


@pytest.mark.parametrize("given", [{"priority": "low"}, {"assignee_id": "41"}])
async def test_an_email_has_neither_priority_nor_assignee(
    box: Sandbox, context: Context, given: dict[str, str]
) -> None:
    said = await refused(context, step("SaaS founders", "email", 2, **given))
    assert said.startswith(f"{next(iter(given))} is not allowed on email")
    assert box.state()["requests"] == {}


async def test_an_email_may_have_variants(box: Sandbox, context: Context) -> None:
    told = await step("SaaS founders", "email", 2, EMAIL, {**EMAIL, "subject": "Other"}).run(context)
    assert told.variants == 2
    assert [it["payload"]["subject"] for it in box.world.variants_of(told.id)] == ["Hi", "Other"]


@pytest.mark.parametrize(
    ("type_", "variants", "words"),
    [
        ("linkedin_message", [{"content": "a"}, {"content": "b"}], "linkedin_message takes one, got 2"),
        ("email", [EMAIL] * 27, "email takes at most 26, got 27"),
        ("email", [EMAIL, {"subject": "no text"}], "variants[1].content: email needs a text"),
        ("call_demo", [{"content": "Call them"}], "variants[0].content is not allowed on call_demo"),
        ("linkedin_connection", [{"content": "x" * 301}], "301 characters, at most 300"),
    ],
)
async def test_a_slip_in_a_text_is_told_before_anything_is_asked(
    box: Sandbox, context: Context, type_: str, variants: list[dict[str, Any]], words: str
) -> None:
    assert words in await refused(context, step("SaaS founders", type_, 20, *variants))
    assert box.state()["requests"] == {}


@pytest.mark.parametrize(("day", "free"), [(1, 2), (4, 5), (10, 11)])
async def test_a_second_email_on_a_day_is_refused_before_it_is_sent(
    box: Sandbox, context: Context, day: int, free: int
) -> None:
    said = await refused(context, step("SaaS founders", "email", day))
    assert said == f"day: day {day} already has an email step, and a day holds one. The next free day is {free}."
    assert posts(box, CREATE) == 0


async def test_another_kind_of_step_may_share_the_day_of_an_email(context: Context) -> None:
    assert (await step("SaaS founders", "custom_task", 4, NOTE).run(context)).day == 4


async def test_the_last_day_is_refused_like_any_other_when_it_is_taken(context: Context) -> None:
    await step("SaaS founders", "email", 999).run(context)
    assert (await refused(context, step("SaaS founders", "email", 999))).startswith("day: day 999 already has an email")


async def test_the_first_email_needs_a_subject_and_a_later_one_goes_into_its_thread(
    box: Sandbox, context: Context
) -> None:
    await CreateSequence(title="Spring").run(context)
    bare = {"content": "Text"}
    assert "variants[0].subject: the first email" in await refused(context, step("Spring", "email", 3, bare))
    assert posts(box, CREATE) == 0
    await step("Spring", "linkedin_view_profile", 1, {}).run(context)
    assert "variants[0].subject: the first email" in await refused(context, step("Spring", "email", 3, bare))
    await step("Spring", "email", 3).run(context)
    told = await step("Spring", "email", 5, bare).run(context)
    assert box.world.variants_of(told.id)[0]["payload"]["subject"] == ""
    assert "variants[0].subject: the first email" in await refused(context, step("Spring", "email", 2, bare))


async def test_plain_text_is_stored_as_html(box: Sandbox, context: Context) -> None:
    told = await step("SaaS founders", "email", 20, {"content": "Hi,\n\none\ntwo"}).run(context)
    assert box.world.variants_of(told.id)[0]["payload"]["content"] == "<p>Hi,</p><p>one<br>two</p>"


async def test_what_may_not_come_out_as_meant_is_told_and_done_all_the_same(box: Sandbox, context: Context) -> None:
    text = {"subject": "{Hi|Hello}", "content": "<p>{{firstName}}, {{Why Now|'soon'}}</p>"}
    told = await step("SaaS founders", "email", 20, text).run(context)
    assert len(told.warnings) == 2
    assert "did you mean {{First Name}}?" in told.warnings[0]
    assert posts(box, CREATE) == 1


async def test_a_paused_sequence_takes_a_step_without_a_question(context: Context) -> None:
    prepared = await step("SaaS founders", "email", 20).prepare(context)
    assert (prepared.question, prepared.effects) == (None, {Effect.WRITE})


async def test_a_step_for_an_active_sequence_is_asked_for_first(box: Sandbox, context: Context) -> None:
    action = step("Q3 launch", "email", 20, {**EMAIL, "attachment_ids": ["a1", "a2"]}, EMAIL)
    prepared = await action.prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.SEND}
    text = words(prepared.question)
    assert text.startswith("Add a step to this active sequence?\n")
    assert text.endswith("say no and pause the sequence first.")
    for part in (
        f'- sequence: "Q3 launch [{line_of(box, "Q3 launch")["id"]}]", active',
        '- new step: "day 20, email"',
        '- variant A, subject: "Hi"',
        "- variant A, text (4 characters):\n    | Text",
        '- variant A, attachments: "a1, a2"',
        '- variant B, subject: "Hi"',
    ):
        assert part in text
    assert posts(box, CREATE) == 0
    await through_the_gate(context, action)
    assert (posts(box, CREATE), line_of(box, "Q3 launch")["steps"]) == (1, 6)


async def test_a_note_of_several_lines_is_shown_line_by_line(context: Context) -> None:
    text = words(await question_of(context, step("Q3 launch", "call_demo", 20, {"task_note": "Ring\n- sender: x"})))
    assert "- variant A, note (16 characters):\n    | Ring\n    | - sender: x\n" in text


@pytest.mark.parametrize(
    "other",
    [
        step("Q3 launch", "email", 21, EMAIL),
        step("Q3 launch", "email", 20, {**EMAIL, "subject": "Other"}),
        step("Q3 launch", "email", 20, {**EMAIL, "content": "Other"}),
        step("Q3 launch", "email", 20, EMAIL, EMAIL),
        step("Agencies EU", "email", 20, EMAIL),
        step("Q3 launch", "custom_task", 20, NOTE),
        step("Q3 launch", "email", 20, {**EMAIL, "preheader": "Psst"}),
        step("Q3 launch", "email", 20, {**EMAIL, "attachment_ids": ["a1"]}),
        step("Q3 launch", "email", 20, {**EMAIL, "content": "<p>Text</p><a href='https://other.example'></a>"}),
    ],
)
async def test_an_agreement_to_one_step_is_none_to_another(context: Context, other: CreateStep) -> None:
    first, second = [await question_of(context, it) for it in (step("Q3 launch", "email", 20, EMAIL), other)]
    assert bound(first) != bound(second)
