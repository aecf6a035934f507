"""Prospects: list and import them, read the status of an import and of verifications."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import page_of
from saleshandy_mcp.sandbox.simulation import imports
from saleshandy_mcp.sandbox.world.tables import Row, World

MOST_ROWS = 100_000


def list_prospects(world: World, request: Request) -> Reply:
    query = request.query
    rows = [row for row in world.prospects.values() if _found(row, query.get("search", "").lower())]
    # All belong to one owner, so sorting by owner leaves the order of creation.
    rows.sort(key=lambda row: row["createdAt"])
    if query.get("sort", "DESC") == "DESC":
        rows.reverse()
    page = page_of(rows, query.get("page", 1), query.get("pageSize", 100))
    custom = query.get("includeCustomFields") == "true"
    return done("Success", [_view(world, row, custom=custom) for row in page])


def import_account_wide(world: World, request: Request) -> Reply:
    return _accepted(world, request.body, "Import started", refuse_elsewhere=False)


def import_to_step(world: World, request: Request) -> Reply:
    return _accepted(world, request.body, "Prospect import has started", refuse_elsewhere=True)


def import_by_field_id(world: World, request: Request) -> Reply:
    """The account-wide import with field ids in its rows. It takes no tags, and verifies only when asked to."""
    rows: list[Row] = request.body["prospectList"]
    labels = {id_: field["label"] for id_, field in world.fields.items()}
    unknown = dict.fromkeys(entry["id"] for row in rows for entry in row["fields"] if entry["id"] not in labels)
    if unknown:
        raise app_error(4000, f"Unknown field: {', '.join(unknown)}")
    named = [{labels[entry["id"]]: entry["value"] for entry in row["fields"]} for row in rows]
    body = {**request.body, "prospectList": named}
    return _accepted(world, body, "Import started", refuse_elsewhere=False)


def get_import_status(world: World, request: Request) -> Reply:
    job = world.imports.get(request.path["requestId"])
    if job is None:
        raise app_error(40000, "Request not found")
    link = f"{request.base_url}files/{job['requestId']}.csv" if job["refused"] else None
    payload = {"isCompleted": job["isCompleted"], "failedProspectsURL": link, "reportURL": link}
    return done("Success", payload)


def get_verification_status(world: World, request: Request) -> Reply:
    """Addresses that are not stored are left out of the answer."""
    known = filter(None, map(world.prospect, dict.fromkeys(request.body["emails"])))
    return done("Success", [{"email": row["email"], "status": _verification(world, row)} for row in known])


def _accepted(world: World, body: Row, message: str, *, refuse_elsewhere: bool) -> Reply:
    if len(body["prospectList"]) > MOST_ROWS:
        # The limit is known. Assumed: status and code.
        raise app_error(4000, f"At most {MOST_ROWS:,} prospects can be imported at once", status=413)
    if "stepId" in body and body["stepId"] not in world.steps:
        raise app_error(4000, f"Step {body['stepId']} not found")
    labels = world.labels()
    unknown = dict.fromkeys(label for row in body["prospectList"] for label in row if label not in labels)
    if unknown:
        # Labels must exist. Assumed: code and text.
        raise app_error(4000, f"Unknown field: {', '.join(unknown)}")
    job = imports.accept(world, body, refuse_elsewhere=refuse_elsewhere)
    return done(message, {"requestId": job["requestId"]}, 201)


def _found(row: Row, search: str) -> bool:
    values = row["values"]
    places = (row["email"], values.get("First Name", ""), values.get("Last Name", ""))
    return any(search in place.lower() for place in places)


def _view(world: World, row: Row, *, custom: bool) -> Row:
    values = {**row["values"], "Email": row["email"]}
    attributes = [
        {"id": field["id"], "key": field["label"], "value": values[field["label"]]}
        for field in world.fields.values()
        if field["label"] in values and (custom or field["isDefault"])
    ]
    return {
        "id": row["id"],
        "createdAt": row["createdAt"],
        "email": row["email"],
        "verificationStatus": _verification(world, row),
        "attributes": attributes,
    }


def _verification(world: World, row: Row) -> str:
    return imports.verification(row, world.clock.now())


ROUTES = {
    ("GET", "/prospects"): list_prospects,
    ("POST", "/prospects/import"): import_by_field_id,
    ("POST", "/prospects/import-with-field-name"): import_account_wide,
    ("POST", "/sequences/prospects/import-with-field-name"): import_to_step,
    ("GET", "/prospects/import-status/{requestId}"): get_import_status,
    ("POST", "/prospects/verification-status"): get_verification_status,
}
