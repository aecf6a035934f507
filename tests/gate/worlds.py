"""States of the world that decide what a call can cause, made of the demo workspace."""

from collections.abc import Callable
from typing import Any

from saleshandy_mcp.sandbox import Sandbox
from tests.boxes import frozen_box
from tests.sandbox.kit import call, mail

Row = dict[str, Any]
RUNNING = "Q3 launch"
"""The sequence that most calls are about."""


def sequence(box: Sandbox, title: str = RUNNING) -> Row:
    return next(row for row in box.world.sequences.values() if row["title"] == title)


def _as_it_is(_: Sandbox) -> None:
    """Some sequences send and some do not."""


def _all_paused(box: Sandbox) -> None:
    for row in [*box.world.sequences.values(), *box.world.subsequences.values()]:
        row["active"] = False


def _all_active(box: Sandbox) -> None:
    senders = [row["id"] for row in box.world.email_accounts.values() if row["status"] == 1]
    for row in box.world.sequences.values():
        row["active"] = True
        row["emailAccountIds"] = row["emailAccountIds"] or senders[:1]


def _without_sender(box: Sandbox) -> None:
    """Active, and nobody to send from: it sends as soon as it has somebody."""
    sequence(box)["emailAccountIds"] = []


def _subsequences_wait(box: Sandbox) -> None:
    """Active subsequences wait for a tag, an outcome, a reply and the last step of the running sequence."""
    parent = sequence(box)["id"]
    waits = {
        "tag": {"name": "Prospect Tag", "operation": "is any", "value": ["warm"]},
        "no tag": {"name": "Prospect Tag", "operation": "is not any", "value": ["warm", "cold"]},
        "outcome": {"name": "Prospect Outcome", "operation": "is any", "value": ["Interested"]},
        "last step": {"name": "Last Step Completed", "operation": "is", "value": True},
        "reply": {"name": "Replied", "operation": "is", "value": True},
    }
    for title, condition in waits.items():
        made = call(box, "POST", f"/sequences/{parent}/subsequence", {"title": title, "conditions": [condition]})
        call(box, "POST", f"/sequences/{made['id']}/steps", mail(1, f"You are {title}"))
        call(box, "POST", "/sequences/status", {"sequenceIds": [made["id"]], "status": "resume"})


def _subsequences_of_a_paused_one_wait(box: Sandbox) -> None:
    """The sequence itself does not send, and what waits for its people does."""
    _subsequences_wait(box)
    sequence(box)["active"] = False


WORLDS: dict[str, Callable[[Sandbox], None]] = {
    "as it is": _as_it_is,
    "all paused": _all_paused,
    "all active": _all_active,
    "without sender": _without_sender,
    "subsequences wait": _subsequences_wait,
    "paused, subsequences wait": _subsequences_of_a_paused_one_wait,
}


def world(name: str) -> Sandbox:
    """A sandbox in one of these states, with its clock standing still and no limits on calls."""
    box = frozen_box(limits=False)
    box.state()
    WORLDS[name](box)
    return box
