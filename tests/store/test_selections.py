"""Handles: they stand for exactly what they were made of, for an hour, in one account."""

from collections.abc import Generator
from contextlib import closing

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.store.selections import KEPT, Kind, Member, Selections
from saleshandy_mcp.store.state import State

JO, BO = Member("a1", "jo@lake.example.com"), Member("", "bo@lake.example.com")


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def state() -> Generator[State]:
    with closing(State()) as state:
        yield state


def test_a_handle_stands_for_exactly_what_it_was_made_of(state: State) -> None:
    selections = Selections(state, "a")
    one, other = selections.keep("people", [JO, BO]), selections.keep("people", [BO])
    assert selections.members("people", one) == [JO, BO]
    assert selections.members("people", f" {other} ") == [BO]
    assert selections.keep("people", [JO, BO]) == one


def test_a_handle_counts_for_an_hour_and_then_nothing_of_it_is_left(state: State) -> None:
    clock = Clock()
    selections = Selections(state, "a", clock)
    handle = selections.keep("people", [JO])
    clock.now += KEPT - 1
    assert selections.members("people", handle) == [JO]
    clock.now += 1
    with pytest.raises(Mistake, match="older than an hour"):
        selections.members("people", handle)
    selections.forget()
    with state.reading() as db:
        assert db.execute("SELECT count(*) FROM selections").fetchone() == (0,)


def test_a_handle_of_another_account_or_of_nobody_is_unknown_and_names_the_call_that_makes_one(state: State) -> None:
    handle = Selections(state, "a").keep("people", [JO])
    for selections, asked in ((Selections(state, "b"), handle), (Selections(state, "a"), "sel_000000000000")):
        with pytest.raises(Mistake, match="no selection of this account") as refused:
            selections.members("people", asked)
        assert refused.value.next
        assert refused.value.next.tool == "find_prospects"


def test_an_unknown_handle_makes_no_file(state: State) -> None:
    with pytest.raises(Mistake, match="no selection"):
        Selections(state, "a").members("tasks", "sel_000000000000")
    assert not state.is_there


def test_a_handle_of_tasks_does_not_stand_for_people(state: State) -> None:
    selections = Selections(state, "a")
    with pytest.raises(Mistake, match="stands for tasks, not for people"):
        selections.members("people", selections.keep("tasks", [Member("t1")]))


def test_a_selection_that_something_else_has_changed_counts_for_nothing(state: State) -> None:
    selections = Selections(state, "a")
    handle = selections.keep("people", [JO])
    with state.changing() as db:
        db.execute("UPDATE selections SET members = ?", ('[["b2", "eve@lake.example.com"]]',))
    with pytest.raises(Mistake, match="no selection"):
        selections.members("people", handle)


@pytest.mark.parametrize(("sought", "tool"), [("tasks", "list_tasks"), ("people", "find_prospects")])
def test_an_unknown_handle_is_answered_with_the_call_that_makes_what_is_sought(
    state: State, sought: Kind, tool: str
) -> None:
    with pytest.raises(Mistake) as refusal:
        Selections(state, "account").kind("sel_000000000000", sought)
    assert refusal.value.next is not None
    assert refusal.value.next.tool == tool
