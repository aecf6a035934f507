"""A server as a subprocess and JSON-RPC over its pipes, with nothing of a client's own time in between."""

import json
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CLIENT = {"name": "bench", "version": "1"}
MODERN: dict[str, Any] = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": CLIENT,
    }
}


class Pipes:
    """JSON-RPC by the line."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._asked = 0

    def say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n")
        self._process.stdin.flush()

    def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._asked += 1
        self.say({"id": self._asked, "method": method, "params": params})
        assert self._process.stdout
        answer: dict[str, Any] = {"method": ""}
        while "method" in answer:  # a server may notify its client before it answers
            answer = json.loads(self._process.stdout.readline())
        assert answer["id"] == self._asked, answer
        assert not answer["result"].get("isError"), answer
        return answer["result"]


@contextmanager
def running(command: list[str], **settings: str) -> Generator["subprocess.Popen[bytes]"]:
    """The server, killed at the end; of our own settings it has these and none of the environment."""
    # Compiled files are kept, as everywhere: otherwise a checkout would compile itself at each start.
    left_out = ("SALESHANDY_", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)} | settings
    with subprocess.Popen(  # noqa: S603 - our own commands
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def resident(process: int) -> int:
    """Memory in use, in kB."""
    shown = subprocess.run(  # noqa: S603 - a number of ours
        ["ps", "-o", "rss=", "-p", str(process)],  # noqa: S607 - wherever the system has it
        capture_output=True,
        check=True,
    )
    return int(shown.stdout)


def peak(process: int | str = "self") -> float:
    """The most memory that was ever in use, in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1e3
