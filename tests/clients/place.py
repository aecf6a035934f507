"""Where a case takes place: a sandbox, the server before it, and a folder for everything that is written."""

import json
import os
import subprocess
import threading
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.clients.cases import EFFECT, Case
from tests.e2e.kit import PROGRAM

PATIENCE = 120
"""Seconds after which a client is ended."""
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Server:
    """How a client reaches the server in one case."""

    command: str
    args: list[str]
    env: dict[str, str]
    url: str | None = None


@dataclass(frozen=True)
class Place:
    """The sandbox of all cases, and a folder of this one."""

    sandbox: str
    folder: Path
    logs: list[str] = field(default_factory=list[str])

    def settings(self, case: Case) -> dict[str, str]:
        return {
            "SALESHANDY_API_KEY": "sandbox-key",
            "SALESHANDY_BASE_URL": f"{self.sandbox}/v1",
            "SALESHANDY_DATA": str(self.folder / "data"),
            "SALESHANDY_APPROVAL": case.approval,
        }

    def reset(self) -> None:
        _fetch(f"{self.sandbox}/sandbox/reset", {})

    def starts(self) -> int:
        return _fetch(f"{self.sandbox}/sandbox/state")["requests"].get(EFFECT, 0)

    @contextmanager
    def server(self, case: Case, transport: str) -> Generator[Server]:
        """The server, for a client to start or to reach."""
        env = self.settings(case)
        command, *args = [*PROGRAM, "serve"]
        if transport == "stdio":
            yield Server(command, args, env)
            return
        line = [command, *args, "--transport", transport, "--port", "0"]
        with running(line, clean(self.folder) | env, self.logs) as told:
            yield Server(command, args, env, told.split()[2].removesuffix(","))

    def say_yes_at_a_terminal(self, case: Case) -> str:
        """``approvals`` at a terminal at which somebody types yes."""
        far, near = os.openpty()
        os.write(far, b"yes\n")
        with os.fdopen(near) as keyboard:
            ran = subprocess.run(  # noqa: S603 - our own program
                [*PROGRAM, "approvals"],
                stdin=keyboard,
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE,
                env=clean(self.folder) | self.settings(case),
            )
        os.close(far)
        return ran.stdout + ran.stderr


def clean(folder: Path) -> dict[str, str]:
    """An environment that knows nothing of whoever runs this: a home of its own, no keys, no settings of others."""
    kept = ("PATH", "LANG", "TZ", "PIP_CERT", "PIP_FIND_LINKS", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": str(home),
        "TMPDIR": str(folder),
        "NO_PROXY": "127.0.0.1,localhost",
        "CI": "true",
    }


@contextmanager
def running(command: list[str], env: dict[str, str], log: list[str]) -> Generator[str]:
    """A program of ours; the first line that it prints. What it prints later goes into the log."""
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env
    ) as process:
        assert process.stdout
        told = process.stdout.readline()

        def collect() -> None:
            assert process.stdout
            log.extend(process.stdout)

        reader = threading.Thread(target=collect, daemon=True)
        reader.start()
        try:
            yield told
        finally:
            process.terminate()
            process.wait(PATIENCE)
            reader.join()


@contextmanager
def sandbox(folder: Path) -> Generator[str]:
    """A sandbox without limits; its address."""
    with running([*PROGRAM, "sandbox", "--port", "0", "--no-limits"], clean(folder), []) as told:
        yield told.split()[-1].removesuffix("/v1")


def _fetch(address: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"content-type": "application/json"})  # noqa: S310 - this machine
    with _DIRECT.open(request, timeout=30) as answer:
        return json.load(answer)
