"""The pipes change hands once: whenever that is, the client sees each answer once, in order, and nothing is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from threading import Thread
from typing import Any

import pytest

from saleshandy_mcp.opening.answers import answers, recorded
from saleshandy_mcp.opening.early_answers import Continued, EarlyAnswers, answer_early
from saleshandy_mcp.opening.handshake import Handshake
from tests.opening.recording import META, Request, kept, legacy, line_of, modern, request

ROOT = Path(__file__).parents[2]
KNOWN = answers(recorded(), next(iter(kept())))
CALL = request(98, "tools/call", {"name": "find_operations", "arguments": {"query": "tags"}})
CANCELLED: Request = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 98}}


class Connection:
    """The two pipes of a client, answered early, and then by a server that answers each request with its id alone."""

    def __init__(self) -> None:
        from_client, to_server = os.pipe()
        from_server, self._wire = os.pipe()
        self.client, self._source = os.fdopen(to_server, "wb", buffering=0), os.fdopen(from_client, "rb")
        self._told = os.fdopen(from_server, "rb")
        self._early = EarlyAnswers(Handshake(KNOWN), self._source, self._wire)
        self._early.begin()
        self._server = Thread(target=self._serve)

    def take_over(self) -> None:
        self._server.start()

    def end(self) -> list[Any]:
        """Close the client's pipe; returns all that it was told."""
        self.client.close()
        self._server.join()
        os.close(self._wire)
        with self._told, self._source:
            return [json.loads(line) for line in self._told]

    def _serve(self) -> None:
        with os.fdopen(self._wire, "wb", closefd=False) as sink:
            it = Continued(self._early, self._source, sink)
            while line := it.readline():
                if (id_ := json.loads(line).get("id")) is not None:
                    it.write(b'{"jsonrpc":"2.0","id":%d,"result":"real"}\n' % id_)
                    it.flush()


@pytest.mark.parametrize("opening", [legacy()[:4], modern()[:3]], ids=["legacy", "modern"])
@pytest.mark.parametrize("before", range(7))
def test_whenever_the_server_takes_over_each_request_has_one_answer(opening: list[Request], before: int) -> None:
    messages = [*opening, CALL, CANCELLED, request(99, "ping")]
    it = Connection()
    for number, message in enumerate(messages):
        if number == before:
            it.take_over()
        text = line_of(message).encode()
        it.client.write(text[:7])
        it.client.write(text[7:])
    if before == len(messages):
        it.take_over()
    told = it.end()
    assert [answer["id"] for answer in told] == [message["id"] for message in messages if "id" in message]
    assert [answer["result"] for answer in told[-2:]] == ["real", "real"]


def test_a_client_that_goes_at_once_ends_the_server() -> None:
    it = Connection()
    it.take_over()
    assert it.end() == []


@pytest.mark.parametrize(
    "messages", [[*legacy()[:-2], CALL], [*modern()[:4], {**CALL, "params": {**CALL["params"], "_meta": META}}]]
)
def test_a_process_that_answers_early_says_what_one_does_that_does_not(messages: list[Request], tmp_path: Path) -> None:
    """Both as a client starts them; what it asks is sent at once, before anything is answered."""
    told: list[list[bytes]] = []
    for module in ("saleshandy_mcp", "tests.opening.serve_early"):
        started = [sys.executable, "-m", module, "serve", "--sandbox", "--quiet"]
        sent = "".join(map(line_of, messages)).encode()
        env = {**os.environ, "SALESHANDY_DATA": str(tmp_path)}
        # S603: this program.
        with subprocess.Popen(started, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT, env=env) as process:  # noqa: S603
            assert process.stdin
            assert process.stdout
            process.stdin.write(sent)
            process.stdin.flush()
            told.append(sorted(process.stdout.readline() for it in messages if "id" in it))
            assert process.communicate() == (b"", b"")
    assert told[0] == told[1]
    assert all(told[0])


def test_nothing_is_answered_early_for_a_command_or_of_a_package_that_is_worked_on() -> None:
    assert answer_early(["tools"]) is None
    assert answer_early(["serve", "--transport", "http"]) is None
    assert answer_early(["serve", "--sandbox"]) is None
