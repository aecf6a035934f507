"""A call made again: after an answer, after none, while it runs; and what was left open is told on the next look."""

import re
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult, ElicitResult

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.policy.journal import Journal
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.server.app import build_server, open_context
from saleshandy_mcp.store import sqlite_file
from saleshandy_mcp.store.audit_file import AuditFile
from saleshandy_mcp.store.state import State
from tests.kit import App, faulty, lost, over_a_line, pauses, posts

Text = Callable[[CallToolResult], str]
REPLY = {"thread": "anton.brandt@marrowby.example.com", "content": "plums"}
"""Somebody is asked."""
REPLIES = "POST /unified-inbox/emails/reply"
NOTES = "POST /notes"


class Clock:
    def __init__(self) -> None:
        self.now = time.time()  # what a process deletes when it starts goes by the time of the machine

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite3"


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[], list[str]]:
    """The names of the files that are there."""
    return lambda: [it.name for it in tmp_path.iterdir()]


@asynccontextmanager
async def session(
    box: Sandbox, state: Path, clock: Clock, *, app: App | None = None, yes: list[str] | None = None
) -> AsyncGenerator[Client]:
    """A process of its own, with a user who says yes if there is a list for what they are asked."""

    async def agree(context: Any, params: Any) -> ElicitResult:
        del context
        assert yes is not None
        yes.append(params.message)
        return ElicitResult(action="accept", content={"confirm": True})

    api = Saleshandy(
        KEY, base_url="http://sandbox/v1", app=over_a_line(app or box.app), clock=box.clock.seconds, pause=pauses(box)
    )
    async with open_context(api, state=lambda: state, now=box.clock.now) as context:
        context.service(Journal).clock = clock
        async with Client(build_server(context), elicitation_callback=agree if yes is not None else None) as client:
            yield client


def note(box: Sandbox) -> dict[str, Any]:
    """A note about somebody: nobody is asked."""
    about = {"content": "plums", "prospect_ids": [next(iter(box.world.prospects))], "visibility": "1"}
    return {"operation": "create_note", "arguments": about}


async def test_a_call_repeated_within_a_minute_is_answered_with_what_the_first_one_did(
    box: Sandbox, journal: Path, clock: Clock, text: Text
) -> None:
    async with session(box, journal, clock) as client:
        first = await client.call_tool("run_write_operation", note(box))
    clock.now += 59
    async with session(box, journal, clock) as client:
        second = await client.call_tool("run_write_operation", note(box))
    assert posts(box, NOTES) == 1
    assert text(second).startswith(text(first))
    assert "nothing was done this time" in text(second)
    again = re.search(r"make the call again after (\d\d:\d\d:\d\d) UTC", text(second))
    assert again
    facts = second.structured_content
    assert facts
    assert facts["repeated"] in text(second)
    assert {name: value for name, value in facts.items() if name != "repeated"} == first.structured_content
    clock.now += 2
    async with session(box, journal, clock) as client:
        await client.call_tool("run_write_operation", note(box))
    assert posts(box, NOTES) == 2


async def test_a_repetition_asks_nobody_anew(box: Sandbox, journal: Path, clock: Clock, text: Text) -> None:
    heard: list[str] = []
    async with session(box, journal, clock, yes=heard) as client:
        await client.call_tool("reply_to_thread", REPLY)
        second = await client.call_tool("reply_to_thread", REPLY)
    assert len(heard) == 1
    assert "nothing was done this time" in text(second)
    assert posts(box, REPLIES) == 1


async def test_what_changes_nothing_more_is_done_again_at_once(box: Sandbox, journal: Path, clock: Clock) -> None:
    pause = {"sequence": "Q3 launch", "status": "paused"}
    async with session(box, journal, clock) as client:
        await client.call_tool("set_sequence_status", pause)
        await client.call_tool("set_sequence_status", pause)
    assert box.state()["requests"]["POST /sequences/status"] == 2


@pytest.mark.parametrize("later", [1.0, 30 * 86_400.0])
async def test_after_a_lost_answer_the_same_call_is_turned_back_once_with_what_is_known(
    box: Sandbox, journal: Path, clock: Clock, text: Text, later: float
) -> None:
    async with session(box, journal, clock, app=faulty(box, NOTES, lost, times=1)) as client:
        assert "is unknown" in text(await client.call_tool("run_write_operation", note(box)))
    clock.now += later
    async with session(box, journal, clock) as client:
        second = await client.call_tool("run_write_operation", note(box))
        assert second.is_error
        assert "this is the same call again" in text(second)
        assert "whether create_note was carried out is unknown" in text(second)
        assert posts(box, NOTES) == 1
        third = await client.call_tool("run_write_operation", note(box))
    assert not third.is_error
    assert posts(box, NOTES) == 2


async def test_where_somebody_is_asked_the_open_call_is_in_the_question(
    box: Sandbox, journal: Path, clock: Clock
) -> None:
    heard: list[str] = []
    app = faulty(box, REPLIES, lost, times=1)
    async with session(box, journal, clock, app=app, yes=heard) as client:
        await client.call_tool("reply_to_thread", REPLY)
        await client.call_tool("reply_to_thread", REPLY)
    assert "the same call was made before" not in heard[0]
    assert "the same call was made before: reply_to_thread at" in heard[1]
    assert "On yes it may be done twice." in heard[1]


async def test_what_was_left_open_is_told_once_by_the_next_look_at_the_same_thing(
    box: Sandbox, journal: Path, clock: Clock, text: Text
) -> None:
    heard: list[str] = []
    app = faulty(box, REPLIES, lost, times=1)
    async with session(box, journal, clock, app=app, yes=heard) as client:
        await client.call_tool("reply_to_thread", REPLY)
    async with session(box, journal, clock) as client:
        elsewhere = await client.call_tool("get_sequence", {"sequence": "SaaS founders"})
        look = await client.call_tool("read_thread", {"thread": REPLY["thread"]})
        again = await client.call_tool("read_thread", {"thread": REPLY["thread"]})
    assert "Before: reply_to_thread at" in text(look)
    assert look.structured_content
    assert look.structured_content["earlier"][0] in text(look)
    assert "Before:" not in text(elsewhere) + text(again)


def ignored(*_: object) -> None:
    """Nothing is written any more."""


async def test_a_process_that_was_killed_leaves_a_call_that_is_open(
    box: Sandbox, journal: Path, clock: Clock, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with session(box, journal, clock) as client:
        # What a killed process leaves: a beginning, by a process that is no more.
        monkeypatch.setattr(Journal, "ended", ignored)
        monkeypatch.setattr("os.getpid", lambda: 2**22 + 1)
        await client.call_tool("run_write_operation", note(box))
    monkeypatch.undo()
    async with session(box, journal, clock) as client:
        second = await client.call_tool("run_write_operation", note(box))
    assert "ended without an answer" in text(second)
    assert posts(box, NOTES) == 1


async def test_reading_writes_nothing_down(
    box: Sandbox, journal: Path, clock: Clock, folder: Callable[[], list[str]]
) -> None:
    async with session(box, journal, clock) as client:
        await client.call_tool("list_sequences", {})
    assert folder() == []


async def test_a_write_has_a_line_when_it_begins_and_one_when_it_ends_without_a_value(
    box: Sandbox, journal: Path, clock: Clock
) -> None:
    heard: list[str] = []
    async with session(box, journal, clock, yes=heard) as client:
        await client.call_tool("reply_to_thread", REPLY)
        await client.call_tool("run_write_operation", note(box))
    state = State(lambda: journal)
    audit = AuditFile(state)
    lines = list(audit.lines())
    assert audit.verify().wrong == ""
    state.close()
    assert [(it["tool"], it["outcome"], it["channel"]) for it in lines] == [
        ("reply_to_thread", "began", "dialogue"),
        ("reply_to_thread", "done", "dialogue"),
        ("run_write_operation", "began", ""),
        ("run_write_operation", "done", ""),
    ]
    assert lines[1]["arguments"] == ["thread", "content"]
    assert lines[1]["operations"] == ["reply_to_email"]
    assert len(lines[1]["plan"]) == 64
    assert lines[1]["who"].startswith("mcp")
    stored = b"".join(file.read_bytes() for file in journal.parent.glob("audit*"))
    assert b"anton" not in stored
    assert b"plums" not in stored


async def test_what_cannot_be_written_down_is_not_done(box: Sandbox, tmp_path: Path, clock: Clock, text: Text) -> None:
    place = tmp_path / "state.sqlite3"
    place.mkdir()
    async with session(box, place, clock) as client:
        result = await client.call_tool("run_write_operation", note(box))
    assert result.is_error
    assert "cannot be used" in text(result)
    assert posts(box, NOTES) == 0


async def test_what_cannot_be_written_down_because_another_program_has_the_file_is_not_done_until_it_is_free(
    box: Sandbox, journal: Path, clock: Clock, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "LONGEST_WAIT", 0.1)
    async with session(box, journal, clock) as client:
        await client.call_tool("create_sequence", {"title": "A"})
        with closing(sqlite3.connect(journal, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            result = await client.call_tool("run_write_operation", note(box))
            assert "another program keeps it locked" in text(result)
            assert posts(box, NOTES) == 0
            assert not (await client.call_tool("find_prospects", {"where": ["sequence=Q3 launch"]})).is_error
            paused = await client.call_tool("set_sequence_status", {"sequence": "Q3 launch", "status": "paused"})
            assert "is paused now" in text(paused)
        assert not (await client.call_tool("run_write_operation", note(box))).is_error
    assert posts(box, NOTES) == 1


async def test_data_of_people_goes_by_its_time_when_the_next_process_opens_the_file(
    box: Sandbox, journal: Path, clock: Clock
) -> None:
    clock.now = 1_700_000_000.0  # long ago for the process that opens it next
    async with session(box, journal, clock, yes=[]) as client:
        await client.call_tool("reply_to_thread", REPLY)
    async with session(box, journal, clock) as client:
        pass
    with State(lambda: journal).reading() as db:
        answers = db.execute("SELECT answer FROM calls").fetchall()
        plans = db.execute("SELECT * FROM plans WHERE until < 1750000000").fetchall()
    assert (answers, plans) == ([("",)], [])
