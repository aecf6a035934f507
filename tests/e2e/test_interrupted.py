"""Ctrl-C at each question and wait of the command line: it ends at once, with a true word on what was done."""

import os
import pty
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired, run

import pytest

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.store.state import State
from tests.e2e.kit import PATIENCE, PROGRAM, environment

KEY = "sandbox-key"
START = ("sequence=SaaS founders", "status=active")
LEADS = "Email,First Name\nann@lake.example.com,Ann\nbob@hill.example.com,Bob\n"
INTERRUPTED = 130


class Seat:
    """A command at a terminal of its own, at which a person sits."""

    def __init__(self, *words: str, **extra: str) -> None:
        self._outer, inner = pty.openpty()
        self._process = Popen(  # noqa: S603 - our own program
            [*PROGRAM, *words],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=environment(**extra),
            start_new_session=True,
        )
        os.close(inner)
        self.said = ""

    def reads(self, words: str) -> None:
        """Wait until the command has written these words."""
        while words not in self.said:
            assert self._read(), f"it ended without {words}: {self.said}"

    def types(self, words: str) -> None:
        os.write(self._outer, words.encode())

    def presses_ctrl_c(self) -> tuple[int, str]:
        """The code of the command, and what it wrote after that."""
        before = len(self.said)
        for _ in range(3):
            # Python misses a signal in the moment before it waits for the terminal; whoever sees nothing presses again.
            self._process.send_signal(signal.SIGINT)
            with suppress(TimeoutExpired):
                self._process.wait(PATIENCE / 3)
                break
        else:
            self._process.kill()
        code = self._process.wait(PATIENCE)
        while self._read():
            pass
        os.close(self._outer)
        assert "Traceback" not in self.said
        return code, self.said[before:]

    def _read(self) -> bool:
        try:
            part = os.read(self._outer, 65_536)
        except OSError:  # the other end is closed
            return False
        self.said += part.decode()
        return bool(part)


@contextmanager
def silent_api() -> Generator[tuple[str, Callable[[], bytes]]]:
    """Takes one connection and never answers; its address, and what waits for a request and returns it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        held: list[socket.socket] = []

        def asked() -> bytes:
            held.append(server.accept()[0])
            return held[-1].recv(65_536)

        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1", asked
        for it in held:
            it.close()


def leads(folder: Path) -> str:
    path = folder / "leads.csv"
    path.write_text(LEADS, encoding="utf-8")
    return str(path)


@contextmanager
def sandbox() -> Generator[str]:
    """A sandbox in a process of its own; its address."""
    with Popen([*PROGRAM, "sandbox", "--port", "0"], stdout=PIPE, text=True, env=environment()) as process:  # noqa: S603 - ours
        assert process.stdout
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.kill()


def at(address: str, folder: Path) -> dict[str, str]:
    return {"SALESHANDY_BASE_URL": address, "SALESHANDY_API_KEY": KEY, "SALESHANDY_DATA": str(folder)}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("call", "set_sequence_status", *START, "--sandbox"), "nothing was done."),
        (("import", "leads.csv", "--to", "SaaS founders", "--sandbox"), "Stopped; nothing was sent."),
        (("api", "unsubscribe_prospects", "--prospect-ids", "1", "--sandbox"), "nothing was done."),
    ],
    ids=str,
)
def test_at_a_question_it_ends_and_says_what_was_not_done(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    file = leads(tmp_path)
    seat = Seat(*(file if it == "leads.csv" else it for it in words), SALESHANDY_DATA=str(tmp_path))
    seat.reads("[y/N]")
    code, said = seat.presses_ctrl_c()
    assert (code, told in said) == (INTERRUPTED, True), said


def test_at_the_question_of_a_job_that_goes_on_it_is_kept(tmp_path: Path) -> None:
    with sandbox() as address:
        first = Seat("import", leads(tmp_path), "--to", "SaaS founders", **at(address, tmp_path))
        first.reads("[y/N]")
        code, said = first.presses_ctrl_c()
        assert (code, "Stopped; nothing was sent. The job is kept: " in said) == (INTERRUPTED, True), said
        job = said.split("jobs resume ")[1].split()[0]
        second = Seat("jobs", "resume", job, **at(address, tmp_path))
        second.reads("[y/N]")
        code, said = second.presses_ctrl_c()
        told = f"nothing was sent. The job is kept: saleshandy-mcp jobs resume {job}"
        assert (code, told in said) == (INTERRUPTED, True), said


def test_at_the_prompt_of_the_approvals_the_question_waits_on(tmp_path: Path) -> None:
    account = Saleshandy(KEY, base_url="http://127.0.0.1:1/v1").account
    with closing(State(lambda: tmp_path / "state.sqlite3")) as state:
        approvals = Approvals(state, account)
        plan = approvals.ask("digest", call="call", tool="set_sequence_status", words="Start it?")
        seat = Seat("approvals", **at("http://127.0.0.1:1/v1", tmp_path))
        seat.reads("Type yes or no")
        assert "Account: the sandbox at http://127.0.0.1:1/v1" in seat.said
        code, said = seat.presses_ctrl_c()
        assert (code, "Stopped. Unanswered questions keep waiting." in said) == (INTERRUPTED, True), said
        assert approvals.plan(plan.id) == plan


def test_a_watch_of_the_approvals_ends_in_the_same_way(tmp_path: Path) -> None:
    seat = Seat("approvals", "--watch", SALESHANDY_DATA=str(tmp_path))
    seat.reads("Ctrl-C ends it")
    code, said = seat.presses_ctrl_c()
    assert (code, "Unanswered questions keep waiting." in said) == (INTERRUPTED, True), said


def test_at_the_prompt_for_a_key_none_is_kept(tmp_path: Path) -> None:
    seat = Seat("login", SALESHANDY_DATA=str(tmp_path))
    seat.reads("API key (")
    code, said = seat.presses_ctrl_c()
    assert (code, "Stopped; the key is not stored." in said) == (INTERRUPTED, True), said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("api", "list-sequences"), "Nothing was changed."),
        (("pause", "SaaS founders"), "Nothing was changed."),
        (("call", "list_sequences"), "Changes until then, if any, are listed by: saleshandy-mcp audit show"),
        (("import", "leads.csv", "--to", "SaaS founders"), "Stopped; nothing was sent, and no plan is kept."),
    ],
    ids=str,
)
def test_while_it_waits_for_the_api_it_ends_and_says_what_was_changed(
    words: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    file = leads(tmp_path)
    with silent_api() as (address, asked):
        seat = Seat(*(file if it == "leads.csv" else it for it in words), **at(address, tmp_path))
        assert asked().startswith(b"GET /v1/")
        code, said = seat.presses_ctrl_c()
    assert (code, told in said) == (INTERRUPTED, True), said


def test_while_a_key_is_tried_it_ends_and_none_is_kept(tmp_path: Path) -> None:
    with silent_api() as (address, asked):
        seat = Seat("login", SALESHANDY_BASE_URL=address, SALESHANDY_DATA=str(tmp_path))
        seat.reads("API key (")
        seat.types("a-key-of-the-example-account-1234\n")
        assert asked().startswith(b"GET /v1/")
        code, said = seat.presses_ctrl_c()
    assert (code, "Stopped; the key is not stored." in said) == (INTERRUPTED, True), said


def test_in_the_middle_of_a_write_it_ends_and_says_that_the_outcome_is_unknown(tmp_path: Path) -> None:
    with silent_api() as (address, asked):
        seat = Seat("api", "create_field", "--label", "Hot", "--field-type", "text", **at(address, tmp_path))
        assert asked().startswith(b"POST /v1/fields")
        code, said = seat.presses_ctrl_c()
    assert (code, "The outcome is unknown of: create_field." in said) == (INTERRUPTED, True), said
    shown = run([*PROGRAM, "audit", "show"], env=environment(SALESHANDY_DATA=str(tmp_path)), stdout=PIPE, check=True)  # noqa: S603 - ours
    assert b"unknown: create_field?" in shown.stdout
