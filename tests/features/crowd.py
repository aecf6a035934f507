"""People of the sandbox by where they stand, changes of them, and which writes that took."""

from typing import Any

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.prospects.update_prospects import ChangedProspects, UpdateProspects
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import Row
from tests.features.questions import through_the_gate
from tests.kit import posts

FIELDS, TAG, UNTAG = (
    "POST /prospects/{prospectId}/attribute",
    "POST /prospects/tags/assign",
    "POST /prospects/tags/un-assign",
)
OUTCOME, STATUS, LEAVE = (
    "PATCH /sequences/update-prospect-outcome",
    "PATCH /prospects/status",
    "POST /prospects/unsubscribe",
)
WRITES = (FIELDS, TAG, UNTAG, OUTCOME, STATUS, LEAVE)
RUNNING, RESTING, PLAIN = "Q3 launch", "SaaS founders", "Agencies EU"
"""Sequences: an active one with a subsequence, a paused one, an active one without subsequences."""


def inside(box: Sandbox, title: str, number: int = 3) -> list[str]:
    """Addresses of people in a sequence who can get mail."""
    id_ = next(row["id"] for row in box.world.sequences.values() if row["title"] == title)
    rows = [box.world.prospects[person] for person in box.world.enrolments[id_]]
    return [row["email"] for row in rows if not (row["unsubscribed"] or row["bounced"])][:number]


def outside(box: Sandbox, title: str, number: int = 1) -> list[str]:
    """Addresses of people who are in no sequence of this title."""
    id_ = next(row["id"] for row in box.world.sequences.values() if row["title"] == title)
    return [row["email"] for row in box.world.prospects.values() if row["id"] not in box.world.enrolments[id_]][:number]


def row(box: Sandbox, email: str) -> Row:
    found = box.world.prospect(email)
    assert found
    return found


def standing(box: Sandbox, title: str, email: str) -> str:
    id_ = next(row["id"] for row in box.world.sequences.values() if row["title"] == title)
    return box.world.status_of(id_, row(box, email)["id"])


def written(box: Sandbox) -> dict[str, int]:
    return {call: posts(box, call) for call in WRITES if posts(box, call)}


async def updated(context: Context, people: list[str], **arguments: Any) -> ChangedProspects:
    return await through_the_gate(context, UpdateProspects(prospects=people, **arguments))
