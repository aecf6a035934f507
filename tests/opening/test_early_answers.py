"""The pipes change hands once: whenever that is, the client sees each answer once, in order, and nothing is lost."""

import json
import os
import signal
import subprocess
import sys
from io import BytesIO
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
            it = Continued(self._early, sink)
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


def _started(tmp_path: Path, *options: str) -> "subprocess.Popen[bytes]":
    started = [sys.executable, "-m", "tests.opening.serve_early", "serve", "--sandbox", *options]
    env = {**os.environ, "SALESHANDY_DATA": str(tmp_path)}
    # S603: this program.
    return subprocess.Popen(started, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT, env=env)  # noqa: S603


def test_a_client_that_reads_only_after_the_server_took_over_gets_each_answer_on_stdout(tmp_path: Path) -> None:
    """The answers are more than a pipe holds, so most of them are still to be written then."""
    opening = [*legacy()[:2], *(request(number, "tools/list") for number in range(100, 106))]
    with _started(tmp_path, "--log-level", "warning") as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write("".join(map(line_of, opening)).encode() + b"nonsense\n")
        process.stdin.flush()
        assert b"refused a message" in process.stderr.readline()
        told = [json.loads(process.stdout.readline()) for _ in range(len(opening))]
        assert process.communicate() == (b"", b"")
    assert [answer.get("id") for answer in told[:-1]] == [it["id"] for it in opening if "id" in it]
    assert "error" in told[-1]


def test_a_process_that_is_interrupted_while_it_answers_early_does_not_crash(tmp_path: Path) -> None:
    with _started(tmp_path) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(line_of(legacy()[0]).encode())
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.wait()
        assert process.stderr
        assert b"Fatal" not in process.stderr.read()


def test_an_answer_that_could_not_be_written_ends_the_server_as_it_does_without_early_answers() -> None:
    told, wire = os.pipe()
    os.close(told)
    early = EarlyAnswers(Handshake(KNOWN), BytesIO(line_of(legacy()[0]).encode()), wire)
    early.begin()
    it = Continued(early, BytesIO())
    while it.readline():
        it.write(b'{"jsonrpc":"2.0","id":0,"result":{}}')
    with pytest.raises(BrokenPipeError):
        it.write(b'{"jsonrpc":"2.0","method":"notifications/message"}')
    os.close(wire)


def test_nothing_is_answered_early_for_a_command_or_of_a_package_that_is_worked_on() -> None:
    assert answer_early(["tools"]) is None
    assert answer_early(["serve", "--transport", "http"]) is None
    assert answer_early(["serve", "--sandbox"]) is None
