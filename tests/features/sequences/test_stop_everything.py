"""Stopping everything: no question, no waiting, and never told as done before it was seen."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from saleshandy_mcp.api.resources.sequences import ListSequences, UpdateSequenceStatus
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.sequences.set_sequence_status import SetSequenceStatus
from saleshandy_mcp.features.sequences.stop_everything import EverythingStopped
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.policy.hold import Hold
from saleshandy_mcp.policy.journal import Journal
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.rows import add_subsequence, new_subsequence
from tests.kit import context_over, faulty, line_of, posts, says, unreachable

STATUS = "POST /sequences/status"
LIST = "GET /sequences$"
ALL = SetSequenceStatus(sequence="all", status="paused")
HELD = SetSequenceStatus(sequence="ALL", status="held")
START = SetSequenceStatus(sequence="SaaS founders", status="active")


async def stopped(context: Context, action: SetSequenceStatus = ALL) -> EverythingStopped:
    view = await action.run(context)
    assert isinstance(view, EverythingStopped)
    return view


def active(box: Sandbox) -> list[str]:
    return sorted(row["title"] for row in box.world.sequences.values() if row["active"])


def words(view: EverythingStopped) -> str:
    return "\n".join(line for line in view.lines(str) if line)


async def test_it_needs_no_agreement_and_pauses_all_that_is_active(box: Sandbox, context: Context) -> None:
    was = active(box)
    assert was
    prepared = await ALL.prepare(context)
    assert (prepared.question, prepared.effects) == (None, {Effect.WRITE})
    view = await stopped(context)
    assert (sorted(view.paused), view.stopped, active(box)) == (was, True, [])
    assert "seen by a second look" in words(view)


async def test_when_nothing_is_active_it_says_so(context: Context) -> None:
    await stopped(context)
    assert words(await stopped(context)) == "No sequence was active."


async def test_subsequences_are_paused_too(box: Sandbox, context: Context) -> None:
    parent = box.world.sequences[line_of(box, "Q3 launch")["id"]]
    row = new_subsequence(box.world, parent, "Warm", box.world.now())
    row["active"] = True
    add_subsequence(box.world, row)
    view = await stopped(context)
    assert (view.subsequences, view.stopped, row["active"]) == (1, True, False)


async def test_after_40_list_calls_it_does_not_wait_for_the_pacing(box: Sandbox, context: Context) -> None:
    for _ in range(20):
        await context.api.send(ListSequences())
    start = box.clock.seconds()
    assert (await stopped(context)).stopped
    assert box.clock.seconds() - start < 1


async def test_one_sequence_that_cannot_be_paused_does_not_keep_the_others_active(box: Sandbox) -> None:
    odd = line_of(box, "Q3 launch")["id"]

    async def refuses(app: Any, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        if odd.encode() in message["body"]:
            await says(400, {"error": True, "code": 4000, "message": "Locked"})(app, scope, receive, send)
            return

        async def again() -> Any:
            return {**message, "more_body": False}

        await app(scope, again, send)

    async with context_over(box, app=faulty(box, STATUS, refuses)) as context:
        view = await stopped(context)
    assert (view.still_active, view.stopped, active(box)) == (["Q3 launch"], False, ["Q3 launch"])
    assert words(view).startswith('NOT stopped (Locked): 1 sequence: "Q3 launch". Pause this in Saleshandy itself')


@pytest.mark.parametrize("fault", [says(200, {"message": "ok"}), says(200, {"success": False}), says(200, "")])
async def test_a_success_that_changes_nothing_is_not_told_as_done(box: Sandbox, fault: Any) -> None:
    was = active(box)
    async with context_over(box, app=faulty(box, STATUS, fault)) as context:
        view = await stopped(context)
    assert (sorted(view.still_active), view.stopped, active(box)) == (was, False, was)


async def test_bad_weather_is_outlasted(box: Sandbox) -> None:
    """Three throttled calls, each told to wait a minute, then three that never arrive."""
    throttled = faulty(box, STATUS, says(429, {"error": True, "message": "rate limit"}), times=3)
    async with context_over(box, app=throttled) as context:
        assert (await stopped(context)).stopped
    box.world.sequences[line_of(box, "Q3 launch")["id"]]["active"] = True
    async with context_over(box, app=faulty(box, STATUS, unreachable, times=3)) as context:
        assert (await stopped(context)).stopped


async def test_what_cannot_be_seen_is_told_as_unseen(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, LIST, says(500, {}), after=1)) as context:
        view = await stopped(context)
    assert view.unseen
    assert not view.stopped
    assert "could not be seen" in words(view)
    assert active(box) == []


async def test_what_somebody_starts_meanwhile_is_paused_as_well(box: Sandbox) -> None:
    async def started_again(app: Any, scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)
        box.world.sequences[line_of(box, "SaaS founders")["id"]]["active"] = True

    async with context_over(box, app=faulty(box, STATUS, started_again, times=1)) as context:
        view = await stopped(context)
    assert "SaaS founders" in view.paused
    assert active(box) == []


async def test_when_starts_are_held_nothing_is_started_by_any_door(box: Sandbox, context: Context) -> None:
    view = await stopped(context, HELD)
    assert (view.held, view.stopped) == (True, True)
    with pytest.raises(Mistake, match=r"held since then.*|everything was stopped"):
        await START.prepare(context)
    gate = Gate(context.api, hold=context.service(Hold))
    gate.open(frozenset({Effect.SEND}))
    id_ = line_of(box, "SaaS founders")["id"]
    with pytest.raises(Mistake, match="everything was stopped"):
        await gate.send(UpdateSequenceStatus(sequence_ids=[id_], status="resume"))
    assert active(box) == []
    assert context.service(Hold).lift()
    assert (await START.prepare(context)).question


async def test_all_can_be_stopped_and_not_started_and_held_goes_with_all_alone(context: Context) -> None:
    with pytest.raises(Mistake, match="not started"):
        await SetSequenceStatus(sequence="all", status="active").prepare(context)
    with pytest.raises(Mistake, match='goes with sequence="all"'):
        await SetSequenceStatus(sequence="Q3 launch", status="held").prepare(context)


async def test_a_sequence_is_paused_with_one_call(box: Sandbox, context: Context) -> None:
    await SetSequenceStatus(sequence="Q3 launch", status="paused").run(context)
    assert posts(box, STATUS) == 1


async def test_the_pause_does_not_wait_for_the_file_that_holds_starts(box: Sandbox, tmp_path: Path) -> None:
    place = tmp_path / "state.sqlite3"
    seen = list[list[str]]()

    class Watched(Hold):
        def set(self) -> None:
            seen.append(active(box))
            super().set()

    async with context_over(box, state=place) as context:
        watched = Watched(context.service(Journal).state, "account")
        view = await stopped(replace(context, services={**context.services, Hold: watched}), HELD)
    assert (seen, view.held, view.stopped) == ([[]], True, True)


async def test_what_is_started_before_starts_are_held_is_seen_and_paused(box: Sandbox) -> None:
    founders = next(row for row in box.world.sequences.values() if row["title"] == "SaaS founders")

    class Racing(Hold):
        def set(self) -> None:
            founders["active"] = True
            super().set()

    for _ in range(2):  # with active sequences, and with none
        async with context_over(box) as context:
            racing = Racing(context.service(Journal).state, "account")
            view = await stopped(replace(context, services={**context.services, Hold: racing}), HELD)
        assert ("SaaS founders" in view.paused, view.stopped, active(box)) == (True, True, [])
