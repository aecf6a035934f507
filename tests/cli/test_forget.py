"""``forget``: a person is in no file of the data folder any more, and all that has to add up still does."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from saleshandy_mcp.core.hooks.hint import Hint
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import locked
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.store.audit_file import AuditFile
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.store.hints import Hints
from saleshandy_mcp.store.selections import Member, Selections
from saleshandy_mcp.store.state import State
from tests.cli.kit import REFUSED, Bench, Terminal
from tests.kit import IMPORT, faulty, says

ANN, BOB = "ann@lake.example.com", "bob@hill.example.com"
PAUSED = "SaaS founders"


def data(bench: Bench) -> Path:
    return bench.folder / "data"


def kept(bench: Bench, text: str) -> list[str]:
    """The files of the data folder that hold the text."""
    there = (it for it in data(bench).rglob("*") if it.is_file())
    return sorted(it.name for it in there if text.lower().encode() in it.read_bytes().lower())


@contextmanager
def state_of(bench: Bench) -> Generator[State]:
    with closing(State(lambda: data(bench) / "state.sqlite3")) as state:
        yield state


@pytest.fixture
def finished(bench: Bench) -> str:
    return bench.job(bench.file(), "--to", PAUSED, "--yes")


@pytest.fixture
def planned(bench: Bench) -> str:
    return bench.job(bench.file(), "--to", PAUSED, "--dry-run")


@pytest.fixture
def elsewhere(bench: Bench) -> None:
    """The person in all other files that can hold somebody."""
    with closing(CrmLedger(lambda: data(bench) / "crm.sqlite3")) as crm:
        crm.link("imp_1", [(ANN, "7"), (BOB, "8")])
        crm.note_opt_outs("crm", [BOB], "2026-11-01")
    with closing(Hints(lambda: data(bench) / "hooks.sqlite3")) as hints:
        hints.take(Hint(Service.SALESHANDY, "replied", ANN), b"{}", 1.0)
    with state_of(bench) as state:
        Approvals(state, "account").ask("digest", tool="reply_to_thread", words=f"Mail to Ann <{ANN}>?")
        Selections(state, "account").keep("people", [Member("1", ANN), Member("2", BOB)])
        with state.changing() as db:
            db.execute(
                "INSERT INTO calls (account, call, tool, began, process, answer) VALUES ('a', 'c', 't', 1, 1, ?)",
                (ANN,),
            )


@pytest.mark.usefixtures("finished", "stopped", "planned", "elsewhere")
def test_the_person_is_in_no_file_any_more_and_others_are(bench: Bench) -> None:
    assert kept(bench, ANN) == ["crm.sqlite3", "hooks.sqlite3", "imports.sqlite3", "state.sqlite3"]
    done = bench.run("forget", " Ann@Lake.example.com", "--yes")
    assert done.exit_code == 0, done.output
    assert kept(bench, ANN) == []
    assert {"crm.sqlite3", "imports.sqlite3"} <= set(kept(bench, BOB))
    assert "still holds" not in done.output
    for thing in (
        "2 rows of imp_",
        "1 plan, deleted",
        "1 link to a contact",
        "1 delivery",
        "1 selection",
        "1 question",
    ):
        assert thing in done.output


def test_a_second_time_there_is_nothing_and_what_stays_is_told_again(bench: Bench, finished: str) -> None:
    assert finished in bench.run("forget", ANN, "--yes").output
    again = bench.run("forget", ANN, "--yes")
    assert again.exit_code == 0
    assert f"This machine keeps nothing of {ANN}." in again.output
    for place in ("Saleshandy: the person", "the CRM: its contact", "chats of your AI client", "audit.jsonl"):
        assert place in again.output


def test_the_counts_of_an_import_stay_and_the_row_says_why_it_is_empty(bench: Bench, finished: str) -> None:
    before = bench.run("jobs", "show", finished).stdout.splitlines()[0]
    bench.run("forget", ANN, "--yes")
    shown = bench.run("jobs", "show", finished).stdout
    assert shown.splitlines()[0] == before
    rows = bench.run("jobs", "export", finished).stdout
    assert "2,,imported,the person was forgotten on this machine," in rows
    assert f"3,{BOB},imported," in rows


def test_who_was_to_be_sent_is_not_sent_any_more(bench: Bench, stopped: str) -> None:
    bench.run("forget", ANN, "--yes")
    resumed = bench.run("jobs", "resume", stopped, "--yes")
    assert resumed.exit_code == 0, resumed.output
    sent = [row["Email"] for job in bench.box.world.imports.values() for row in job["rows"]]
    assert sent == [BOB]


def test_a_stopped_import_of_nobody_else_has_nothing_left_to_send(bench: Bench) -> None:
    bench.app = faulty(bench.box, IMPORT, says(401, REFUSED))
    job = bench.job(bench.file(f"Email\n{ANN}\n"), "--to", PAUSED, "--yes")
    bench.app = bench.box.app
    bench.run("forget", ANN, "--yes")
    resumed = bench.run("jobs", "resume", job, "--yes")
    assert "has nothing left to send" in resumed.output
    assert bench.box.world.imports == {}


def test_who_was_forgotten_can_be_imported_again(bench: Bench, finished: str) -> None:
    bench.run("forget", ANN, "--yes")
    plan = bench.run("import", bench.file(), "--to", PAUSED, "--dry-run").stdout
    assert "1      would be imported" in plan
    assert f"skipped: imported by {finished} with the same values" in plan


def test_a_dry_run_deletes_nothing(bench: Bench, finished: str) -> None:
    told = bench.run("forget", ANN, "--dry-run").output
    assert f"1 row of {finished}: emptied, and still counted" in told
    assert kept(bench, ANN) == ["imports.sqlite3"]


def test_a_person_is_asked_and_a_no_deletes_nothing(bench: Bench, finished: str, terminal: Terminal) -> None:
    del finished
    with pytest.raises(Exception, match="nothing was deleted"):
        terminal.run("n\n", "forget", ANN)
    assert kept(bench, ANN) == ["imports.sqlite3"]
    terminal.run("y\n", "forget", ANN)
    assert kept(bench, ANN) == []


def test_where_nobody_can_be_asked_nothing_is_deleted(bench: Bench, finished: str) -> None:
    del finished
    refused = bench.run("forget", ANN)
    assert refused.exit_code == 1
    assert "nobody can be asked here" in refused.output
    assert kept(bench, ANN) == ["imports.sqlite3"]


def test_while_an_import_with_the_person_runs_nothing_is_deleted(bench: Bench, finished: str, planned: str) -> None:
    with closing(Ledger(lambda: data(bench) / "imports.sqlite3")) as ledger, locked(ledger, finished):
        refused = bench.run("forget", ANN, "--yes")
    assert refused.exit_code == 1
    assert f"{finished} is being worked on already" in refused.output
    assert planned in bench.run("jobs", "list").stdout
    assert kept(bench, ANN) == ["imports.sqlite3"]


def test_the_audit_says_that_somebody_was_forgotten_and_not_who(bench: Bench, finished: str) -> None:
    del finished
    bench.run("forget", ANN, "--yes")
    with state_of(bench) as state:
        audit = AuditFile(state)
        assert [it["outcome"] for it in audit.lines() if it["tool"] == "forget"] == ["done"]
        assert audit.verify().wrong == ""
    assert "lake.example.com" not in (data(bench) / "audit.jsonl").read_text(encoding="utf-8")


def test_an_opt_out_of_the_crm_stays_for_it_keeps_the_person_out(bench: Bench, elsewhere: None) -> None:
    del elsewhere
    bench.run("forget", BOB, "--yes")
    with closing(CrmLedger(lambda: data(bench) / "crm.sqlite3")) as crm:
        assert crm.opt_outs("crm")[0] == {BOB}


def test_where_nothing_was_ever_kept_no_file_is_made(bench: Bench) -> None:
    assert "keeps nothing" in bench.run("forget", ANN, "--yes").output
    assert not list(data(bench).rglob("*.sqlite3"))


def test_what_is_no_address_is_refused(bench: Bench) -> None:
    refused = bench.run("forget", "lake.example.com", "--yes")
    assert refused.exit_code == 2
    assert "is no address" in refused.output
