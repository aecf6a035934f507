"""``audit.jsonl`` in the data folder: one line of JSON for each thing that was done, each bound to the line before.

A line holds its number, the hash of the line before, and its own hash over all the rest. The hash of the newest line
stands in the state file, too: lines that are cut off at the end are missed. Whoever can write both files can forge
both; to be sure, copy the last hash elsewhere now and then.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

from saleshandy_mcp.store.sqlite_file import private_file
from saleshandy_mcp.store.state import State

No = Literal["declined", "cancelled", "expired", "refused"]
"""Why a call was not carried out: a person said no, or closed the question; nobody answered in time; the operator
stands against it."""
NOES: tuple[No, ...] = get_args(No)

_FIRST = "0" * 64
_TAIL = 65_536
"""Bytes in which the last line is looked for first. The line of a long import names each of its requests."""


@dataclass(frozen=True)
class Verdict:
    """What a check of the file has found.

    Attributes:
        lines: how many lines are in order, from the first on.
        wrong: what is wrong with the next one; empty where all is well.
    """

    lines: int
    wrong: str = ""


class AuditFile:
    """The file beside a state file. A state that does not last has none, and nothing is written.

    Args:
        state: whose transactions keep two processes from writing at once.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def path(self) -> Path:
        return self._state.path.parent / "audit.jsonl"

    def append(self, **entry: Any) -> None:
        """Add a line and bring it to the disk.

        Raises:
            StateTrouble: when it cannot be written.
        """
        if not self._state.lasts:
            return
        with self._state.changing() as db:
            private_file(self.path)
            with self.path.open("rb+") as file:
                number, before = _last(file)
                line = {"number": number + 1, **entry, "before": before}
                line["hash"] = _hash(line)
                # A line that was cut off ends here, or this one would be lost with it.
                begin = "\n" if _is_cut_off(file) else ""
                file.seek(0, os.SEEK_END)
                file.write(f"{begin}{json.dumps(line, ensure_ascii=False)}\n".encode())
                file.flush()
                os.fsync(file.fileno())
            db.execute("INSERT OR REPLACE INTO keys VALUES ('audit', ?)", (line["hash"].encode(),))

    def note(  # noqa: PLR0917 - the names of one line
        self,
        outcome: str,
        at: float,
        account: str,
        tool: str,
        arguments: Iterable[str] = (),
        plan: str = "",
        channel: str = "",
        who: str = "",
        **more: Any,
    ) -> None:
        """Add the line on a call, at ``at`` seconds of the wall clock.

        Raises:
            StateTrouble: when it cannot be written.
        """
        time = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
        call = {"account": account, "tool": tool, "arguments": list(arguments), "plan": plan, "channel": channel}
        self.append(time=time, **call, who=who, outcome=outcome, **more)

    def lines(self) -> Iterator[dict[str, Any]]:
        """All lines, the oldest first; one that is not JSON is given as ``{"unreadable": text}``."""
        if not self._state.is_there or not self.path.exists():
            return
        with self.path.open(encoding="utf-8", errors="replace") as file:
            for text in file:
                try:
                    yield json.loads(text)
                except ValueError:
                    yield {"unreadable": text.rstrip("\n")}

    def calls(self) -> list[dict[str, Any]]:
        """The last line on each call, in the order in which the calls began."""
        calls: dict[Any, dict[str, Any]] = {}
        for line in self.lines():
            if "tool" in line:
                calls[line.get("account"), line.get("call") or f"line {line.get('number')}"] = line
        return list(calls.values())

    def verify(self) -> Verdict:
        """Whether each line is as it was written, and none is missing."""
        before, hashes = _FIRST, {_FIRST}
        number = 0
        for line in self.lines():
            if wrong := _wrong(line, number + 1, before):
                return Verdict(number, wrong)
            number, before = number + 1, line["hash"]
            hashes.add(before)
        if self._newest() not in hashes:
            return Verdict(number, "lines are missing after the last one")
        return Verdict(number)

    def _newest(self) -> str:
        if not self._state.is_there:
            return _FIRST
        with self._state.reading() as db:
            found = db.execute("SELECT value FROM keys WHERE name = 'audit'").fetchone()
        return found[0].decode() if found else _FIRST


def _wrong(line: dict[str, Any], number: int, before: str) -> str:
    if line.get("hash") != _hash(line):
        return f"line {number} is not as it was written"
    if line.get("number") != number or line.get("before") != before:
        return f"line {number} does not follow on the line before: one is missing, or was put in"
    return ""


def _hash(line: dict[str, Any]) -> str:
    held = {name: value for name, value in line.items() if name != "hash"}
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def _tail(file: BinaryIO, length: int) -> bytes:
    file.seek(max(0, file.seek(0, os.SEEK_END) - length))
    return file.read(length)


def _is_cut_off(file: BinaryIO) -> bool:
    return _tail(file, 1) not in (b"", b"\n")


def _last(file: BinaryIO) -> tuple[int, str]:
    """Number and hash of the last whole line: a line that was cut off by a crash stays, and is found by ``verify``."""
    length, size = _TAIL, file.seek(0, os.SEEK_END)
    while True:
        for text in reversed(_tail(file, length).split(b"\n")):
            try:
                line = json.loads(text)
                return int(line["number"]), str(line["hash"])
            except (ValueError, KeyError, TypeError):
                continue
        if length >= size:
            return 0, _FIRST
        length *= 4
