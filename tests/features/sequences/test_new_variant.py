"""``update_step_variant(variant="new")``: a further A/B variant of an email step."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.sequences.new_variant import AddedVariant
from saleshandy_mcp.features.sequences.update_step_variant import UpdateStepVariant
from saleshandy_mcp.sandbox import Sandbox
from tests.features.questions import question_of, through_the_gate, words
from tests.kit import line_of

TITLE = "SaaS founders"


def new(sequence: str = TITLE, step: str = "1", **given: Any) -> UpdateStepVariant:
    return UpdateStepVariant.model_validate(
        {"sequence": sequence, "step": step, "variant": "new", "subject": "S", "content": "Hi\nyou", **given}
    )


def variants(box: Sandbox) -> list[dict[str, Any]]:
    return box.world.variants_of(next(iter(line_of(box, TITLE)["prospectsByStep"])))


async def test_a_variant_is_added_to_a_paused_sequence_at_once(box: Sandbox, context: Context) -> None:
    before = len(variants(box))
    added = await through_the_gate(context, new(content="Hi\n[Your Name]"))
    assert isinstance(added, AddedVariant)
    stored = variants(box)[-1]
    assert len(variants(box)) == before + 1
    assert stored["id"] == added.id
    assert stored["payload"] == {"subject": "S", "content": "<p>Hi<br>[Your Name]</p>"}
    assert added.warnings == ["[Your Name] is mailed as it stands"]
    assert added.undo.arguments["variant"] == added.id


async def test_for_an_active_sequence_the_text_is_asked_for_first(context: Context) -> None:
    action = new("Q3 launch")
    assert Effect.SEND in (await action.prepare(context)).effects
    text = words(await question_of(context, action))
    assert text.startswith("Add a variant to this active sequence?")
    assert '- variant C, subject: "S"' in text


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"sequence": "Q3 launch", "step": "2", "subject": None}, "takes one variant"),
        ({"subject": None}, "needs one"),
        ({"content": None}, "needs a text"),
        ({"task_note": "Call"}, "task_note is not allowed"),
        ({"in_use": False}, "a new variant is in use"),
    ],
)
async def test_what_a_step_does_not_take_is_a_mistake(context: Context, given: dict[str, Any], wrong: str) -> None:
    with pytest.raises(Mistake, match=wrong):
        await new(**given).prepare(context)
