"""Approvals: an agreement counts once, for what was asked and for ten minutes."""

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approvals import LIFETIME, Approvals

AGAIN = "Call again without it to see what would happen now."


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def approvals(clock: Clock) -> Approvals:
    return Approvals(clock)


def test_an_agreement_lives_for_ten_minutes() -> None:
    assert LIFETIME == 600


@pytest.mark.parametrize("seconds", [0, 1, 599, 599.9])
def test_within_ten_minutes_an_agreement_counts(approvals: Approvals, clock: Clock, seconds: float) -> None:
    ticket = approvals.issue("digest")
    clock.now += seconds
    approvals.redeem(ticket, "digest")


@pytest.mark.parametrize("seconds", [600, 601, 5999, 60_000])
def test_after_ten_minutes_an_agreement_is_too_old(approvals: Approvals, clock: Clock, seconds: float) -> None:
    ticket = approvals.issue("digest")
    clock.now += seconds
    with pytest.raises(Mistake, match="older than 10 minutes"):
        approvals.redeem(ticket, "digest")


def test_an_agreement_counts_once(approvals: Approvals) -> None:
    ticket = approvals.issue("digest")
    approvals.redeem(ticket, "digest")
    for _ in range(1000):
        with pytest.raises(Mistake, match="used up"):
            approvals.redeem(ticket, "digest")


def test_an_agreement_to_something_else_does_not_count_and_is_used_up(approvals: Approvals) -> None:
    ticket = approvals.issue("digest")
    with pytest.raises(Mistake) as refusal:
        approvals.redeem(ticket, "another")
    assert refusal.value.wrong == "confirm: what was agreed to has changed meanwhile, or the arguments have"
    assert refusal.value.remedy == AGAIN
    with pytest.raises(Mistake, match="unknown, used up"):
        approvals.redeem(ticket, "digest")


@pytest.mark.parametrize("ticket", ["", "abcde-fghij"])
def test_a_ticket_that_was_never_given_out_does_not_count(approvals: Approvals, ticket: str) -> None:
    for digest in ("", "digest"):
        with pytest.raises(Mistake) as refusal:
            approvals.redeem(ticket, digest)
        assert refusal.value.wrong == "confirm: this token is unknown, used up, or older than 10 minutes"
        assert refusal.value.remedy == AGAIN


def test_a_ticket_cannot_be_guessed_and_can_be_read_aloud(approvals: Approvals) -> None:
    tickets = {approvals.issue("digest") for _ in range(1000)}
    assert len(tickets) == 1000
    assert all(len(it) == 11 and it[5] == "-" for it in tickets)
    assert not set("".join(tickets)) & set("il1o0")


def test_agreements_to_the_same_are_independent_of_each_other(approvals: Approvals, clock: Clock) -> None:
    first = approvals.issue("digest")
    clock.now += 300
    second = approvals.issue("digest")
    clock.now += 400
    third = approvals.issue("digest")
    with pytest.raises(Mistake):
        approvals.redeem(first, "digest")
    approvals.redeem(third, "digest")
    approvals.redeem(second, "digest")
