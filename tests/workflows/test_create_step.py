"""Adding steps: what reaches the sandbox, what is refused before, when somebody is asked."""

from typing import Any

import pytest

from saleshandy_mcp.api.action import Desk
from saleshandy_mcp.api.errors import Mistake
from saleshandy_mcp.api.model import Channel
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.workflows.sequences import CreateSequence
from saleshandy_mcp.workflows.steps import CreateStep
from tests.workflows.kit import line_of, posts

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


async def refused(desk: Desk, action: CreateStep) -> str:
    with pytest.raises(Mistake) as refusal:
        await action.run(desk)
    return f"{refusal.value.wrong}. {refusal.value.remedy}"


@pytest.mark.parametrize("channel", Channel, ids=lambda it: it.word)
async def test_a_step_of_each_kind_reaches_saleshandy_by_number_and_with_its_text(
    box: Sandbox, desk: Desk, channel: Channel
) -> None:
    text, payload = TEXTS.get(channel, (NOTE, {}))
    told = await step("SaaS founders", channel.word, 20, text).run(desk)
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
    assert told.doubts == []


async def test_a_task_has_the_priority_and_the_person_it_was_given(box: Sandbox, desk: Desk) -> None:
    told = await step("SaaS founders", "custom_task", 2, NOTE, priority="low", assignee_id="41").run(desk)
    assert (box.world.steps[told.id]["priority"], box.world.steps[told.id]["assigneeId"]) == (4, "41")
    assert told.number == 2


@pytest.mark.parametrize("given", [{"priority": "low"}, {"assignee_id": "41"}])
async def test_an_email_has_neither_priority_nor_assignee(box: Sandbox, desk: Desk, given: dict[str, str]) -> None:
    said = await refused(desk, step("SaaS founders", "email", 2, **given))
    assert said.startswith(f"{next(iter(given))} is not allowed on email")
    assert box.state()["requests"] == {}


async def test_an_email_may_have_variants(box: Sandbox, desk: Desk) -> None:
    told = await step("SaaS founders", "email", 2, EMAIL, {**EMAIL, "subject": "Other"}).run(desk)
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
    box: Sandbox, desk: Desk, type_: str, variants: list[dict[str, Any]], words: str
) -> None:
    assert words in await refused(desk, step("SaaS founders", type_, 20, *variants))
    assert box.state()["requests"] == {}


@pytest.mark.parametrize(("day", "free"), [(1, 2), (4, 5), (10, 11)])
async def test_a_second_email_on_a_day_is_refused_before_it_is_sent(
    box: Sandbox, desk: Desk, day: int, free: int
) -> None:
    said = await refused(desk, step("SaaS founders", "email", day))
    assert said == f"day: day {day} already has an email step, and a day holds one. The next free day is {free}."
    assert posts(box, CREATE) == 0


async def test_another_kind_of_step_may_share_the_day_of_an_email(desk: Desk) -> None:
    assert (await step("SaaS founders", "custom_task", 4, NOTE).run(desk)).day == 4


async def test_the_last_day_is_refused_like_any_other_when_it_is_taken(desk: Desk) -> None:
    await step("SaaS founders", "email", 999).run(desk)
    assert (await refused(desk, step("SaaS founders", "email", 999))).startswith("day: day 999 already has an email")


async def test_the_first_email_needs_a_subject_and_a_later_one_goes_into_its_thread(box: Sandbox, desk: Desk) -> None:
    await CreateSequence(title="Spring").run(desk)
    bare = {"content": "Text"}
    assert "variants[0].subject: the first email" in await refused(desk, step("Spring", "email", 3, bare))
    assert posts(box, CREATE) == 0
    await step("Spring", "linkedin_view_profile", 1, {}).run(desk)
    assert "variants[0].subject: the first email" in await refused(desk, step("Spring", "email", 3, bare))
    await step("Spring", "email", 3).run(desk)
    told = await step("Spring", "email", 5, bare).run(desk)
    assert box.world.variants_of(told.id)[0]["payload"]["subject"] == ""
    assert "variants[0].subject: the first email" in await refused(desk, step("Spring", "email", 2, bare))


async def test_plain_text_is_stored_as_html(box: Sandbox, desk: Desk) -> None:
    told = await step("SaaS founders", "email", 20, {"content": "Hi,\n\none\ntwo"}).run(desk)
    assert box.world.variants_of(told.id)[0]["payload"]["content"] == "<p>Hi,</p><p>one<br>two</p>"


async def test_what_may_not_come_out_as_meant_is_told_and_done_all_the_same(box: Sandbox, desk: Desk) -> None:
    text = {"subject": "{Hi|Hello}", "content": "<p>{{firstName}}, {{Why Now|'soon'}}</p>"}
    told = await step("SaaS founders", "email", 20, text).run(desk)
    assert len(told.doubts) == 2
    assert "did you mean {{First Name}}?" in told.doubts[0]
    assert posts(box, CREATE) == 1


async def test_a_paused_sequence_takes_a_step_without_a_question(desk: Desk) -> None:
    assert (await step("SaaS founders", "email", 20).ready(desk)).plan is None


async def test_a_step_for_an_active_sequence_is_a_plan_first(box: Sandbox, desk: Desk) -> None:
    ready = await step("Q3 launch", "email", 20, EMAIL, EMAIL).ready(desk)
    assert ready.plan is not None
    assert '"Q3 launch"' in ready.plan.text
    assert "is active" in ready.plan.text
    assert "day 20: email, 2 variants" in ready.plan.text
    assert 'set_sequence_status(sequence="Q3 launch", status="paused")' in ready.plan.text
    assert posts(box, CREATE) == 0
    await ready.go()
    assert (posts(box, CREATE), line_of(box, "Q3 launch")["steps"]) == (1, 6)


@pytest.mark.parametrize(
    "other",
    [
        step("Q3 launch", "email", 21, EMAIL),
        step("Q3 launch", "email", 20, {**EMAIL, "subject": "Other"}),
        step("Q3 launch", "email", 20, {**EMAIL, "content": "Other"}),
        step("Q3 launch", "email", 20, EMAIL, EMAIL),
        step("Agencies EU", "email", 20, EMAIL),
        step("Q3 launch", "custom_task", 20, NOTE),
    ],
)
async def test_an_agreement_to_one_step_is_none_to_another(desk: Desk, other: CreateStep) -> None:
    plans = [(await it.ready(desk)).plan for it in (step("Q3 launch", "email", 20, EMAIL), other)]
    assert plans[0] is not None
    assert plans[1] is not None
    assert plans[0].facts != plans[1].facts
