"""Limits that several processes share: they count in one file, and each by itself where there is none."""

import logging
import sqlite3
from pathlib import Path

import pytest
from filelock import FileLock

from saleshandy_mcp.api.http import shared_turns
from saleshandy_mcp.api.http.chain import ENDPOINT_LIMIT, RateLimiter
from saleshandy_mcp.api.http.shared_turns import SharedCounts
from saleshandy_mcp.integrations.salessheet.call_budget import PRO, CallBudget

LIST = "GET /sequences"


class Machine:
    """Its seconds, and the file that its processes count in."""

    def __init__(self, folder: Path) -> None:
        self.now = 1000.0
        self.file = folder / "limits.sqlite3"

    def seconds(self) -> float:
        return self.now

    def process(self, account: str = "account") -> RateLimiter:
        return RateLimiter(self.seconds, SharedCounts(lambda: self.file).turns(account))

    def crm(self) -> CallBudget:
        return CallBudget(self.seconds, SharedCounts(lambda: self.file).turns("crm"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def taken(process: RateLimiter, endpoint: str = LIST) -> int:
    """How many of many calls may go at once."""
    return sum(process.wait(endpoint) == 0.0 for _ in range(ENDPOINT_LIMIT + 5))


def test_what_one_process_has_called_another_one_does_not_call(machine: Machine) -> None:
    one, other = machine.process(), machine.process()
    assert [one.wait(LIST) for _ in range(15)] == [0.0] * 15
    assert taken(other) == 5
    assert 59 < one.wait(LIST) < 61
    machine.now += 61
    assert taken(one) + taken(other) == 20


def test_other_keys_and_other_endpoints_are_counted_apart(machine: Machine) -> None:
    assert taken(machine.process()) == 20
    assert taken(machine.process("another account")) == 20
    assert taken(machine.process(), "GET /fields") == 20


def test_all_endpoints_of_a_key_together_are_shared_too(machine: Machine) -> None:
    one, other = machine.process(), machine.process()
    assert sum(one.wait(f"GET /{number}") == 0.0 for number in range(200)) == 200
    assert sum(other.wait(f"GET /{number}") == 0.0 for number in range(200)) == 100


def test_the_limits_of_the_crm_are_shared_as_well(machine: Machine) -> None:
    one, other = machine.crm(), machine.crm()
    assert sum(one.wait("GET /me") == 0.0 for _ in range(60)) == 60
    assert sum(other.wait("GET /me") == 0.0 for _ in range(60)) == 40
    assert one.left_today == other.left_today == PRO[1] - 100


def test_a_machine_that_starts_anew_does_not_wait_for_its_earlier_life(machine: Machine) -> None:
    machine.now = 500_000.0
    assert taken(machine.process()) == 20
    machine.now = 30.0
    assert taken(machine.process()) == 20


@pytest.mark.parametrize("ahead", [20, 19])
def test_moments_of_another_machine_that_has_run_for_longer_keep_nobody_waiting(machine: Machine, ahead: int) -> None:
    process = machine.process()
    assert process.wait(LIST) == 0.0
    machine.now += 500_000.0
    elsewhere = machine.process()
    assert [elsewhere.wait(LIST) for _ in range(ahead)] == [0.0] * ahead
    machine.now -= 500_000.0
    assert taken(process) == 20


@pytest.mark.parametrize("spoilt", ["no folder", "no database"])
def test_without_a_file_that_can_be_used_a_process_counts_by_itself(
    machine: Machine, spoilt: str, caplog: pytest.LogCaptureFixture
) -> None:
    if spoilt == "no folder":
        machine.file.touch()
        machine.file = machine.file / "limits.sqlite3"
    else:
        machine.file.write_text("This is no database. " * 100)
    with caplog.at_level(logging.WARNING):
        assert taken(machine.process()) == 20
        assert taken(machine.process()) == 20
    assert "for this process alone" in caplog.text


@pytest.mark.parametrize("breaks", ["before", "meanwhile"])
def test_that_the_file_cannot_be_used_is_told_once_and_not_for_each_limit(
    machine: Machine, breaks: str, caplog: pytest.LogCaptureFixture
) -> None:
    counts = SharedCounts(lambda: machine.file)
    if breaks == "before":
        machine.file.mkdir()
    processes = [RateLimiter(machine.seconds, counts.turns(account)) for account in ("one", "another")]
    if breaks == "meanwhile":
        for process in processes:
            assert [process.wait(f"GET /{number}") for number in range(3)] == [0.0] * 3
        with sqlite3.connect(machine.file) as db:
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                db.execute(f'DROP TABLE "{name}"')
    with caplog.at_level(logging.WARNING):
        for process in processes:
            assert [process.wait(f"GET /{number}") for number in range(3)] == [0.0] * 3
    told = [it for it in caplog.messages if "for this process alone" in it]
    assert len(told) == 1


def test_a_process_that_was_stopped_while_it_held_the_file_stops_nobody_for_long(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shared_turns, "LOCK_SECONDS", 0.05)
    before = machine.process()
    assert before.wait(LIST) == 0.0
    with FileLock(f"{machine.file}.lock"), caplog.at_level(logging.WARNING):
        counts = SharedCounts(lambda: machine.file)
        for account in ("one", "another"):
            assert taken(RateLimiter(machine.seconds, counts.turns(account))) == 20
        assert taken(before) == 20
    assert len([it for it in caplog.messages if "for this process alone" in it]) == 2


def test_a_file_that_breaks_meanwhile_stops_nobody(machine: Machine) -> None:
    process = machine.process()
    assert process.wait(LIST) == 0.0
    with sqlite3.connect(machine.file) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            db.execute(f'DROP TABLE "{name}"')
    assert taken(process) == 20


def test_neither_a_key_nor_an_address_is_in_the_file(machine: Machine) -> None:
    taken(machine.process())
    with sqlite3.connect(machine.file) as db:
        rows = [db.execute(f'SELECT * FROM "account {name}"').fetchone() for name in (LIST, "all")]  # noqa: S608 - names of ours
    assert {name for name, _ in rows} == {""}
