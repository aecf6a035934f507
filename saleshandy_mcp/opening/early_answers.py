"""Answers a client while this process still loads, and then hands its pipes over to the real server."""

import json
import os
import sys
import threading
from collections import Counter, deque
from collections.abc import Mapping
from queue import SimpleQueue
from typing import Protocol

from saleshandy_mcp.opening.answers import answers, of_this_installation, recorded
from saleshandy_mcp.opening.handshake import Handshake, Unusual
from saleshandy_mcp.opening.start import selection

_TURN, _USUAL_TURN = 0.000_1, 0.005
"""Seconds after which a thread lets another run: the one that loads must not hold up the one that answers."""


class Source(Protocol):
    """Where lines come from; an empty one is the end."""

    def readline(self) -> bytes: ...


class Sink(Protocol):
    """Where lines go."""

    def write(self, line: bytes, /) -> object: ...

    def flush(self) -> None: ...


class EarlyAnswers:
    """One connection, from its first line until the real server takes it over.

    A thread reads the lines and finds the answers that it knows; another writes them, for a client may send all that
    it has before it reads. The real server hears all of the lines again, so that it comes to the same state; what it
    answers to those is dropped.

    Args:
        handshake: knows the answers.
        source: lines of the client.
        wire: where answers go, as a file descriptor of its own: fd 1 is soon stderr.
    """

    def __init__(self, handshake: Handshake, source: Source, wire: int) -> None:
        self.source = source
        self._handshake, self._wire = handshake, wire
        self._turn = threading.Lock()
        self._taken = False
        self._heard: deque[bytes] = deque()
        self._answered: Counter[int | str] = Counter()
        self._last: SimpleQueue[bytes] = SimpleQueue()
        self._unwritten: SimpleQueue[bytes] = SimpleQueue()
        self._broken: OSError | None = None
        self._writer = threading.Thread(target=self._write, name="early answers, written", daemon=True)

    def begin(self) -> None:
        """Answer from now on, in threads of its own."""
        self._writer.start()
        threading.Thread(target=self._run, name="early answers", daemon=True).start()

    def take_over(self) -> "tuple[deque[bytes], Counter[int | str], SimpleQueue[bytes]]":
        """End the answering.

        Returns:
            The lines that were heard; the ids that were answered; and a queue into which the next line will be put,
            and no other. What follows that line has not been read.
        """
        with self._turn:
            self._taken = True
            self._unwritten.put(b"")
        return self._heard, self._answered, self._last

    def wait_until_written(self) -> None:
        """Wait, after the end of the answering, until the client has all of the answers.

        Raises:
            OSError: when one could not be written.
        """
        self._writer.join()
        if self._broken:
            raise self._broken

    def _run(self) -> None:
        while line := self.source.readline():
            with self._turn:
                if self._taken or not self._answers(line):
                    break
        self._last.put(line)

    def _answers(self, line: bytes) -> bool:
        """Answer a line; False where that is for the real server."""
        try:
            id_, answer = self._handshake.hear(line)
        except Unusual:
            return False
        self._heard.append(line)
        if id_ is not None:
            self._answered[id_] += 1
            self._unwritten.put(answer)
        return True

    def _write(self) -> None:
        try:
            while answer := self._unwritten.get():
                while answer:
                    answer = answer[os.write(self._wire, answer) :]
        except OSError as error:
            self._broken = error


def answer_early(arguments: list[str]) -> EarlyAnswers | None:
    """Begin to answer, where the start is a usual one of a server over stdio; None where it is not.

    Args:
        arguments: of the command line.
    """
    name = selection(arguments, os.environ)
    if name is None or None in (sys.stdin, sys.stdout) or sys.stdin.isatty():  # None where a pipe is closed
        return None
    try:
        document = recorded()
    except (OSError, ValueError):
        return None
    known = answers(document, name)
    if not known or not of_this_installation(document["made_with"]):
        return None
    try:
        return begin(known)
    except OSError:
        return None


def begin(known: Mapping[str, str]) -> EarlyAnswers:
    """Begin to answer whoever is at stdin and stdout.

    Args:
        known: results as JSON, by era and method.

    Raises:
        OSError: when there is no such pipe. Nothing has been read then.
    """
    wire = os.dup(1)
    # Not the reader of sys.stdin: Python aborts at its end when a thread still waits in that one.
    source = open(0, "rb", closefd=False)  # noqa: SIM115 - open as long as the process lives
    sys.setswitchinterval(_TURN)
    early = EarlyAnswers(Handshake(known), source, wire)
    early.begin()
    return early


class Continued:
    """The lines of a connection that was answered early, as the real server hears them: from the first on.

    Args:
        early: what has answered; it ends with this.
        sink: takes the lines of the real server.
    """

    def __init__(self, early: EarlyAnswers, sink: Sink) -> None:
        self._heard, self._answered, self._last = early.take_over()
        self._early, self._sink = early, sink
        self._waiting = True
        self._missing = self._answered.total()
        self._level = threading.Event()
        if not self._missing:
            self._level.set()
        sys.setswitchinterval(_USUAL_TURN)

    def readline(self) -> bytes:
        """The next line. Those that came after the answered ones wait until the server is where the client thinks."""
        if self._heard:
            return self._heard.popleft()
        if self._waiting:
            self._level.wait()
            line, self._waiting = self._last.get(), False
            return line
        return self._early.source.readline()

    def write(self, line: bytes, /) -> None:
        """Write a line of the real server, unless the client has had it."""
        if self._level.is_set() or not self._is_known(line):
            self._early.wait_until_written()
            self._sink.write(line)

    def flush(self) -> None:
        self._sink.flush()

    def _is_known(self, line: bytes) -> bool:
        message = json.loads(line)
        if "method" in message or not self._answered[id_ := message.get("id")]:
            return False
        self._answered[id_] -= 1
        self._missing -= 1
        if not self._missing:
            self._level.set()
        return True
