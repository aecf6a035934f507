"""``update_step_variant``: what is given changes, the rest stays, and what was replaced can be put back."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.sequences.create_step import CreateStep
from saleshandy_mcp.features.sequences.update_step_variant import ChangedVariant, UpdateStepVariant
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.kit import context_over, faulty, line_of, posts, says

SENTENCES = ["Change the subject line of variant B in step 1", "Rewrite the text of the first email"]
EXAMPLES: dict[str, dict[str, Any]] = {
    "update_step_variant": {
        "sequence": "SaaS founders",
        "step": 2,
        "variant": "B",
        "subject": "A {{firstName}} of {a|b}",
    },
    "update_step_variant_preview": {"sequence": "Q3 launch", "step": 1, "variant": "B", "subject": "Ten questions?"},
}

CHANGE = "PATCH /sequences/{sequenceId}/steps/{stepId}/variants/{variantId}"
TITLE = "SaaS founders"


def change(step: str = "1", sequence: str = TITLE, **given: Any) -> UpdateStepVariant:
    return UpdateStepVariant.model_validate({"sequence": sequence, "step": step, **given})


def stored(box: Sandbox, step: int = 1, variant: int = 0, title: str = TITLE) -> dict[str, Any]:
    step_id = list(line_of(box, title)["prospectsByStep"])[step - 1]
    return box.world.variants_of(step_id)[variant]


async def changed(context: Context, action: UpdateStepVariant) -> ChangedVariant:
    done = await action.run(context)
    assert isinstance(done, ChangedVariant)
    return done


async def refused(context: Context, action: UpdateStepVariant) -> str:
    with pytest.raises(Mistake) as refusal:
        await action.run(context)
    return f"{refusal.value.wrong}. {refusal.value.remedy}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"subject": "New"}, {"subject": "New"}),
        ({"content": "<p>New</p>"}, {"content": "<p>New</p>"}),
        ({"content": "one\ntwo"}, {"content": "<p>one<br>two</p>"}),
        ({"preheader": "Psst"}, {"preheader": "Psst"}),
        ({"subject": "New", "content": "<p>New</p>"}, {"subject": "New", "content": "<p>New</p>"}),
    ],
)
async def test_what_is_given_changes_and_the_rest_stays(
    box: Sandbox, context: Context, given: dict[str, str], expected: dict[str, str]
) -> None:
    before = dict(stored(box)["payload"])
    told = await changed(context, change(**given))
    assert stored(box)["payload"] == {**before, **expected}
    assert told.changed == list(given)
    assert (stored(box)["status"], stored(box)["attachmentIds"]) == (1, [])
    assert posts(box, CHANGE) == 1


async def test_a_preheader_and_attachments_stay_when_only_the_subject_changes(box: Sandbox, context: Context) -> None:
    text = {"subject": "Hi", "content": "Text", "preheader": "Psst", "attachment_ids": ["a1"]}
    made = await CreateStep.model_validate({"sequence": TITLE, "type": "email", "day": 20, "variants": [text]}).run(
        context
    )
    await changed(context, change(made.id, subject="New"))
    (variant,) = box.world.variants_of(made.id)
    assert variant["payload"] == {"subject": "New", "content": "Text", "preheader": "Psst"}
    assert variant["attachmentIds"] == ["a1"]
    await changed(context, change(made.id, attachment_ids=[], preheader=""))
    assert variant["payload"] == {"subject": "New", "content": "Text", "preheader": ""}
    assert variant["attachmentIds"] == []


@pytest.mark.parametrize("name", ["B", "b"])
async def test_a_variant_is_called_by_letter_or_id_and_the_others_stay(
    box: Sandbox, context: Context, name: str
) -> None:
    first = dict(stored(box, 2)["payload"])
    told = await changed(context, change("2", variant=name, subject="New"))
    assert (stored(box, 2)["payload"], stored(box, 2, 1)["payload"]["subject"]) == (first, "New")
    assert (told.variant.letter, told.variant.subject) == ("B", "New")
    await changed(context, change("2", variant=told.variant.id, subject="Newer"))
    assert stored(box, 2, 1)["payload"]["subject"] == "Newer"


async def test_a_variant_that_is_not_there_names_those_that_are(box: Sandbox, context: Context) -> None:
    said = await refused(context, change("2", variant="C", subject="New"))
    assert said.startswith('variant: step 2 has no variant "C". There is: A [')
    assert "B [" in said
    assert posts(box, CHANGE) == 0


async def test_a_variant_is_taken_out_of_use_and_in_again(box: Sandbox, context: Context) -> None:
    before = dict(stored(box)["payload"])
    told = await changed(context, change(in_use=False))
    assert (stored(box)["status"], told.variant.in_use, stored(box)["payload"]) == (0, False, before)
    told = await changed(context, change(subject="New"))
    assert (stored(box)["status"], told.variant.in_use) == (0, False)
    told = await changed(context, change(in_use=True))
    assert (stored(box)["status"], told.variant.in_use) == (1, True)


@pytest.mark.parametrize("payload", [{"subject": "", "content": ""}, {"subject": "x" * 1200, "content": "x"}])
async def test_a_variant_with_a_text_we_would_not_write_can_still_be_taken_out_of_use(
    box: Sandbox, context: Context, payload: dict[str, str]
) -> None:
    stored(box)["payload"] = dict(payload)
    await changed(context, change(in_use=False))
    assert (stored(box)["status"], stored(box)["payload"]) == (0, payload)


async def test_a_stored_text_stays_to_the_letter(box: Sandbox, context: Context) -> None:
    stored(box)["payload"]["content"] = "one\ntwo"
    await changed(context, change(subject="New"))
    assert stored(box)["payload"] == {"subject": "New", "content": "one\ntwo"}


async def test_a_note_changes_and_can_be_emptied_and_is_told_as_it_is(box: Sandbox, context: Context) -> None:
    title = "Partner programme (draft)"
    told = await changed(context, change("3", title, task_note="New"))
    assert stored(box, 3, title=title)["taskNote"] == told.variant.task_note == "New"
    told = await changed(context, change("3", title, task_note=""))
    assert stored(box, 3, title=title)["taskNote"] == ""
    assert not told.variant.task_note


@pytest.mark.parametrize(
    ("step", "given", "words"),
    [
        ("1", {}, "nothing to change was given. Give at least one of subject"),
        ("1", {"subject": ""}, "subject: the first email of a sequence needs one"),
        ("1", {"content": " "}, "content: email needs a text"),
        ("1", {"task_note": "no"}, "task_note is not allowed on email"),
        ("1", {"subject": "x" * 999}, "subject: 999 characters, at most 998"),
        ("9", {"subject": "x"}, 'step: nothing is called "9"'),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_sent(
    box: Sandbox, context: Context, step: str, given: dict[str, Any], words: str
) -> None:
    assert (await refused(context, change(step, **given))).startswith(words)
    assert posts(box, CHANGE) == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"preheader": "no"}, "preheader is not allowed on linkedin_message"),
        ({"subject": "no"}, "subject is not allowed on linkedin_message"),
        ({"attachment_ids": ["a"]}, "attachment_ids is not allowed on linkedin_message"),
        ({"content": "x" * 8001}, "content: 8001 characters, at most 8000"),
        ({"task_note": "x" * 3001}, "task_note: 3001 characters, at most 3000"),
    ],
)
async def test_each_channel_keeps_its_rules(box: Sandbox, context: Context, given: dict[str, Any], words: str) -> None:
    assert (await refused(context, change("3", "Webinar in May", **given))).startswith(words)
    assert posts(box, CHANGE) == 0


async def test_a_later_email_may_lose_its_subject(box: Sandbox, context: Context) -> None:
    await changed(context, change("3", subject=""))
    assert stored(box, 3)["payload"]["subject"] == ""


async def test_warnings_about_the_new_text_are_told(context: Context) -> None:
    told = await changed(context, change(content="Hi {{Frist Name}}"))
    assert told.warnings == ["{{Frist Name}} is no field of this account; did you mean {{First Name}}?"]


async def test_a_step_of_a_kind_we_do_not_know_is_left_alone(box: Sandbox) -> None:
    variant: dict[str, Any] = {"id": "v1", "payload": {}}
    step: dict[str, Any] = {
        "id": "s1",
        "number": 1,
        "name": "Step 1",
        "type": 7,
        "absoluteDays": 1,
        "variants": [variant],
    }
    app = faulty(box, f"GET /sequences/{line_of(box, TITLE)['id']}/steps", says(200, {"payload": [step]}))
    async with context_over(box, app=app) as context:
        assert "step: its type 7 is not known" in await refused(context, change(in_use=False))
    assert posts(box, CHANGE) == 0


@pytest.mark.parametrize(
    ("step", "title", "given"),
    [
        ("1", TITLE, {"subject": "New"}),
        ("1", TITLE, {"content": "New"}),
        ("1", TITLE, {"content": "New", "subject": "New", "preheader": "New"}),
        ("1", TITLE, {"in_use": False}),
        ("2", TITLE, {"subject": "New"}),
        ("3", "Webinar in May", {"content": "New", "task_note": "New"}),
        ("3", "Partner programme (draft)", {"task_note": ""}),
    ],
)
async def test_the_answer_holds_what_was_replaced_and_the_call_that_puts_it_back(
    box: Sandbox, context: Context, step: str, title: str, given: dict[str, Any]
) -> None:
    place = int(step)
    texts = ("payload", "status", "taskNote")
    was = {name: stored(box, place, title=title)[name] for name in texts}
    old = {**was["payload"], "content": was["payload"].get("content") or was["payload"].get("message")}
    old["task_note"] = was["taskNote"]
    told = await changed(context, change(step, title, **given))
    assert told.before == {name: old[name] for name in given if old.get(name)}
    assert told.undo is not None
    assert f"To put back what was there: {told.undo.for_model()}" in text_of(told)
    await UpdateStepVariant.model_validate(told.undo.arguments).run(context)
    now = {name: stored(box, place, title=title)[name] for name in texts}
    # A preheader or note that was not there is empty after it was put back.
    now["payload"] = {name: part for name, part in now["payload"].items() if part or name in was["payload"]}
    assert now == {**was, "taskNote": was["taskNote"] or now["taskNote"]}


async def test_a_text_of_any_length_is_in_the_answer_whole(box: Sandbox, context: Context) -> None:
    long = f"<p>{'word ' * 1500}</p>"
    stored(box)["payload"]["content"] = long
    told = await changed(context, change(content="New"))
    assert told.before == {"content": long}
    assert long in text_of(told)


async def test_what_changes_nothing_has_nothing_to_put_back(box: Sandbox, context: Context) -> None:
    same = stored(box)["payload"]["subject"]
    told = await changed(context, change(subject=same, in_use=True))
    assert (told.before, told.undo) == ({}, None)
