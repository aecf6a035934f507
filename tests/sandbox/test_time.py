"""The clock: moved by hand or running at a speed; how often somebody looks changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.sandbox import Clock, Sandbox
from saleshandy_mcp.sandbox.simulation import progress
from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.simulation.slots import Slots
from tests.sandbox.kit import DAY, call, frozen, passes
from tests.sandbox.rules import ALWAYS, mails_went_out_in_slots

WEEK = 7 * DAY


def test_the_past_of_eight_weeks_keeps_the_rules_of_the_future(box: Sandbox) -> None:
    mails = list(select(box.world, "email-sent"))
    weeks = {event["at"][:10] for event in mails}
    assert min(weeks) < "2026-09-25"
    mails_went_out_in_slots(box.world, mails)
    for rule in ALWAYS:
        rule(box.world)


def test_nobody_is_late_when_the_story_ends(box: Sandbox) -> None:
    """Whatever is due next for somebody could not have been done before."""
    world, now = box.world, box.clock.now()
    due = 0
    for sequence in [row for row in world.sequences.values() if row["active"]]:
        steps, slots = world.steps_of(sequence["id"]), Slots(world.schedules[sequence["scheduleId"]])
        for prospect_id in world.enrolments[sequence["id"]]:
            place = (sequence["id"], prospect_id)
            free = progress.free_from(world, sequence["id"], world.prospects[prospect_id])
            coming = progress.next_step(world, steps, slots, world.progress_of(*place), place)
            if free is not None and coming is not None:
                slot = slots.after(coming[1], now + timedelta(days=30))
                assert slot is not None
                assert slot.closes > now, (sequence["title"], coming)
                due += 1
    assert due > 100


@pytest.mark.parametrize("seed", [0, 7])
def test_the_future_keeps_the_rules(seed: int) -> None:
    box = frozen(seed=seed)
    passes(box, 8 * WEEK)
    mails_went_out_in_slots(box.world, list(select(box.world, "email-sent")))
    for rule in ALWAYS:
        rule(box.world)


def week_of_work(box: Sandbox, look: Callable[[], None]) -> None:
    """Acts at fixed moments; in between somebody looks or not."""
    look()
    paused = next(row["id"] for row in box.world.sequences.values() if row["title"] == "SaaS founders")
    call(box, "POST", "/sequences/status", {"sequenceIds": [paused], "status": "resume"})
    look()
    ids = [row["id"] for row in list(box.world.tasks.values()) if not (row["completedAt"] or row["skippedAt"])]
    call(box, "POST", "/tasks/bulk-skip", {"taskIds": ids[:100]})
    look()
    rows = [{"Email": f"p{number}@crowd.example.com"} for number in range(20)]
    step = box.world.steps_of(paused)[0]["id"]
    body = {"stepId": step, "prospectList": rows, "verifyProspects": True, "conflictAction": "upsert"}
    call(box, "POST", "/sequences/prospects/import-with-field-name", body)
    look()


@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(1, 3 * DAY), min_size=1, max_size=12))
def test_how_time_is_cut_changes_nothing(parts: list[int]) -> None:
    once, often = frozen(), frozen()

    def in_parts() -> None:
        for seconds in parts:
            passes(often, seconds)

    week_of_work(once, lambda: passes(once, sum(parts)))
    week_of_work(often, in_parts)
    assert often.world.events == once.world.events
    assert often.world.enrolments == once.world.enrolments
    assert often.world.outboxes == once.world.outboxes


def test_the_same_seed_is_the_same_world_and_another_is_another() -> None:
    worlds = [frozen(seed=seed) for seed in (3, 3, 4)]
    for box in worlds:
        passes(box, 3 * WEEK)
    first, second, other = (box.world.events for box in worlds)
    assert first == second
    assert first != other
    standing = [box.world.enrolments for box in (frozen(seed=3), frozen())]
    assert standing[0] == standing[1]


def test_a_world_that_was_saved_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    box = frozen()
    passes(box, 5 * DAY)
    box.save(tmp_path / "state.json")
    again = frozen(state=tmp_path / "state.json")
    for one in (box, again):
        passes(one, 2 * WEEK)
    assert again.world.events == box.world.events
    assert again.world.pending == box.world.pending


def test_a_seed_is_kept_with_the_world(tmp_path: Path) -> None:
    box = frozen(seed=9)
    box.save(tmp_path / "state.json")
    assert frozen(state=tmp_path / "state.json").world.seed == 9


def test_a_clock_runs_at_its_speed_and_changing_it_loses_nothing() -> None:
    ticks = [0.0]
    clock = Clock(tick=lambda: ticks[0], speed=3600)
    ticks[0] = 2.0
    assert clock.seconds() == 7200
    clock.speed = 1
    ticks[0] = 12.0
    assert clock.seconds() == 7210
    assert clock.now().isoformat() == "2026-11-16T10:00:10+00:00"


def test_a_running_clock_sends_as_one_that_is_moved() -> None:
    ticks = [0.0]
    running, moved = Sandbox(limits=False, clock=Clock(tick=lambda: ticks[0], speed=3600)), frozen()
    for _ in range(24):
        ticks[0] += 1
        running.state()
    passes(moved, DAY)
    assert running.world.events == moved.world.events


async def test_the_speed_is_set_and_told_by_the_control_endpoint(box: Sandbox, http: httpx2.AsyncClient) -> None:
    answer = await http.post("http://sandbox/sandbox/clock", json={"speed": 3600})
    assert (answer.json()["speed"], box.clock.speed) == (3600, 3600)
    for bad in (-1, "fast", True, 1e9):
        answer = await http.post("http://sandbox/sandbox/clock", json={"speed": bad})
        assert answer.status_code == 400
    assert box.clock.speed == 3600


async def test_the_state_counts_what_has_happened(box: Sandbox, http: httpx2.AsyncClient) -> None:
    state = (await http.post("http://sandbox/sandbox/clock", json={"advance": DAY})).json()
    assert state["events"]["email-sent"] == len(list(select(box.world, "email-sent"))) > 517
