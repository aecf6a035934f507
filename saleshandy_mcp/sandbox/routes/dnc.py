"""Do Not Contact lists: addresses and domains that get no mail."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import page_meta, page_of
from saleshandy_mcp.sandbox.world.rows import add_dnc_items as add_items
from saleshandy_mcp.sandbox.world.rows import dnc_items_of, dnc_kind
from saleshandy_mcp.sandbox.world.tables import Row, World

PAGE_SIZE = 25


def list_dnc_lists(world: World, request: Request) -> Reply:
    """Answers a plain list, as seen live. Assumed: without sort and sortBy the last changed comes first."""
    query = request.query
    wanted = query.get("search", "").lower()
    rows = [_list_view(world, row) for row in world.dnc_lists.values() if wanted in row["name"].lower()]
    by = query.get("sortBy", "updatedAt")
    rows.sort(key=lambda row: row[by], reverse=query.get("sort", "DESC") == "DESC")
    return done("Success", page_of(rows, query.get("page", 1), query.get("pageSize", PAGE_SIZE)))


def get_dnc_items(world: World, request: Request) -> Reply:
    """The entries stand under two names: the one seen live and the one of the documentation."""
    dnc_list = _list(world, request.path["dncListId"])
    rows = [row for row in dnc_items_of(world, dnc_list["id"]) if _wanted(row, request.query)]
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
    """The lists that hold a match, each with its matches. Assumed: a page counts lists."""
    query = request.query
    found = [(row, [item for item in dnc_items_of(world, row["id"]) if _wanted(item, query)]) for row in _lists(world)]
    found = [(row, items) for row, items in found if items]
    number, size = query.get("page", 1), query.get("pageSize", PAGE_SIZE)
    page = [_found_view(world, row, items) for row, items in page_of(found, number, size)]
    payload = {"dncList": page, "meta": page_meta(len(found), number, size, len(page))}
    return done("Successfully fetched dnc item", payload)


def add_dnc_items(world: World, request: Request) -> Reply:
    """Assumed: one item that is neither an address nor a domain refuses the whole call."""
    dnc_list = _list(world, request.body["dncListId"], code=4000)
    values = list(dict.fromkeys(item.strip().lower() for item in request.body["items"]))
    if bad := [value for value in values if dnc_kind(value) is None]:
        raise app_error(4000, f"Neither an email address nor a domain: {', '.join(bad)}")
    if not values:
        raise app_error(4000, "There is nothing to add")
    add_items(world, dnc_list, values, f"{world.user['firstName']} {world.user['lastName']}", world.now())
    return Reply(200, {"message": "Items added"})


def _lists(world: World) -> list[Row]:
    return list(world.dnc_lists.values())


def _list(world: World, list_id: str, code: int = 40004) -> Row:
    row = world.dnc_lists.get(list_id)
    if row is None:
        raise app_error(code, f"DNC list {list_id} not found")
    return row


def _wanted(row: Row, query: Row) -> bool:
    return query.get("search", "").lower() in row["value"] and query.get("type", "all") in ("all", row["type"])


def _item_view(row: Row) -> Row:
    return {key: value for key, value in row.items() if key != "dncListId"}


def _list_view(world: World, row: Row) -> Row:
    total = len(dnc_items_of(world, row["id"]))
    return {**row, "numberOfItems": total, "total": total}


def _found_view(world: World, row: Row, items: list[Row]) -> Row:
    return {
        "id": row["id"],
        "name": row["name"],
        "numberOfItems": len(dnc_items_of(world, row["id"])),
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
