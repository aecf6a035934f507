"""A server that is killed with signal 9 between a person's yes and the effect, and between the effect and its line.

``python -m tests.chaos.killed_calls``, part of ``make chaos``. Server and sandbox are processes of their own.
"""

# T201: what it finds is printed.
# ruff: noqa: T201

import argparse
import json
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from tests.bench.pipes import MODERN, Pipes, running
from tests.chaos.__main__ import Sandbox
from tests.e2e.kit import PROGRAM, environment

KEY = "sandbox-key"
TOOL = "reply_to_thread"
REPLY = {"thread": "anton.brandt@marrowby.example.com", "content": "plums"}
REPLIES = "POST /unified-inbox/emails/reply"
YES = {"confirm": {"action": "accept", "content": {"confirm": True}}}
META: dict[str, Any] = {**MODERN["_meta"], "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}
PATIENCE = 30.0


class OverHttp:
    """JSON-RPC by the request, as ``Pipes`` does it by the line."""

    def __init__(self, address: str) -> None:
        self._address = address

    def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - on this machine
            self._address, json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        )
        names = {"mcp-protocol-version": "2026-07-28", "mcp-method": method, "mcp-name": params["name"]}
        for name, value in {"content-type": "application/json", "accept": "application/json", **names}.items():
            request.add_header(name, value)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the same
            return json.load(answer)["result"]


@contextmanager
def serving(transport: str, sandbox: Sandbox, folder: str) -> Generator[tuple[Any, Any]]:
    """A server in a process of its own, and who speaks to it."""
    settings = {"SALESHANDY_BASE_URL": sandbox.address, "SALESHANDY_API_KEY": KEY, "SALESHANDY_DATA": folder}
    command = [*PROGRAM, "serve", "--transport", transport]
    if transport == "stdio":
        with running(command, **settings) as process:
            yield process, Pipes(process)
        return
    with subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--port", "0"], env=environment(**settings), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        told = next(line for line in process.stderr if line.startswith("MCP at "))
        Thread(target=process.stderr.read, daemon=True).start()
        try:
            yield process, OverHttp(told.split()[2].removesuffix(","))
        finally:
            process.kill()


def call(speaker: Any, **more: Any) -> dict[str, Any]:
    return speaker.ask("tools/call", {"name": TOOL, "arguments": REPLY, "_meta": META, **more})


def say_yes(speaker: Any, state: str) -> None:
    """Nobody hears the answer: the server is killed before it comes."""
    with suppress(OSError, ValueError):
        call(speaker, inputResponses=YES, requestState=state)


def arrived(sandbox: Sandbox) -> bool:
    """Wait until the request that goes wrong has come to the sandbox."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if any(it["seen"] for it in sandbox.ask("/sandbox/faults")["set"]):
            return True
        time.sleep(0.02)
    return False


def told(folder: str, *words: str) -> str:
    settings = environment(SALESHANDY_DATA=folder)
    return subprocess.run([*PROGRAM, "audit", *words], env=settings, capture_output=True, text=True, check=False).stdout  # noqa: S603 - ours


def killed(transport: str, sandbox: Sandbox, folder: str, fault: str, delay: float) -> str:
    """Kill a server in the middle of a call that was agreed to; what is wrong afterwards."""
    sandbox.ask("/sandbox/reset", post=True)
    sandbox.ask("/sandbox/faults", post=True, body={"off": True})
    if fault:
        sandbox.ask("/sandbox/faults", post=True, body={"fault": fault, "call": REPLIES})
    with serving(transport, sandbox, folder) as (process, speaker):
        state = call(speaker)["requestState"]
        Thread(target=say_yes, args=(speaker, state), daemon=True).start()
        if fault and not arrived(sandbox):
            return "the request never came"
        time.sleep(delay)
        process.kill()
        process.wait()
    sandbox.ask("/sandbox/faults", post=True, body={"off": True})
    effects = sandbox.ask("/sandbox/state")["requests"].get(REPLIES, 0)
    shown, checked = told(folder, "show"), told(folder, "verify")
    with serving(transport, sandbox, folder) as (_, speaker):
        again = json.dumps(call(speaker))
    begun = f"{TOOL}(" in shown
    wrong = [
        f"{effects} effects" if effects > 1 else "",
        "the audit does not tell it" if (effects or fault) and not ("by dialogue" in shown and begun) else "",
        "the chain of the audit is broken" if "all as they were written" not in checked and begun else "",
        "the same call is not warned of" if begun and "same call" not in again else "",
    ]
    return "; ".join(filter(None, wrong))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5, help="kills at a random moment, for each transport (5)")
    chosen = parser.parse_args()
    failures = kills = 0
    with running([*PROGRAM, "sandbox", "--port", "0"]) as process:
        assert process.stdout
        sandbox = Sandbox(process.stdout.readline().decode().split()[-1])
        for transport in ("stdio", "http"):
            chance = random.Random(transport)  # noqa: S311 - moments, the same each time
            moments = [("hang", 0.0), ("hang-executed", 0.0)]
            moments += [("", chance.uniform(0, 0.15)) for _ in range(chosen.seeds)]
            for fault, delay in moments:
                with TemporaryDirectory() as folder:
                    wrong = killed(transport, sandbox, folder, fault, delay)
                kills += 1
                failures += bool(wrong)
                print(f"{transport}, {fault or f'after {delay:.3f} s'}: {wrong or 'as it has to be'}")
    print(f"{kills} kills: {failures} calls were done twice, or not told")
    return 1 if failures or not kills else 0


if __name__ == "__main__":
    sys.exit(main())
