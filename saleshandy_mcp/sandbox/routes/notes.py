"""Notes on people: list, write and change them."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.world.rows import PUBLISHED, VISIBLE_TO_TEAM, add_note
from saleshandy_mcp.sandbox.world.tables import Row, World

DRAFT = "0"
NOT_SHOWN = ("attachmentIds",)  # the contract shows no attachments in answers


def list_prospect_notes(world: World, request: Request) -> Reply:
    """Newest first (assumed). The caller's newest draft stands beside the list; drafts of others are not shown."""
    prospect_id = request.path["prospectId"]
    if prospect_id not in world.prospects:
        raise app_error(1001, f"Prospect {prospect_id} not found")
    rows = [row for row in world.notes.values() if row["prospectId"] == prospect_id and _visible(world, row)]
    rows.sort(key=lambda row: row["createdAt"])
    rows.reverse()
    published = [row for row in rows if row["status"] == PUBLISHED]
    drafts = [row for row in rows if row["status"] == DRAFT]
    skip, take = request.query.get("skip", 0), request.query.get("take", 20)
    payload = {
        "notes": [_view(row) for row in published[skip : skip + take]],
        "draftNote": _view(drafts[0]) if drafts else None,
        "pagination": {"skip": skip, "take": take, "hasMore": len(published) > skip + take},
    }
    return done("Notes fetched successfully", payload)


def create_note(world: World, request: Request) -> Reply:
    """Answers one result for each person. An unknown id fails alone."""
    ids = list(dict.fromkeys(request.body["prospectIds"]))
    if not any(id_ in world.prospects for id_ in ids):
        # Assumed: when no id is known, the whole call fails.
        raise app_error(1001, "Prospect id is not valid")
    for id_ in request.body.get("attachmentIds", []):
        if id_ not in world.attachments or world.attachments[id_]["use"] != "note":
            raise app_error(1001, f"Attachment {id_} not found")
    results = [_result(world, id_, request.body) for id_ in ids]
    return done("Note created successfully", {"results": results}, 201)


def update_note(world: World, request: Request) -> Reply:
    row = world.notes.get(request.path["noteId"])
    if row is None or row["author"]["id"] != world.user["id"]:
        raise app_error(1001, "Note not found, or not yours")
    row.update(request.body)
    row["updatedAt"] = row["editedAt"] = world.now()
    row["editedBy"] = dict(world.user)
    return done("Note updated successfully", _view(row))


def _result(world: World, prospect_id: str, body: Row) -> Row:
    if prospect_id not in world.prospects:
        return {"prospectId": prospect_id, "success": False, "message": "Prospect not found"}
    row = add_note(world, prospect_id, body, world.user, world.now())
    return {"prospectId": prospect_id, "success": True, "noteId": row["id"]}


def _visible(world: World, row: Row) -> bool:
    mine = row["author"]["id"] == world.user["id"]
    return mine or (row["visibility"] == VISIBLE_TO_TEAM and row["status"] == PUBLISHED)


def _view(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in NOT_SHOWN}


ROUTES = {
    ("GET", "/prospects/{prospectId}/notes"): list_prospect_notes,
    ("POST", "/notes"): create_note,
    ("PATCH", "/notes/{noteId}"): update_note,
}
