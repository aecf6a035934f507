"""What a journal says of a call while it runs, when its process is gone, and when it has taken too long."""

from collections.abc import Generator
from pathlib import Path

import pytest

from saleshandy_mcp.api.resources.notes import CreateNote
from saleshandy_mcp.api.resources.tags import AssignTags
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.policy.journal import CallRecord, Journal, refuse_repetition
from saleshandy_mcp.store.state import State
from tests.kit import context_over, new_box
from tests.policy.kit import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(place: Path, clock: Clock) -> Generator[Journal]:
    state = State(lambda: place)
    yield Journal(state, "account", clock)
    state.close()


def begun(journal: Journal, call: str = "call") -> CallRecord:
    """A call that adds something, and is being carried out."""
    record = CallRecord(journal, "create_step", ("sequence",), call=call)
    number = journal.began(record, "create_sequence_step")
    journal.under_way(number, "create_sequence_step", adds=True, objects={"a sequence"})
    return record


@pytest.mark.parametrize("seconds", [0, 599])
def test_a_call_that_runs_is_not_begun_a_second_time(journal: Journal, clock: Clock, seconds: float) -> None:
    begun(journal)
    clock.now += seconds
    earlier = journal.earlier("call")
    assert earlier
    with pytest.raises(Mistake) as refusal:
        refuse_repetition(journal, earlier)
    assert refusal.value.wrong.endswith("and is still being carried out")
    assert refusal.value.remedy == "Wait for its answer."


@pytest.mark.parametrize("adds", [True, False])
def test_of_two_processes_that_looked_at_the_same_time_one_begins(journal: Journal, place: Path, adds: bool) -> None:  # noqa: FBT001
    elsewhere = Journal(State(lambda: place), "account", journal.clock)
    operation = (
        CreateNote(prospect_ids=["a"], content="x", visibility="1")
        if adds
        else AssignTags(tags=["a"], prospect_ids=["a"])
    )
    records = [CallRecord(it, "a tool", call="call") for it in (journal, elsewhere)]
    assert [it.journal.earlier(it.call) for it in records] == [None, None]
    records[0].starts(operation)
    if adds:
        with pytest.raises(Mistake, match="the same call has begun meanwhile"):
            records[1].starts(operation)
    else:
        records[1].starts(operation)
    elsewhere.state.close()


def test_a_call_without_an_end_is_unknown_after_ten_minutes_and_turned_back_once(
    journal: Journal, clock: Clock
) -> None:
    begun(journal)
    clock.now += 601
    earlier = journal.earlier("call")
    assert earlier
    assert (earlier.state, earlier.unsettled) == ("unknown", True)
    with pytest.raises(Mistake, match="this is the same call again"):
        refuse_repetition(journal, earlier)
    again = journal.earlier("call")
    assert again
    refuse_repetition(journal, again)


def test_what_was_left_open_is_told_once_and_only_to_who_asks_about_the_same(journal: Journal, clock: Clock) -> None:
    begun(journal)
    clock.now += 601
    assert journal.to_tell({"another sequence"}, None) == []
    (told,) = journal.to_tell({"a sequence"}, None)
    assert "create_step" in told
    assert journal.to_tell({"a sequence"}, None) == []


def test_beginning_and_end_of_a_call_carry_the_same_number(journal: Journal) -> None:
    for call in ("one", "two"):
        record = CallRecord(journal, "create_step", call=call)
        number = journal.began(record, "create_sequence_step")
        journal.ended(record, number, "done", ["create_sequence_step"], [], "")
    assert [(it["outcome"], it["call"]) for it in journal.audit.lines()] == [
        ("began", 1),
        ("done", 1),
        ("began", 2),
        ("done", 2),
    ]


def test_an_answer_is_kept_for_a_minute(journal: Journal, clock: Clock) -> None:
    record = CallRecord(journal, "create_step", call="call")
    journal.ended(record, journal.began(record, "create_sequence_step"), "done", [], [], "plums")
    for seconds, kept in ((59, "plums"), (1, "")):
        clock.now += seconds
        journal.forget()
        earlier = journal.earlier("call")
        assert earlier
        assert earlier.answer == kept


async def test_what_is_done_after_the_end_of_its_call_is_told_as_done_although_no_line_can_be_written(
    journal: Journal, place: Path
) -> None:
    box = new_box()
    (person, *_) = box.world.prospects
    operation = CreateNote(prospect_ids=[person], content="x", visibility="1")
    async with context_over(box) as context:
        record = CallRecord(journal, "import_prospects")
        gate = Gate(context.api, record=record)
        gate.open(frozenset({Effect.WRITE}))
        await gate.send(operation)
        record.ends(gate.done, gate.doubtful, failed=False)
        place.with_name("audit.jsonl").unlink()
        place.with_name("audit.jsonl").mkdir()
        assert (await gate.send(operation)).results[0].success
    assert gate.done == ["create_note", "create_note"]
