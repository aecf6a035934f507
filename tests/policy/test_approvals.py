"""Approvals: an agreement counts once, for what was asked and for ten minutes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approval_store import LIFETIME, Approvals
from saleshandy_mcp.store.state import State, StateTrouble
from tests.policy.kit import Clock, used

AGAIN = "Call again without it to see what would happen now."


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
    assert all(len(it) == 29 and len({len(group) for group in it.split("-")}) == 1 for it in tickets)
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


def test_another_process_can_use_a_token_and_then_nobody_can(open_store: Callable[..., Approvals]) -> None:
    token = open_store().issue("digest")
    open_store().redeem(token, "digest")
    assert not used(open_store(), token)


def test_of_200_uses_at_once_by_eight_processes_one_counts(open_store: Callable[..., Approvals]) -> None:
    stores = [open_store() for _ in range(8)]
    token = stores[0].issue("digest")
    with ThreadPoolExecutor(8) as many:
        uses = [many.submit(used, stores[number % 8], token) for number in range(200)]
    done = [use.result() for use in uses]
    assert done.count(True) == 1


def test_every_letter_of_a_token_counts(approvals: Approvals) -> None:
    token = approvals.issue("digest")
    for place, letter in enumerate(token):
        if letter != "-":
            other = "b" if letter == "a" else "a"
            assert not used(approvals, token[:place] + other + token[place + 1 :])
    approvals.redeem(token, "digest")


def test_a_token_is_for_one_account(open_store: Callable[..., Approvals]) -> None:
    token = open_store("one").issue("digest")
    assert not used(open_store("other"), token)
    open_store("one").redeem(token, "digest")


def test_a_token_is_for_the_session_that_it_was_given_out_in(approvals: Approvals) -> None:
    token = approvals.issue("digest", session="one")
    with pytest.raises(Mistake, match="another session"):
        approvals.redeem(token, "digest", session="other")


def test_what_waits_is_listed_with_its_words_and_a_token_is_in_no_file(
    open_store: Callable[..., Approvals], place: Path
) -> None:
    token = open_store().issue("digest", tool="create_step", words="Add this step?")
    (plan,) = open_store("other").waiting()
    assert (plan.tool, plan.words, plan.state) == ("create_step", "Add this step?", "waiting")
    stored = b"".join(file.read_bytes() for file in place.parent.iterdir())
    assert token.encode() not in stored
    assert token.replace("-", "").encode() not in stored


def test_the_token_of_a_plan_that_somebody_has_declined_counts_for_nothing(approvals: Approvals) -> None:
    token = approvals.issue("digest", words="Add this step?")
    approvals.answer(approvals.waiting()[0].id, agreed=False, channel="terminal")
    with pytest.raises(Mistake, match="a person has said no"):
        approvals.redeem(token, "digest")


def test_words_of_a_plan_are_gone_from_the_disk_when_it_is_used(approvals: Approvals, place: Path) -> None:
    token = approvals.issue("digest", words="Reply to ada@harbour.example?")
    approvals.redeem(token, "digest")
    with approvals.state.reading() as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"ada@harbour.example" not in b"".join(file.read_bytes() for file in place.parent.iterdir())


def test_the_file_is_for_its_owner_alone(approvals: Approvals, place: Path) -> None:
    approvals.issue("digest")
    assert {file.stat().st_mode & 0o077 for file in place.parent.iterdir()} == {0}


def test_looking_makes_no_file(approvals: Approvals, place: Path) -> None:
    assert approvals.waiting() == []
    assert approvals.asked("digest") is None
    assert not place.exists()


def test_a_file_that_cannot_be_used_is_named(approvals: Approvals, place: Path) -> None:
    place.parent.mkdir()
    place.write_text("no database at all, and long enough to be read as the head of one" * 20)
    with pytest.raises(StateTrouble, match=r"state\.sqlite3 cannot be used"):
        approvals.issue("digest")


def test_a_secret_is_for_one_plan_and_one_purpose_and_cannot_be_guessed(approvals: Approvals) -> None:
    first, second = approvals.ask("digest"), approvals.ask("digest")
    secrets = [approvals.secret(plan, purpose) for plan in (first, second) for purpose in ("page", "form")]
    assert len(set(secrets)) == 4
    assert {len(it) for it in secrets} == {26}
    assert approvals.secret(first, "page") == secrets[0]


def test_another_data_folder_has_other_secrets(approvals: Approvals, tmp_path: Path) -> None:
    plan = approvals.ask("digest")
    with closing(State(lambda: tmp_path / "other" / "state.sqlite3")) as state:
        assert Approvals(state, "account").secret(plan, "page") != approvals.secret(plan, "page")


def test_what_was_agreed_to_in_another_way_waits_no_longer_and_nothing_else_goes(approvals: Approvals) -> None:
    for call in ("this", "other"):
        approvals.ask("digest", call=call, tool="tool", words="Start?")
    approvals.withdraw("this")
    approvals.withdraw("neither")
    assert [plan.call for plan in approvals.waiting()] == ["other"]
