"""Domains for sending: search and order them, read orders, delete them and undo that."""

import re
from datetime import timedelta

from saleshandy_mcp.sandbox.http.message import File, Reply, Request, app_error, done, web_error
from saleshandy_mcp.sandbox.purchases import domains
from saleshandy_mcp.sandbox.routes.blacklist import DOMAIN
from saleshandy_mcp.sandbox.routes.common import page_of
from saleshandy_mcp.sandbox.world.tables import Row, World

OFFERS_PER_PAGE = 10
# An order counts as paid at once, and its domains are active after two minutes.
SECONDS_TO_ACTIVE = 120
LARGEST_PICTURE = 1024 * 1024
PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}
COUNTRY, PHONE = re.compile(r"[A-Z]{2}"), re.compile(r"\+[1-9]\d{6,14}")


def list_domains(world: World, request: Request) -> Reply:
    wanted = request.query.get("search", "").lower()
    rows = [_view(world, row) for row in world.domains.values() if wanted in row["name"]]
    rows.sort(key=lambda row: row["name"], reverse=request.query.get("order") == "Desc")
    return done("Success", {"domains": rows})


def search_domain(world: World, request: Request) -> Reply:
    found = domains.offers(world, request.query["domain"], request.query.get("tld", []))
    if not DOMAIN.fullmatch(found[0]["domain"]):
        raise app_error(4000, f"Not a name for a domain: {request.query['domain']}")
    return done("Success", page_of(found, request.query.get("page", 1), OFFERS_PER_PAGE))


def list_domain_plans(_: World, __: Request) -> Reply:
    return done("Success", [dict(plan) for plan in domains.PLANS])


def generate_mailbox_names(_: World, request: Request) -> Reply:
    body = request.body
    if not DOMAIN.fullmatch(body["domain"].lower()):
        raise app_error(4000, f"Not a valid domain: {body['domain']}")
    return done(
        "Success", domains.mailbox_names(body["domain"], body["firstName"], body["lastName"], body["count"]), 201
    )


def purchase_domain(world: World, request: Request) -> Reply:
    """One mistake refuses the whole order. A free order is answered without a link. Assumed: everybody may have one."""
    body = request.body
    if complaint := _complaint(world, body):
        raise app_error(4000, complaint)
    due = world.clock.now() + timedelta(seconds=SECONDS_TO_ACTIVE)
    order = domains.place_order(world, body, due=due)
    if order["isFreeOrder"]:
        return done("Order created", {"orderId": order["orderId"]})
    link = f"https://checkout.example.com/{order['orderId']}"
    return done("Order created", {"checkoutUrl": link, "orderId": order["orderId"]})


def list_domain_orders(world: World, _: Request) -> Reply:
    return done("Success", [_order_view(world, row) for row in world.domain_orders.values()])


def get_domain_order(world: World, request: Request) -> Reply:
    order = world.domain_orders.get(request.path["orderId"])
    if order is None:
        raise app_error(1001, "Order id is not valid")
    return done("Success", _order_view(world, order))


def delete_domain(world: World, request: Request) -> Reply:
    row = _domain(world, request)
    if domains.state(world, row) in {"deleted", "inProgress"}:  # assumed
        raise app_error(4000, f"Domain {row['name']} is {domains.state(world, row)}")
    row["deleted"] = True
    return Reply(200, {"message": "Domain marked for deletion"})


def revoke_domain(world: World, request: Request) -> Reply:
    """Assumed: a deletion can be undone at any time."""
    row = _domain(world, request)
    if not row["deleted"]:
        raise app_error(4000, f"Domain {row['name']} is not marked for deletion")
    row["deleted"] = False
    return Reply(200, {"message": "Domain deletion revoked"})


def upload_domain_profile_picture(world: World, request: Request) -> Reply:
    """A file that is no picture, or too large, is answered with 415."""
    picture = request.files["file"]
    if len(picture.content) > LARGEST_PICTURE or _kind(picture) is None:
        raise web_error(415, "Only PNG, JPG and GIF up to 1 MB are accepted", "Unsupported Media Type")
    world.pictures.append(picture.name)
    return done("Success", {"id": len(world.pictures)}, 201)


def _complaint(world: World, body: Row) -> str | None:
    """Why an order is refused; None when it is not. The rules are those of the reference. Assumed: they are checked."""
    if body["emailServiceProvider"] == "Azure" and body.get("planType", "quarterly") != "quarterly":
        return "Azure mailboxes are sold by the quarter only"
    if not COUNTRY.fullmatch(body["country"]):
        return "country must be an ISO 3166 alpha-2 code"
    if not PHONE.fullmatch(body["phoneNumber"]):
        return "phoneNumber must be an E.164 number"
    names = [entry["name"].lower() for entry in body["domains"]]
    if len(set(names)) < len(names):
        return "A domain can be ordered once"
    return next(filter(None, (_domain_complaint(world, entry) for entry in body["domains"])), None)


def _domain_complaint(world: World, entry: Row) -> str | None:
    name: str = entry["name"].lower()
    if not DOMAIN.fullmatch(name) or not DOMAIN.fullmatch(entry["redirectUrl"].lower()):
        return f"Not a valid domain: {name if not DOMAIN.fullmatch(name) else entry['redirectUrl']}"
    if domains.taken(world, name):
        return f"Domain {name} is not available"
    for mailbox in entry["mailboxes"]:
        if not mailbox["email"].lower().endswith(f"@{name}"):
            return f"Mailbox {mailbox['email']} is not on {name}"
        if mailbox["profilePicId"] not in range(len(world.pictures) + 1):  # 0 is none
            return f"Profile picture {mailbox['profilePicId']} not found"
    return None


def _domain(world: World, request: Request) -> Row:
    row = world.domains.get(request.path["id"])
    if row is None:
        raise app_error(1001, "Domain id is not valid")
    return row


def _view(world: World, row: Row) -> Row:
    shown = {key: row[key] for key in ("id", "name", "mailboxes")}
    return {**shown, "status": domains.state(world, row)}


def _order_view(world: World, order: Row) -> Row:
    """The order as answers show it. Assumed: its keys."""
    rows = [_view(world, world.domains[id_]) for id_ in order["domainIds"]]
    status = "inProgress" if any(row["status"] == "inProgress" for row in rows) else "completed"
    shown = {key: value for key, value in order.items() if key != "domainIds"}
    return {**shown, "status": status, "domains": [{key: row[key] for key in ("id", "name", "status")} for row in rows]}


def _kind(picture: File) -> str | None:
    return next((kind for start, kind in PICTURES.items() if picture.content.startswith(start)), None)


ROUTES = {
    ("GET", "/domain"): list_domains,
    ("POST", "/domain"): purchase_domain,
    ("GET", "/domain/search"): search_domain,
    ("GET", "/domain/plans"): list_domain_plans,
    ("POST", "/domain/generate-mailbox-names"): generate_mailbox_names,
    ("GET", "/domain/orders"): list_domain_orders,
    ("GET", "/domain/orders/{orderId}"): get_domain_order,
    ("DELETE", "/domain/{id}"): delete_domain,
    ("POST", "/domain/{id}/revoke"): revoke_domain,
    ("POST", "/domain/profile-picture/upload"): upload_domain_profile_picture,
}
