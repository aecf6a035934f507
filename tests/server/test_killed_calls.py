"""The process is killed at any moment of a call that somebody has agreed to: one effect at most, and it is told."""

import os
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal, NoReturn

import pytest
from mcp import Client
from mcp.types import CallToolResult, ElicitResult, TextContent

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.server import app as server
from saleshandy_mcp.store.audit_file import AuditFile
from saleshandy_mcp.store.state import State
from tests.doomed import Doomed
from tests.kit import Answer, App, Message, Receive, pauses, posts

REPLY = {"thread": "anton.brandt@marrowby.example.com", "content": "plums"}
REPLIES = "POST /unified-inbox/emails/reply"
GONE = 2**22 + 1
"""The number of a process that is no more."""


class Killed(BaseException):
    """What a process that is killed does not even notice."""


def kill() -> NoReturn:
    raise Killed


class DoomedState(Doomed, State):
    pass


class Death:
    """Comes at a change of the file, or with the request; nothing is written any more then."""

    def __init__(self, change: int = 1_000, *, carried_out: bool | None = None) -> None:
        self.change, self.carried_out = change, carried_out
        self.state: DoomedState | None = None

    def file(self, place: Callable[[], Path]) -> State:
        self.state = doomed = DoomedState(place)
        doomed.dies(kill, self.change, after=False)
        return doomed

    def before(self, box: Sandbox) -> App:
        """The sandbox. With the request the process ends, when it is carried out or just before."""

        async def app(scope: Message, receive: Receive, send: Answer) -> None:
            last = self.carried_out is not None and scope["path"].endswith("/reply")
            if self.carried_out or not last:
                await box.app(scope, receive, send)
            if last:
                assert self.state
                self.state.dies(kill, 0, after=False)
                kill()

        return app


@contextmanager
def as_killed() -> Generator[None]:
    """Nothing is left of the process but what it wrote."""
    try:
        yield
    except* Killed:
        pass


async def replied(
    box: Sandbox, place: Path, app: App, way: str, answer: Literal["accept", "decline"] = "accept"
) -> tuple[str, list[str]]:
    """Reply in a process of its own; the words of the last answer, and what somebody was asked."""
    asked: list[str] = []

    async def person(context: Any, params: Any) -> ElicitResult:
        del context
        asked.append(params.message)
        return ElicitResult(action=answer, content={"confirm": answer == "accept"})

    api = Saleshandy(KEY, base_url="http://sandbox/v1", app=app, clock=box.clock.seconds, pause=pauses(box))
    with as_killed():
        async with server.open_context(api, state=lambda: place, now=box.clock.now) as context:
            shown = person if way == "dialogue" else None
            async with Client(server.build_server(context), mode="legacy", elicitation_callback=shown) as client:
                result = await client.call_tool("reply_to_thread", REPLY)
                facts: dict[str, Any] = result.structured_content or {}
                if "confirm" in facts and answer == "accept":
                    result = await client.call_tool("reply_to_thread", REPLY | {"confirm": facts["confirm"]})
                asked += [str(facts.get("plan", ""))]
                return words(result), asked
    return "", asked


def words(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


async def killed(box: Sandbox, place: Path, way: str, death: Death, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the call was killed. What the next process finds is right."""
    box.reset()
    with monkeypatch.context() as patched:
        patched.setattr(os, "getpid", lambda: GONE)
        patched.setattr(server, "State", death.file)
        said, _ = await replied(box, place, death.before(box), way)
    done = posts(box, REPLIES)
    assert done <= 1
    with closing(State(lambda: place)) as state:
        audit = AuditFile(state)
        assert audit.verify().wrong == ""
        told = [(it["outcome"], it["channel"]) for it in audit.calls() if it["tool"] == "reply_to_thread"]
    again, asked = await replied(box, place, box.app, way, answer="decline")
    if done:
        assert told in ([("began", way)], [("done", way)])
        assert "the same call was made before" in asked[0] or "This is the answer of the same call" in again
    assert "whether was" not in asked[0]
    assert posts(box, REPLIES) == done
    return not said


@pytest.mark.parametrize("way", ["dialogue", "token"])
async def test_between_the_yes_and_the_effect_and_between_the_effect_and_its_line(
    box: Sandbox, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = 0
    while await killed(box, tmp_path / str(change) / "state.sqlite3", way, Death(change), monkeypatch):
        change += 1
    assert change > 5
    for carried_out in (False, True):
        place = tmp_path / f"request {carried_out}" / "state.sqlite3"
        assert await killed(box, place, way, Death(carried_out=carried_out), monkeypatch)
        assert posts(box, REPLIES) == carried_out
