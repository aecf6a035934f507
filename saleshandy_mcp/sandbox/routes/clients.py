"""Clients of an agency: list and create them, assign sequences and email accounts to them."""

from collections.abc import Callable
from typing import Any

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.routes.common import ACTIVE, page_of
from saleshandy_mcp.sandbox.simulation import events
from saleshandy_mcp.sandbox.world.rows import ADDRESS, add_client
from saleshandy_mcp.sandbox.world.tables import Row, Table, World

PAGE_SIZE = 25
SEARCHED = ("firstName", "lastName", "email", "companyName")


def list_clients(world: World, request: Request) -> Reply:
    """Answers a plain list. Assumed: without sort and sortBy the newest comes first."""
    query = request.query
    wanted = query.get("search", "").lower()
    rows = [row for row in world.clients.values() if any(wanted in row[key].lower() for key in SEARCHED)]
    views = [_view(world, row) for row in rows]
    views.sort(key=_sort_key(query.get("sortBy", "createdDate")), reverse=query.get("sort", "DESC") == "DESC")
    page = page_of(views, query.get("page", 1), query.get("pageSize", PAGE_SIZE))
    return done("Successfully fetched client list", page)


def create_client(world: World, request: Request) -> Reply:
    """The answer does not hold the new id."""
    body = request.body
    email = body["email"].lower()
    if not ADDRESS.fullmatch(email):
        raise validation_error("email must be an email")
    if email.rpartition("@")[2] in world.blacklist:
        raise app_error(1001, "The domain of this address is blacklisted")
    if any(row["email"].lower() == email for row in world.clients.values()):
        raise app_error(1001, "This client user exists already")
    add_client(world, body, world.now())
    return done("Client created successfully", None, 201)


def assign_client_resources(world: World, request: Request) -> Reply:
    """Without a client the assignment is removed (inferred). One id that does not exist refuses the whole call."""
    tables = {"sequence": world.sequences, "emailAccount": world.email_accounts}
    table: Table | None = tables.get(request.path["resourceType"])
    if table is None:
        raise validation_error(f"resourceType must be one of the following values: {', '.join(tables)}")
    client_id, ids = request.body.get("clientId"), request.body["resourceIds"]
    if client_id is not None and client_id not in world.clients:
        raise app_error(4000, f"Client {client_id} not found")
    if unknown := [id_ for id_ in ids if id_ not in table]:
        raise app_error(4000, f"Not found: {', '.join(unknown)}")
    for id_ in ids:
        if client_id is None:
            world.client_of.pop(id_, None)
        else:
            world.client_of[id_] = client_id
    return done("Assigned", None)


def _view(world: World, row: Row) -> Row:
    """The client as the list shows it; its counters are texts."""
    own = {id_ for id_, client_id in world.client_of.items() if client_id == row["id"]}
    sequences = [entry for id_, entry in world.sequences.items() if id_ in own]
    accounts = [entry for id_, entry in world.email_accounts.items() if id_ in own]
    people = {person for entry in sequences for person in world.enrolments[entry["id"]]}
    sent = sum(event["sequenceId"] in own for event in events.select(world, "email-sent")) if own else 0
    return {
        **row,
        "activeSequence": str(sum(entry["active"] for entry in sequences)),
        "totalProspects": str(len(people)),
        "emailSent": str(sent),
        "activeEmailAccounts": str(sum(entry["status"] == ACTIVE for entry in accounts)),
    }


def _sort_key(name: str) -> Callable[[Row], Any]:
    counted = name not in ("createdDate", "firstName", "companyName")
    return lambda row: int(row[name]) if counted else row[name].lower()


ROUTES = {
    ("GET", "/clients"): list_clients,
    ("POST", "/clients"): create_client,
    ("POST", "/clients/assign/{resourceType}"): assign_client_resources,
}
