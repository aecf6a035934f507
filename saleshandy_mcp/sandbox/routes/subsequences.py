"""Subsequences: what a sequence goes on with when its conditions hold."""

import hashlib

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import schedule
from saleshandy_mcp.sandbox.routes.conditions import fits
from saleshandy_mcp.sandbox.routes.sequences import new_sequence
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

ACTIVE, PAUSED = 1, 2  # 3, finished, is never reached here: nothing is sent on
CONDITION_ID_LENGTH = 11


def list_subsequences(world: World, request: Request) -> Reply:
    parent = _parent(world, request)
    query = request.query
    owner = str(world.user["id"])
    rows = [
        {"id": row["id"], "title": row["title"]}
        for row in world.subsequences.values()
        if row["parentId"] == parent["id"]
        and query.get("search", "").lower() in row["title"].lower()
        and (not query.get("progress") or (ACTIVE if row["active"] else PAUSED) in query["progress"])
        and (not query.get("owners") or owner in query["owners"])
    ]
    return done("Success", rows)


def create_subsequence(world: World, request: Request) -> Reply:
    parent = _parent(world, request)
    row = add_subsequence(world, parent, request.body, world.now())
    return done("Subsequence created", {"id": row["id"]}, 201)


def update_subsequence(world: World, request: Request) -> Reply:
    parent = _parent(world, request)
    row = _subsequence(world, request)
    if row["parentId"] != parent["id"]:
        raise app_error(1001, f"Subsequence {row['id']} not found in sequence {parent['id']}")
    row.update(_settings(world, row, request.body))
    return Reply(200, {"message": "Subsequence updated successfully"})


def get_subsequence_settings(world: World, request: Request) -> Reply:
    row = _subsequence(world, request)
    return done("Success", {key: row[key] for key in ("scheduleId", "firstStepRelativeDays", "conditions")})


def add_subsequence(world: World, parent: Row, body: Row, at: str) -> Row:
    """Like a new sequence it is paused and has no steps; senders and schedule are its parent's (assumed)."""
    row = new_sequence(hash_id("subsequence", len(world.subsequences)), body["title"], at)
    row |= {
        "parentId": parent["id"],
        "emailAccountIds": list(parent["emailAccountIds"]),
        "scheduleId": parent["scheduleId"],
        "firstStepRelativeDays": 1,
    }
    row |= _settings(world, row, body)
    world.subsequences[row["id"]] = row
    world.enrolments[row["id"]] = {}
    return row


def _settings(world: World, row: Row, body: Row) -> Row:
    """What changes. An empty list of conditions is ignored: it does not clear them."""
    conditions = body.get("conditions") or row.get("conditions", [])
    for condition in conditions:
        if not fits(condition):
            raise app_error(4000, f"Condition {condition['name']} does not go with this operation and value")
    return {
        "conditions": [{"conditionId": _condition_id(row, number), **entry} for number, entry in enumerate(conditions)],
        "scheduleId": schedule(world, body.get("scheduleId", row["scheduleId"]))["id"],
        "firstStepRelativeDays": body.get("firstStepRelativeDays", row["firstStepRelativeDays"]),
    }


def _condition_id(row: Row, number: int) -> str:
    """Eleven hexadecimal digits, for a condition that comes without an id."""
    return hashlib.sha256(f"{row['id']}/{number}".encode()).hexdigest()[:CONDITION_ID_LENGTH]


def _parent(world: World, request: Request) -> Row:
    row = world.sequences.get(request.path["sequenceId"])
    if row is None:
        raise app_error(1001, f"Sequence {request.path['sequenceId']} not found")
    return row


def _subsequence(world: World, request: Request) -> Row:
    row = world.subsequences.get(request.path["subsequenceId"])
    if row is None:
        raise app_error(1001, f"Subsequence {request.path['subsequenceId']} not found")
    return row


ROUTES = {
    ("GET", "/sequences/{sequenceId}/subsequences"): list_subsequences,
    ("POST", "/sequences/{sequenceId}/subsequence"): create_subsequence,
    ("PATCH", "/sequences/{sequenceId}/subsequence/{subsequenceId}"): update_subsequence,
    ("GET", "/sequences/subsequence/{subsequenceId}/settings"): get_subsequence_settings,
}
