"""Do Not Contact lists: addresses and domains nobody writes to."""

import re

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import page_meta, page_of
from saleshandy_mcp.sandbox.simulation.imports import ADDRESS
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

PAGE_SIZE = 25
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def list_dnc_lists(world: World, request: Request) -> Reply:
    """Live a plain list. The order without sort and sortBy is assumed: last changed first."""
    query = request.query
    wanted = query.get("search", "").lower()
    rows = [_list_view(world, row) for row in world.dnc_lists.values() if wanted in row["name"].lower()]
    by = query.get("sortBy", "updatedAt")
    rows.sort(key=lambda row: row[by], reverse=query.get("sort", "DESC") == "DESC")
    return done("Success", page_of(rows, query.get("page", 1), query.get("pageSize", PAGE_SIZE)))


def get_dnc_items(world: World, request: Request) -> Reply:
    """The entries under both names: the one seen live, and the one of the documentation."""
    dnc_list = _list(world, request.path["dncListId"])
    rows = [row for row in _items(world, dnc_list["id"]) if _wanted(row, request.query)]
    number, size = request.query.get("page", 1), request.query.get("pageSize", PAGE_SIZE)
    page = [_item_view(row) for row in page_of(rows, number, size)]
    payload = {
        "message": "Successfully fetched dnc item",
        "dncListDetails": page,
        "dncDetails": page,
        "meta": page_meta(len(rows), number, size, len(page)),
    }
    return done("Successfully fetched dnc item", payload)


def search_dnc_item(world: World, request: Request) -> Reply:
    """The lists that hold something fitting, with what fits; pages are of lists (assumed)."""
    query = request.query
    found = [(row, [item for item in _items(world, row["id"]) if _wanted(item, query)]) for row in _lists(world)]
    found = [(row, items) for row, items in found if items]
    number, size = query.get("page", 1), query.get("pageSize", PAGE_SIZE)
    page = [_found_view(world, row, items) for row, items in page_of(found, number, size)]
    payload = {"dncList": page, "meta": page_meta(len(found), number, size, len(page))}
    return done("Successfully fetched dnc item", payload)


def add_dnc_items(world: World, request: Request) -> Reply:
    """What is in the list already stays as it is; one item that is neither address nor domain refuses all (assumed)."""
    dnc_list = _list(world, request.body["dncListId"], code=4000)
    values = list(dict.fromkeys(item.strip().lower() for item in request.body["items"]))
    if bad := [value for value in values if kind(value) is None]:
        raise app_error(4000, f"Neither an email address nor a domain: {', '.join(bad)}")
    if not values:
        raise app_error(4000, "There is nothing to add")
    add(world, dnc_list, values, f"{world.user['firstName']} {world.user['lastName']}", world.now())
    return Reply(200, {"message": "Items added"})


def kind(value: str) -> str | None:
    """The server works out what a value is."""
    if ADDRESS.fullmatch(value):
        return "email"
    return "domain" if DOMAIN.fullmatch(value) else None


def add(world: World, dnc_list: Row, values: list[str], who: str, at: str) -> None:
    present = {row["value"] for row in _items(world, dnc_list["id"])}
    for value in values:
        if value not in present:
            row: Row = {"id": hash_id("dnc", dnc_list["id"], value), "value": value, "type": kind(value)}
            world.dnc_items[row["id"]] = {**row, "createdAt": at, "addedBy": who, "dncListId": dnc_list["id"]}
            dnc_list["updatedAt"] = at


def _lists(world: World) -> list[Row]:
    return list(world.dnc_lists.values())


def _list(world: World, list_id: str, code: int = 40004) -> Row:
    row = world.dnc_lists.get(list_id)
    if row is None:
        raise app_error(code, f"DNC list {list_id} not found")
    return row


def _items(world: World, list_id: str) -> list[Row]:
    return [row for row in world.dnc_items.values() if row["dncListId"] == list_id]


def _wanted(row: Row, query: Row) -> bool:
    return query.get("search", "").lower() in row["value"] and query.get("type", "all") in ("all", row["type"])


def _item_view(row: Row) -> Row:
    return {key: value for key, value in row.items() if key != "dncListId"}


def _list_view(world: World, row: Row) -> Row:
    total = len(_items(world, row["id"]))
    return {**row, "numberOfItems": total, "total": total}


def _found_view(world: World, row: Row, items: list[Row]) -> Row:
    return {
        "id": row["id"],
        "name": row["name"],
        "numberOfItems": len(_items(world, row["id"])),
        "createdAt": row["createdAt"],
        "updatedAt": row["updatedAt"],
        "addedBy": row["createdBy"],
        "ownerId": str(world.user["id"]),
        "dncItems": [_item_view(item) for item in items],
    }


ROUTES = {
    ("GET", "/dnc"): list_dnc_lists,
    ("GET", "/dnc/{dncListId}"): get_dnc_items,
    ("GET", "/dnc/item/search"): search_dnc_item,
    ("POST", "/dnc"): add_dnc_items,
}
