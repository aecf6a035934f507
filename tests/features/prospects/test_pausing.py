"""Pausing people: in all their sequences at once, and until a day on which they go on by themselves."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.prospects.pausing import MOST_EVERYWHERE
from saleshandy_mcp.features.prospects.update_prospects import ChangedProspects, UpdateProspects
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation import events
from saleshandy_mcp.server.tools.action_tool import text_of
from saleshandy_mcp.store.selections import Member, Selections
from tests.features.crowd import PLAIN, RESTING, RUNNING, inside, outside, row, standing, updated
from tests.features.questions import words

DAY = 86400.0


def enrolled(box: Sandbox, email: str, title: str) -> None:
    """The person is in this sequence, too."""
    id_ = next(it["id"] for it in box.world.sequences.values() if it["title"] == title)
    box.world.enter(box.world.steps_of(id_)[0]["id"], row(box, email)["id"])


async def asked(context: Context, people: list[str], **arguments: Any) -> str:
    question = (await UpdateProspects(prospects=people, **arguments).prepare(context)).question
    return words(question) if question else ""


async def paused(context: Context, people: list[str], **arguments: Any) -> ChangedProspects:
    return await updated(context, people, status="paused", **arguments)


async def test_without_a_sequence_a_pause_holds_everywhere_and_nobody_is_asked(context: Context, box: Sandbox) -> None:
    first, second = inside(box, RUNNING, 2)
    enrolled(box, first, PLAIN)
    assert await asked(context, [first, second], status="paused") == ""
    told = text_of(await paused(context, [first, second]))
    assert [standing(box, RUNNING, it) for it in (first, second)] == ["paused", "paused"]
    assert standing(box, PLAIN, first) == "paused"
    assert f'paused in "{RUNNING}" [' in told
    assert "all 2" in told


async def test_who_is_in_no_sequence_that_goes_on_is_told_apart(context: Context, box: Sandbox) -> None:
    (there,) = inside(box, PLAIN, 1)
    over = inside(box, RUNNING, 1)[0]
    await updated(context, [over], status="finished", sequence=RUNNING)
    told = text_of(await paused(context, [there, over]))
    assert "1 of 2" in told
    assert f"not tried: {over}: in no sequence that may still mail them" in told
    assert standing(box, RUNNING, over) == "finished"
    with pytest.raises(Mistake, match="none of these people is in a sequence"):
        await paused(context, [over])


@pytest.mark.parametrize("where", [{}, {"sequence": RUNNING}])
async def test_a_pause_with_an_end_is_asked_for_and_ends_by_itself(
    context: Context, box: Sandbox, where: dict[str, Any]
) -> None:
    (there,) = inside(box, RUNNING, 1)
    prepared = await UpdateProspects(prospects=[there], status="paused", until="2026-11-23", **where).prepare(context)
    assert Effect.SEND in prepared.effects
    assert prepared.question
    question = words(prepared.question)
    assert 'status: "paused", until 2026-11-23, in 7 days' in question
    assert "until that day. Then they go on by themselves" in question
    told = text_of(await paused(context, [there], until="2026-11-23", **where))
    assert "paused until 2026-11-23, then on by itself, in" in told
    box.clock.advance(7 * DAY - 1)
    assert standing(box, RUNNING, there) == "paused"
    box.clock.advance(2)
    assert standing(box, RUNNING, there) == "active"


async def test_who_had_answered_goes_on_after_the_pause_and_the_question_says_how_they_stand(
    context: Context, box: Sandbox
) -> None:
    (away,) = inside(box, RUNNING, 1)
    id_ = next(it["id"] for it in box.world.sequences.values() if it["title"] == RUNNING)
    events.record(box.world, "reply-received", sequence_id=id_, prospect_id=row(box, away)["id"])
    assert f"{away} in {RUNNING} [{id_}] (replied)" in await asked(context, [away], status="paused", until="2026-11-20")
    await paused(context, [away], until="2026-11-20")
    box.clock.advance(4 * DAY + 1)
    assert standing(box, RUNNING, away) == "active"


async def test_a_handle_is_paused_everywhere_as_many_as_one_call_looks_up_and_the_rest_is_told(
    context: Context, box: Sandbox
) -> None:
    people = inside(box, RUNNING, MOST_EVERYWHERE + 3)
    handle = context.service(Selections).keep("people", [Member(row(box, it)["id"], it) for it in people])
    told = await paused(context, [handle])
    assert [standing(box, RUNNING, it) for it in people].count("paused") == MOST_EVERYWHERE
    assert told.left == 3
    assert told.next is not None
    box.clock.advance(61)
    await UpdateProspects.model_validate(told.next.arguments).prepare(context)


async def test_too_many_names_for_everywhere_are_refused_with_what_takes_more(context: Context, box: Sandbox) -> None:
    with pytest.raises(Mistake, match="prospects: there are 16") as refusal:
        await paused(context, inside(box, RUNNING, 16))
    assert "in one sequence up to 50" in refusal.value.remedy


async def test_finished_everywhere_is_in_all_sequences_that_go_on(context: Context, box: Sandbox) -> None:
    (one,) = [it for it in inside(box, RESTING, 60) if it in set(outside(box, RUNNING, 999))][:1]
    await updated(context, [one], status="finished")
    assert standing(box, RESTING, one) == "finished"
