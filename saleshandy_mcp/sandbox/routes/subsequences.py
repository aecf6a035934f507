"""Subsequences: list, create and change them. What they do is in `simulation/subsequences.py`."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import schedule
from saleshandy_mcp.sandbox.simulation.conditions import fits
from saleshandy_mcp.sandbox.world.rows import add_subsequence, new_subsequence, with_condition_ids
from saleshandy_mcp.sandbox.world.tables import Row, World

ACTIVE, PAUSED = 1, 2  # assumed: 3, finished, is never reached


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
    row = new_subsequence(world, parent, request.body["title"], world.now())
    row |= _changes(world, row, request.body)
    add_subsequence(world, row)
    return done("Subsequence created", {"id": row["id"]}, 201)


def update_subsequence(world: World, request: Request) -> Reply:
    parent = _parent(world, request)
    row = _subsequence(world, request)
    if row["parentId"] != parent["id"]:
        raise app_error(1001, f"Subsequence {row['id']} not found in sequence {parent['id']}")
    row.update(_changes(world, row, request.body))
    return Reply(200, {"message": "Subsequence updated successfully"})


def get_subsequence_settings(world: World, request: Request) -> Reply:
    row = _subsequence(world, request)
    return done("Success", {key: row[key] for key in ("scheduleId", "firstStepRelativeDays", "conditions")})


def _changes(world: World, row: Row, body: Row) -> Row:
    """What the body changes. An empty list of conditions is ignored: it does not clear them."""
    conditions = body.get("conditions") or row["conditions"]
    for condition in conditions:
        if not fits(condition):
            raise app_error(4000, f"Condition {condition['name']} does not go with this operation and value")
    return {
        "conditions": with_condition_ids(row, conditions),
        "scheduleId": schedule(world, body.get("scheduleId", row["scheduleId"]))["id"],
        "firstStepRelativeDays": body.get("firstStepRelativeDays", row["firstStepRelativeDays"]),
    }


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
