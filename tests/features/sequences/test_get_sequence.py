"""``get_sequence``: all that belongs to one sequence."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.sequences.get_sequence import GetSequence
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import context_over, faulty, line_of, says

SENTENCES = [
    "What does the third step of Q3 launch say?",
    "Show me the steps and variants of the agencies sequence",
    "Which senders and settings does the SaaS founders sequence have?",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "get_sequence": {"sequence": "Q3 launch"},
    "get_sequence_whole": {"sequence": "q3 LAUNCH", "whole_text": True},
}


async def test_a_sequence_is_shown_with_all_that_belongs_to_it(box: Sandbox, context: Context) -> None:
    view = await GetSequence(sequence="agencies eu").run(context)
    assert (view.title, view.status, view.prospects) == ("Agencies EU", "active", 92)
    assert [(step.number, step.day, step.type) for step in view.steps] == [
        (1, 1, "email"),
        (2, 2, "linkedin_view_profile"),
        (3, 4, "email"),
        (4, 8, "call_introduction"),
    ]
    assert [variant.letter for variant in view.steps[0].variants] == ["A", "B"]
    assert view.steps[0].variants[1].subject == "The page your clients never finish"
    assert view.steps[3].variants[0].task_note
    assert [sender.address for sender in view.senders] == line_of(box, "Agencies EU")["emailAccounts"]
    assert view.schedule == "Tuesday to Thursday (Tue-Thu 8:00-11:00, 14:00-16:00 Europe/London)"
    assert "stops on reply" in view.settings


async def test_texts_are_shown_in_short_or_whole(context: Context) -> None:
    short = (await GetSequence(sequence="Q3 launch").run(context)).steps[0].variants[0]
    whole = (await GetSequence(sequence="Q3 launch", whole_text=True).run(context)).steps[0].variants[0]
    assert short.text.startswith("Hi {{First Name|'there'}}, Most")
    assert short.text.endswith("…")
    assert len(short.text) <= 90
    assert whole.text.startswith("<p>Hi {{First Name|'there'}},</p>")
    assert short.length == whole.length == len(whole.text)


async def test_one_step_can_be_asked_for_by_number_or_id(context: Context) -> None:
    whole = await GetSequence(sequence="Agencies EU").run(context)
    for name in ("3", whole.steps[2].id):
        one = await GetSequence(sequence="Agencies EU", step=name).run(context)
        assert one.steps == [whole.steps[2]]
        assert "1 of 4 steps" in "\n".join(line for line in one.lines(NextCall.for_model) if line)
        assert one.less() is None
    assert whole.less() == NextCall.of("get_sequence", sequence="Agencies EU", step=4)
    with pytest.raises(Mistake, match='nothing is called "9"'):
        await GetSequence(sequence="Agencies EU", step="9").run(context)


async def test_a_step_of_a_kind_we_do_not_know_is_shown_as_such(box: Sandbox) -> None:
    step_id = next(iter(line_of(box, "SaaS founders")["prospectsByStep"]))
    step = {"id": step_id, "number": 1, "name": "Step 1", "type": 7, "absoluteDays": 1, "variants": None}
    sequence_id = line_of(box, "SaaS founders")["id"]
    app = faulty(box, f"GET /sequences/{sequence_id}/steps", says(200, {"payload": [step]}))
    async with context_over(box, app=app) as context:
        view = await GetSequence(sequence="SaaS founders").run(context)
    assert view.steps[0].type == "unknown (7)"
