"""Real clients against the real server: what each of them does at the moment at which a person has to agree.

``make clients`` runs it and writes docs/clients.md. It installs from the registries, into a temporary folder, and so it
is no part of the tests of every day. ``make clients ONLY=fastmcp`` tries one and writes its rows; with ``SHOW=1`` it
prints all that was seen.
"""

# T201: what it says on stdout is what it is for.
# ruff: noqa: T201

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.clients.cases import CASES, START, Case, Outcome, Row, token_in
from tests.clients.installing import install
from tests.clients.model.endpoint import Endpoint, endpoint
from tests.clients.place import PATIENCE, Place, Server, clean, sandbox
from tests.clients.programs import CLIENTS, NODE, Client, Job
from tests.clients.table import page

KEPT = Path(tempfile.gettempdir()) / "saleshandy-clients"
"""Where clients stay installed until somebody throws them away."""
PAGE = Path(__file__).parents[2] / "docs" / "clients.md"

TRIES = [(client, transport) for client in CLIENTS for transport in client.transports]


@dataclass(frozen=True)
class Conversation:
    """A client, a case and a server between them."""

    client: Client
    case: Case
    place: Place
    server: Server
    model: Endpoint

    def hold(self) -> str:
        """All of it; what was seen of it."""
        seen = self._call(START)
        token = token_in(seen)
        if self.case.hands_back and token and not self.client.thinks:
            seen += self._call(START | {"confirm": token})
        return seen

    def _call(self, arguments: Mapping[str, Any]) -> str:
        room = self.place.folder
        job = Job(self.case, self.server, arguments, KEPT / self.client.slug, room, self.model.address)
        self.model.begin(hands_back=self.case.hands_back)
        env = clean(room) | {"PATH": f"{Path(job.node).parent}{os.pathsep}{os.environ['PATH']}"} | self.client.env(job)
        try:
            ran = subprocess.run(  # noqa: S603 - a client that was installed for it
                self.client.command(job),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=PATIENCE,
                cwd=room,
                env=env,
            )
        except subprocess.TimeoutExpired as late:
            return f"{self.client.name} was ended after {PATIENCE} s: {late.stdout}\n{self.model.seen()}"
        return f"{ran.stdout}\n{self.model.seen()}"


def outcome_of(client: Client, case: Case, transport: str, sandbox: str, model: Endpoint) -> Outcome:
    with tempfile.TemporaryDirectory(dir=KEPT, ignore_cleanup_errors=True) as room:
        place = Place(sandbox, Path(room))
        place.reset()
        with place.server(case, transport) as server:
            conversation = Conversation(client, case, place, server, model)
            seen = conversation.hold()
            if case.terminal:
                assert place.starts() == 0, "it was done before anybody said yes"
                seen += place.say_yes_at_a_terminal(case) + conversation.hold()
        return Outcome(case, place.starts(), seen + "".join(place.logs))


def row_of(client: Client, transport: str, sandbox: str, model: Endpoint) -> Row:
    row = Row(client.name, client.version, transport, missing=install(client.install, KEPT / client.slug))
    if row.missing:
        print(f"NOT TRIED: {client.name}: {row.missing}", file=sys.stderr)
        return row
    for case in CASES:
        if case.answer is None or case.answer in client.answers:
            outcome = outcome_of(client, case, transport, sandbox, model)
            row.outcomes[case.name] = outcome
            if os.environ.get("SHOW"):
                print(f"--- {client.name}, {transport}, {case.name}: {outcome.starts}\n{outcome.seen}")
    told = ", ".join(f"{name} {outcome.starts}" for name, outcome in row.outcomes.items())
    print(f"{'FAILED' if row.wrong else 'ok':6} {client.name}, {transport}: {told}", *row.wrong, sep="\n       ")
    return row


def main() -> int:
    only = os.environ.get("ONLY", "")
    KEPT.mkdir(exist_ok=True)
    if trouble := install(NODE, KEPT / "node"):
        print(f"NOT TRIED: all that needs Node.js: {trouble}", file=sys.stderr)
    rows: list[Row] = []
    with sandbox(KEPT) as address, endpoint() as model:
        for client, transport in TRIES:
            if only.lower() in f"{client.name}, {transport}".lower():
                rows.append(row_of(client, transport, address, model))
                write_down(rows)
    return 1 if any(row.wrong or row.missing for row in rows) else 0


def write_down(rows: list[Row]) -> None:
    """The page, after each row: a run that is stopped keeps what it has."""
    before = PAGE.read_text() if PAGE.exists() else ""
    order = [(client.name, transport) for client, transport in TRIES]
    notes = {client.name: client.note for client in CLIENTS}
    PAGE.write_text(page(rows, before=before, order=order, notes=notes, day=datetime.now(UTC).date()))


if __name__ == "__main__":
    sys.exit(main())
