"""Sequences: list and create them, start and pause them. Subsequences are started and paused by the same call."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import ACTIVE, active_senders, page_of, schedule, sequence, sequence_view
from saleshandy_mcp.sandbox.simulation import events
from saleshandy_mcp.sandbox.world.rows import add_sequence, new_sequence
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id


def list_sequences(world: World, request: Request) -> Reply:
    wanted = request.query.get("sequenceName", "").lower()
    rows = [row for row in world.sequences.values() if wanted in row["title"].lower()]
    if chosen := request.query.get("clientIds"):
        # Assumed: several ids are separated by commas.
        rows = [row for row in rows if world.client_of.get(row["id"]) in chosen.split(",")]
    # Assumed: without sort and sortBy the newest comes first.
    key = "title" if request.query.get("sortBy") == "sequence.title" else "createdAt"
    rows.sort(key=lambda row: row[key].lower())
    if request.query.get("sort", "DESC") == "DESC":
        rows.reverse()
    page = page_of(rows, request.query.get("page", 1), request.query.get("pageSize", 100))
    text = "Successfully fetched all sequences and their associated steps"
    return done(text, [sequence_view(world, row) for row in page])


def create_sequence(world: World, request: Request) -> Reply:
    body = request.body
    senders = active_senders(world, body.get("emailAccountIds") or [world.default(world.email_accounts)["id"]])
    plan = schedule(world, body["scheduleId"]) if "scheduleId" in body else world.default(world.schedules)
    row = new_sequence(hash_id("sequence", len(world.sequences)), body["title"], world.now())
    row["emailAccountIds"] = [sender["id"] for sender in senders]
    row["scheduleId"] = plan["id"]
    add_sequence(world, row)
    return done("Sequence created successfully", {"sequenceId": row["id"], "id": row["id"], "title": row["title"]}, 201)


def update_sequence_status(world: World, request: Request) -> Reply:
    rows = [sequence(world, id_) for id_ in dict.fromkeys(request.body["sequenceIds"])]
    resume = request.body["status"] == "resume"
    for row in rows:
        _check_start(world, row) if resume else _check_pause(row)
    for row in rows:
        row["active"] = resume
        if not resume:
            events.record(world, "sequence-paused", sequence_id=row["id"])
    return Reply(200, {"message": "Sequence status updated"})


def _check_start(world: World, row: Row) -> None:
    if row["active"]:
        raise app_error(40102, f"Sequence {row['id']} is already active")
    if not any(world.email_accounts[id_]["status"] == ACTIVE for id_ in row["emailAccountIds"]):
        raise app_error(40103, f"Sequence {row['id']} has no active email account")
    if not world.steps_of(row["id"]):
        # Assumed: code and text.
        raise app_error(4000, "Sequence has no steps")


def _check_pause(row: Row) -> None:
    if not row["active"]:
        raise app_error(40101, f"Sequence {row['id']} is already paused")


ROUTES = {
    ("GET", "/sequences"): list_sequences,
    ("POST", "/sequences"): create_sequence,
    ("POST", "/sequences/status"): update_sequence_status,
}
