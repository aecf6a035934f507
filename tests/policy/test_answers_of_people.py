"""What a person answers outside of the client: it counts for one call, once, and only as it was written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from saleshandy_mcp.policy.approval_store import LIFETIME, Approvals
from tests.policy.kit import Clock, used


def test_an_answer_counts_for_one_call_and_the_first_answer_is_the_answer(open_store: Callable[..., Approvals]) -> None:
    asking, person = open_store(), open_store()
    asking.ask("digest", call="call", words="Add this step?")
    (plan,) = person.waiting()
    assert person.answer(plan.id, agreed=True, channel="terminal")
    assert not person.answer(plan.id, agreed=False, channel="page")
    found = asking.asked("call")
    assert found
    assert (found.state, found.channel, found.digest) == ("agreed", "terminal", "digest")
    assert asking.take(plan.id) == found
    assert person.take(plan.id) is None
    assert asking.asked("call") is None


def test_of_200_calls_at_once_by_eight_processes_an_answer_counts_for_one(
    open_store: Callable[..., Approvals],
) -> None:
    stores = [open_store() for _ in range(8)]
    plan = stores[0].ask("digest", call="call", words="Add this step?")
    stores[1].answer(plan.id, agreed=True, channel="page")
    with ThreadPoolExecutor(8) as many:
        takes = [many.submit(stores[number % 8].take, plan.id) for number in range(200)]
    assert sum(it.result() is not None for it in takes) == 1


def test_nothing_is_taken_before_there_is_an_answer(approvals: Approvals) -> None:
    plan = approvals.ask("digest", call="call", words="Add this step?")
    assert approvals.take(plan.id) is None
    assert approvals.asked("call") == plan


def test_a_yes_at_the_terminal_and_a_token_are_one_agreement(approvals: Approvals) -> None:
    plan = approvals.ask("digest", call="call", words="Add this step?")
    approvals.answer(plan.id, agreed=True, channel="terminal")
    assert approvals.redeem(approvals.token(plan), "digest").channel == "terminal"
    assert approvals.take(plan.id) is None


def test_an_answer_is_for_one_account_and_void_after_ten_minutes(
    open_store: Callable[..., Approvals], clock: Clock
) -> None:
    plan = open_store("one").ask("digest", call="call", words="Add this step?")
    assert open_store("other").asked("call") is None
    clock.now += LIFETIME
    assert not open_store("one").answer(plan.id, agreed=True, channel="terminal")
    assert open_store("one").waiting() == []


def test_the_same_call_asks_the_same_question_and_it_lives_on(approvals: Approvals, clock: Clock) -> None:
    first = approvals.ask("digest", call="call", words="Add this step?")
    clock.now += 300
    assert approvals.ask("digest", call="call", words="Add this step?").id == first.id
    clock.now += 400
    assert [it.id for it in approvals.waiting()] == [first.id]


def test_what_a_call_would_have_done_before_the_world_changed_waits_no_longer(approvals: Approvals) -> None:
    approvals.ask("digest", call="call", words="Mail 3 people?")
    now = approvals.ask("another", call="call", words="Mail 300 people?")
    assert approvals.waiting() == [now]


def test_questions_in_dialogues_that_never_came_back_are_counted(approvals: Approvals) -> None:
    state = approvals.issue("digest", call="call")
    approvals.issue("digest", call="call")
    assert approvals.unanswered("call") == 2
    approvals.redeem(state, "digest")
    assert approvals.unanswered("call") == 1
    assert approvals.waiting() == []


@pytest.mark.parametrize(
    "change",
    [
        "state = 'agreed', channel = 'terminal'",
        "digest = 'another'",
        "words = 'Look at the numbers?'",
        "until = until + 60",
        "account = 'other'",
        "call = 'other'",
    ],
)
def test_a_plan_that_something_else_has_changed_counts_for_nothing(
    open_store: Callable[..., Approvals], change: str
) -> None:
    approvals = open_store()
    plan = approvals.ask("digest", call="call", tool="create_step", words="Add this step?")
    with approvals.state.changing() as db:
        db.execute(f"UPDATE plans SET {change}")  # noqa: S608 - our own words
    for account in ("account", "other"):
        store = open_store(account)
        assert (store.waiting(), store.plan(plan.id), store.asked("call"), store.asked("other")) == (
            [],
            None,
            None,
            None,
        )
        assert store.take(plan.id) is None
        assert not store.answer(plan.id, agreed=True, channel="terminal")
        assert not used(store, store.token(plan))
