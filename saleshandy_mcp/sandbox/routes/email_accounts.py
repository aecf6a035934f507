"""Lists the email accounts of the workspace. It is a read, although it is a POST."""

import math
from collections.abc import Callable
from typing import Any

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import page_of, sequence_view
from saleshandy_mcp.sandbox.simulation import quota
from saleshandy_mcp.sandbox.world.rows import client_of
from saleshandy_mcp.sandbox.world.tables import Row, World

DISCONNECTED = 0


def list_email_accounts(world: World, request: Request) -> Reply:
    body = request.body
    rows = [row for row in world.email_accounts.values() if _wanted(world, row, body)]
    _check_filters(world, body)
    key = _SORT_KEYS[body.get("sortByKey", "created-date")]
    rows.sort(key=lambda row: key(world, row), reverse=body.get("sort") == "DESC")
    number, size = max(body.get("page", 1), 1), max(body.get("pageSize", 25), 1)
    page = page_of(rows, number, size)
    disconnected = sum(row["status"] == DISCONNECTED for row in rows)
    meta = {
        "totalItems": len(rows),
        "currentPage": number,
        "itemsPerPage": size,
        "totalPages": math.ceil(len(rows) / size),
        "itemCount": len(page),
    }
    payload = {
        "emails": [_view(world, row) for row in page],
        "meta": meta,
        # Assumed: a suspended account counts as connected, and both numbers count what the filters leave.
        "connectedEmailsCount": len(rows) - disconnected,
        "disconnectedEmailsCount": disconnected,
    }
    return done("Success", payload)


def _check_filters(world: World, body: Row) -> None:
    """Refuse ids that do not exist. The owner of the key has added all accounts."""
    providers = {row["emailServiceProvider"] for row in world.email_accounts.values()}
    known: tuple[tuple[str, set[str], int], ...] = (
        ("sequenceIds", set(world.sequences), 40107),
        ("clientIds", set(world.clients), 40202),
        ("addedBy", {str(world.user["id"])}, 40203),
        ("emailServiceProvider", providers, 40204),
    )
    for name, valid, code in known:
        if unknown := [value for value in body.get(name, []) if value not in valid]:
            raise app_error(code, f"{name} is not valid: {', '.join(unknown)}")


def _wanted(world: World, row: Row, body: Row) -> bool:
    search = body.get("search", "").lower()
    providers = body.get("emailServiceProvider")
    sequence_ids = body.get("sequenceIds")
    clients = body.get("clientIds")
    return (
        (search in row["fromEmail"].lower() or search in row["fromName"].lower())
        and body.get("status", row["status"]) == row["status"]
        and (not providers or row["emailServiceProvider"] in providers)
        and (not clients or world.client_of.get(row["id"]) in clients)
        and (not sequence_ids or any(used["id"] in sequence_ids for used in _sequences(world, row)))
    )


def _sequences(world: World, account: Row) -> list[Row]:
    return [row for row in world.sequences.values() if account["id"] in row["emailAccountIds"]]


def _view(world: World, account: Row) -> Row:
    return {
        **account,
        "settings": quota.shown(world, account),
        "user": world.user,
        "client": client_of(world, account["id"]),
        "sequences": [sequence_view(world, row) for row in _sequences(world, account)],
    }


_SORT_KEYS: dict[str, Callable[[World, Row], Any]] = {
    "created-date": lambda _, row: row["createdAt"],
    "health-score": lambda _, row: -1 if row["healthScore"] is None else row["healthScore"],
    "remaining-quota": quota.left,
    "clientFirstName": lambda _world, _row: "",  # no account belongs to a client
}

ROUTES = {("POST", "/email-accounts"): list_email_accounts}
