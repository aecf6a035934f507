"""What answers each operation of the contract."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from saleshandy_mcp.sandbox.http.contract import Contract
from saleshandy_mcp.sandbox.http.message import Refusal, Reply, Request
from saleshandy_mcp.sandbox.salessheet import records
from saleshandy_mcp.sandbox.salessheet.assumptions import Assumptions
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.salessheet.errors import Detail, invalid
from saleshandy_mcp.sandbox.salessheet.rules import KINDS, Kind
from saleshandy_mcp.sandbox.world.tables import Row

CONTRACT = Contract("saleshandy_mcp.sandbox.salessheet")
Handler = Callable[[Crm, Request, Assumptions], Reply]


def _me(crm: Crm, _: Request, assumptions: Assumptions) -> Reply:
    return _reply({"user": crm.user, "organization": crm.organization}, assumptions)


def _list(kind: Kind, crm: Crm, request: Request, assumptions: Assumptions) -> Reply:
    rows, meta = records.listed(crm, kind, request.query, assumptions)
    return Reply(200, {"data": rows, "meta": meta} if assumptions.enveloped else rows)


def _get(kind: Kind, crm: Crm, request: Request, assumptions: Assumptions) -> Reply:
    return _reply(records.found(crm, kind, request.path["id"]), assumptions)


def _create(kind: Kind, crm: Crm, request: Request, assumptions: Assumptions) -> Reply:
    return _reply(records.created(crm, kind, request.body), assumptions, 201)


def _replace(kind: Kind, crm: Crm, request: Request, assumptions: Assumptions) -> Reply:
    return _reply(records.replaced(crm, kind, request.path["id"], request.body), assumptions)


def _change(kind: Kind, crm: Crm, request: Request, assumptions: Assumptions) -> Reply:
    return _reply(records.changed(crm, kind, request.path["id"], request.body), assumptions)


def _delete(kind: Kind, crm: Crm, request: Request, _: Assumptions) -> Reply:
    records.deleted(crm, kind, request.path["id"])
    return Reply(204, None)


def _save_batch(kind: Kind, crm: Crm, request: Request, assumptions: Assumptions) -> Reply:
    """Assumed: an item with an id is an update, and so is a contact whose e-mail exists; all others are new."""
    items = cast("list[Row]", request.body)
    if not assumptions.good_items_saved and (wrong := _wrong_items(kind, crm, items)):
        raise invalid(wrong)
    return _reply([_saved(kind, crm, index, item) for index, item in enumerate(items)], assumptions)


def _wrong_items(kind: Kind, crm: Crm, items: list[Row]) -> list[Detail]:
    found: list[Detail] = []
    for index, item in enumerate(items):
        try:
            _judged(kind, crm, item)
        except Refusal as refusal:
            found += [(index, text) for text in _texts(refusal)]
    return found


def _saved(kind: Kind, crm: Crm, index: int, item: Row) -> Row:
    try:
        id_ = _judged(kind, crm, item)
    except Refusal as refusal:
        return {"index": index, "status": "failed", "id": None, "errors": _texts(refusal)}
    given = {name: value for name, value in item.items() if name != "id"}
    if id_ is None:
        return {"index": index, "status": "created", "id": records.created(crm, kind, given)["id"], "errors": []}
    return {"index": index, "status": "updated", "id": records.changed(crm, kind, id_, given)["id"], "errors": []}


def _judged(kind: Kind, crm: Crm, item: Row) -> str | None:
    """The id of the record that an item updates; None for a new one.

    Raises:
        Refusal: when something is wrong with the item.
    """
    given = {name: value for name, value in item.items() if name != "id"}
    if complaints := CONTRACT.shape_complaints(f"{kind.schema}Input", given, ()):
        raise invalid((None, text) for text in complaints)
    id_: Any = item.get("id")
    if id_ is None and given.get("email"):
        wanted = given["email"].lower()
        rows = crm.table(kind.name).values()
        id_ = next((row["id"] for row in rows if (row.get("email") or "").lower() == wanted), None)
    onto = kind.defaults(crm) if id_ is None else records.found(crm, kind, str(id_))
    records.checked(crm, kind, given, onto)
    return None if id_ is None else str(id_)


def _texts(refusal: Refusal) -> list[str]:
    error = refusal.reply.body["error"]
    return [detail["message"] for detail in error["details"]] or [error["message"]]


def _reply(content: Any, assumptions: Assumptions, status: int = 200) -> Reply:
    return Reply(status, {"data": content} if assumptions.enveloped else content)


def _of_kind(kind: Kind) -> dict[tuple[str, str], Handler]:
    many, one = f"/{kind.name}", f"/{kind.name}/{{id}}"
    return {
        ("GET", many): partial(_list, kind),
        ("POST", many): partial(_create, kind),
        ("GET", one): partial(_get, kind),
        ("PUT", one): partial(_replace, kind),
        ("PATCH", one): partial(_change, kind),
        ("DELETE", one): partial(_delete, kind),
        ("POST", f"{many}/batch"): partial(_save_batch, kind),
    }


ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "/me"): _me,
    **{route: handler for kind in KINDS.values() for route, handler in _of_kind(kind).items()},
}
