"""``jobs clean``, and plans that expire: what is kept on this machine of people who were never imported."""

from datetime import timedelta

import pytest

from saleshandy_mcp.core.settings import Settings
from tests.cli.kit import Bench

PAUSED = "SaaS founders"


@pytest.fixture
def planned(bench: Bench) -> str:
    return bench.job(bench.file(), "--to", PAUSED, "--dry-run")


def later(bench: Bench, **time: float) -> None:
    bench.box.clock.advance(timedelta(**time).total_seconds())


def kept(bench: Bench, text: str) -> bool:
    """Whether any file of the data folder holds the text."""
    return any(text.encode() in it.read_bytes() for it in (bench.folder / "data").rglob("*") if it.is_file())


def test_a_plan_says_how_long_it_is_kept(bench: Bench) -> None:
    then = bench.box.clock.now() + timedelta(days=7)
    told = bench.run("import", bench.file(), "--to", PAUSED, "--dry-run").stdout
    assert f"It is kept until {then:%Y-%m-%d} if nobody starts it." in told


def test_a_plan_that_nobody_starts_in_time_is_deleted_with_its_people(bench: Bench, planned: str) -> None:
    later(bench, days=6.9)
    assert planned in bench.run("jobs", "list").stdout
    assert kept(bench, "ann@lake.example.com")
    later(bench, days=0.2)
    assert planned not in bench.run("jobs", "list").stdout
    assert not kept(bench, "ann@lake.example.com")
    gone = bench.run("jobs", "show", planned).stderr
    assert "is not known here; a plan is kept for 7 days" in gone


def test_what_stopped_and_what_has_ended_does_not_expire(bench: Bench, stopped: str) -> None:
    finished = bench.job(bench.file("Email\nlea@lake.example.com\n"), "--to", PAUSED, "--yes")
    later(bench, days=400)
    listed = bench.run("jobs", "list").stdout
    assert stopped in listed
    assert finished in listed


def test_young_plans_are_left_and_told(bench: Bench, planned: str) -> None:
    told = bench.run("jobs", "clean", "--yes")
    assert (told.exit_code, told.stdout) == (0, "There is nothing to delete: no plan is older than 7 days.\n")
    assert planned in bench.run("jobs", "list").stdout


def test_a_person_may_delete_plans_earlier(bench: Bench, planned: str) -> None:
    later(bench, hours=2)
    told = bench.run("jobs", "clean", "--older-than", "1h", "--yes")
    assert "To be deleted from this machine: 1 plan that nobody started (2 rows)." in told.stderr
    assert told.stdout == "1 job deleted from this machine, with all rows.\n"
    assert planned not in bench.run("jobs", "list").stdout
    assert not kept(bench, "ann@lake.example.com")


def test_nothing_is_deleted_without_a_yes(bench: Bench, planned: str) -> None:
    later(bench, hours=2)
    told = bench.run("jobs", "clean", "--older-than", "1h")
    assert (told.exit_code, "nothing was deleted: give --yes" in told.stderr) == (1, True)
    assert planned in bench.run("jobs", "list").stdout


def test_imports_that_have_ended_are_deleted_when_that_is_asked_for(bench: Bench, stopped: str) -> None:
    finished = bench.job(bench.file("Email\nlea@lake.example.com\n"), "--to", PAUSED, "--yes")
    later(bench, days=8)
    assert "nothing to delete" in bench.run("jobs", "clean", "--yes").stdout
    told = bench.run("jobs", "clean", "--finished", "--yes").stderr
    assert "1 import that has ended (1 row)" in told
    assert "no longer count as imported before" in told
    listed = bench.run("jobs", "list").stdout
    assert (finished in listed, stopped in listed) == (False, True)
    assert not kept(bench, "lea@lake.example.com")
    assert bench.run("jobs", "resume", stopped, "--yes").exit_code == 0


@pytest.mark.parametrize("time", ["", "7", "d", "-1d", "7 weeks", "1.5d", "99999d"])
def test_a_time_that_is_none_is_refused_with_an_example(bench: Bench, time: str) -> None:
    told = bench.run("jobs", "clean", "--older-than", time)
    assert (told.exit_code, "such as 7d or 12h" in told.stderr) == (2, True)


def test_the_operator_sets_how_long_plans_are_kept() -> None:
    assert Settings.from_env({"SALESHANDY_KEEP_PLANS": "12h"}).keep_plans == timedelta(hours=12)
    assert Settings.from_env({}).keep_plans is None
    with pytest.raises(ValueError, match=r"SALESHANDY_KEEP_PLANS: .* such as 7d or 12h"):
        Settings.from_env({"SALESHANDY_KEEP_PLANS": "for ever"})
