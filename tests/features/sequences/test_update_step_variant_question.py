"""What ``update_step_variant`` asks, what a yes to it binds, and what it does without a question."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.sandbox import Sandbox
from tests.features.questions import bound, question_of, through_the_gate, words
from tests.features.sequences.test_update_step_variant import CHANGE, change, stored
from tests.kit import posts


async def test_a_change_to_an_active_sequence_is_asked_for_first(box: Sandbox, context: Context) -> None:
    action = change(sequence="Q3 launch", subject="Brand new {{x}}")
    prepared = await action.prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.SEND}
    text = words(prepared.question)
    assert text.startswith("Change a text of this active sequence?\n")
    for part in (
        '- variant: "A [',
        '", changes: subject\n',
        '- warning: "{{x}} is no field of this account"',
        '- now, subject: "The same ten questions at {{Company}}"',
        '- then, subject: "Brand new {{x}}"',
    ):
        assert part in text
    assert "now, text" not in text
    assert posts(box, CHANGE) == 0
    assert (await through_the_gate(context, action)).active
    assert stored(box, title="Q3 launch")["payload"]["subject"] == "Brand new {{x}}"


@pytest.mark.parametrize("given", [{"subject": "x"}, {"content": "x"}, {"preheader": "x"}, {"in_use": False}])
async def test_a_change_to_a_paused_sequence_is_done_at_once(
    box: Sandbox, context: Context, given: dict[str, Any]
) -> None:
    prepared = await change(**given).prepare(context)
    assert (prepared.question, prepared.effects) == (None, {Effect.WRITE})
    await through_the_gate(context, change(**given))
    assert posts(box, CHANGE) == 1


async def test_attachments_are_replaced_only_after_a_question_for_no_call_lists_those_there_are(
    box: Sandbox, context: Context
) -> None:
    action = change(attachment_ids=["a1"])
    prepared = await action.prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.DELETE}
    assert '- then, attachments: "a1", instead of those it has now' in words(prepared.question)
    await through_the_gate(context, action)
    assert stored(box)["attachmentIds"] == ["a1"]
    assert bound(await question_of(context, change(attachment_ids=["a2"]))) != bound(prepared.question)


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "Other"},
        {"subject": "New", "content": "More"},
        {"subject": "New", "variant": "B"},
        {"subject": "New", "step": "4"},
        {"subject": "New", "in_use": False},
        {"subject": "New", "sequence": "Agencies EU"},
        {"subject": "New", "attachment_ids": ["a1"]},
    ],
)
async def test_an_agreement_to_one_change_is_none_to_another(context: Context, other: dict[str, Any]) -> None:
    base = {"sequence": "Q3 launch", "step": "1", "subject": "New"}
    first, second = [await question_of(context, change(**{**base, **it})) for it in ({}, other)]
    assert bound(first) != bound(second)


async def test_an_agreement_is_void_when_the_text_has_changed_meanwhile(box: Sandbox, context: Context) -> None:
    action = change(sequence="Q3 launch", subject="New")
    before = bound(await question_of(context, action))
    stored(box, title="Q3 launch")["payload"]["content"] += "<!-- -->"
    assert bound(await question_of(context, action)) != before
