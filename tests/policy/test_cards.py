"""The card of a plan: who may answer on it, and what is known of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from saleshandy_mcp.policy.approval_store import CARD_SECONDS, LIFETIME, Approvals, Plan
from tests.policy.kit import Clock


def waiting(approvals: Approvals) -> Plan:
    return approvals.ask("digest", call="call", tool="create_step", words="Add this step?")


def offered(approvals: Approvals, plan: Plan) -> str:
    key = approvals.offer_card(plan.id)
    assert key
    return key


def test_every_letter_of_a_key_counts(approvals: Approvals) -> None:
    plan = waiting(approvals)
    key = offered(approvals, plan)
    found = approvals.on_card(key)
    assert found
    assert found.id == plan.id
    for place, letter in enumerate(key):
        other = "a" if letter != "a" else "b"
        assert approvals.on_card(key[:place] + other + key[place + 1 :]) is None
    assert approvals.on_card(key + "a") is None
    assert approvals.on_card(plan.id) is None


def test_a_plan_without_a_card_cannot_be_answered_on_one(approvals: Approvals) -> None:
    plan = waiting(approvals)
    assert approvals.on_card(plan.id) is None
    assert approvals.on_card("") is None


def test_the_newest_card_counts_alone(open_store: Callable[..., Approvals]) -> None:
    plan = waiting(open_store())
    first, second = offered(open_store(), plan), offered(open_store(), plan)
    assert first != second
    assert open_store().on_card(first) is None
    assert open_store().on_card(second)


def test_a_card_is_for_one_account_and_for_ten_minutes(open_store: Callable[..., Approvals], clock: Clock) -> None:
    plan = waiting(open_store("one"))
    assert open_store("other").offer_card(plan.id) is None
    key = offered(open_store("one"), plan)
    assert open_store("other").on_card(key) is None
    clock.now += LIFETIME
    assert open_store("one").on_card(key) is None
    assert open_store("one").offer_card(plan.id) is None


def test_a_card_is_coming_for_ten_seconds_and_then_missing_until_it_is_shown(
    approvals: Approvals, clock: Clock
) -> None:
    plan = waiting(approvals)
    assert plan.card_at(clock.now) == "none"
    key = offered(approvals, plan)

    def card() -> str:
        found = approvals.on_card(key)
        assert found
        return found.card_at(clock.now)

    assert card() == "coming"
    clock.now += CARD_SECONDS - 0.1
    assert card() == "coming"
    clock.now += 0.1
    assert card() == "missing"
    approvals.card_is_shown(plan=approvals.on_card(key) or plan)
    assert card() == "shown"
    key = offered(approvals, plan)
    assert card() == "coming"


def test_the_sign_of_an_older_card_does_not_count_for_a_newer_one(approvals: Approvals, clock: Clock) -> None:
    plan = waiting(approvals)
    older = approvals.on_card(offered(approvals, plan))
    assert older
    newer = offered(approvals, plan)
    approvals.card_is_shown(older)
    found = approvals.on_card(newer)
    assert found
    assert found.card_at(clock.now) == "coming"


def test_asked_again_by_the_same_call_the_card_stays(approvals: Approvals, clock: Clock) -> None:
    key = offered(approvals, waiting(approvals))
    clock.now += LIFETIME - 1
    waiting(approvals)
    clock.now += 2
    assert approvals.on_card(key)


def test_of_200_presses_at_once_on_cards_of_eight_processes_one_counts(open_store: Callable[..., Approvals]) -> None:
    stores = [open_store() for _ in range(8)]
    plan = waiting(stores[0])
    key = offered(stores[0], plan)

    def press(number: int) -> bool:
        store = stores[number % 8]
        found = store.on_card(key)
        return bool(found) and store.answer(found.id, agreed=number % 2 == 0, channel="card")

    with ThreadPoolExecutor(8) as many:
        assert sum(many.map(press, range(200))) == 1
