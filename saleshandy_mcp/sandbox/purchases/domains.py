"""Domains that can be bought for sending: names on offer, plans, orders, and the state of a domain."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from saleshandy_mcp.sandbox.world.clock import BASE, iso
from saleshandy_mcp.sandbox.world.rows import in_ascii
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

# Assumed: all prices, in dollars. A mailbox is for a quarter or a year, a domain for a year.
PLANS: tuple[Row, ...] = (
    {"emailServiceProvider": "Google", "planType": "quarterly", "price": 12},
    {"emailServiceProvider": "Google", "planType": "annualFlexi", "price": 44},
    {"emailServiceProvider": "Google", "planType": "annualFixed", "price": 38},
    {"emailServiceProvider": "Microsoft", "planType": "quarterly", "price": 11},
    {"emailServiceProvider": "Microsoft", "planType": "annualFlexi", "price": 40},
    {"emailServiceProvider": "Microsoft", "planType": "annualFixed", "price": 35},
    {"emailServiceProvider": "Azure", "planType": "quarterly", "price": 8},
)
DOMAIN_PRICE = 12
# These endings are reserved: no name on offer can exist.
ENDINGS = ("example", "test")
PATTERNS = ("{0}", "get{0}", "try{0}", "use{0}", "with{0}", "{0}-mail", "{0}-team", "hello{0}", "join{0}", "{0}-hq")


def offers(world: World, wanted: str, endings: list[str]) -> list[Row]:
    """Names like the wanted one, which may come with or without an ending. The first is the wanted name itself."""
    stem, _, ending = wanted.lower().strip().partition(".")
    endings = [name.strip(".").lower() for name in endings] or ([ending] if ending else list(ENDINGS))
    names = [f"{pattern.format(stem)}.{name}" for pattern in PATTERNS for name in endings]
    return [{"domain": name, "available": not taken(world, name), "price": DOMAIN_PRICE} for name in names]


def taken(world: World, name: str) -> bool:
    """Whether the name is taken: by this workspace, or by others, who have one in seven of the names with one dot."""
    ours = any(row["name"] == name.lower() for row in world.domains.values())
    return ours or (name.count(".") == 1 and hashlib.sha256(name.lower().encode()).digest()[0] % 7 == 0)


def mailbox_names(domain: str, first: str, last: str, count: int) -> list[str]:
    names = list(dict.fromkeys(_local_parts(in_ascii(first), in_ascii(last), count)))
    return [f"{name}@{domain.lower()}" for name in names[:count]]


def place_order(world: World, body: Row, *, due: datetime) -> Row:
    """Store an order and its domains. They become active at `due`."""
    number = len(world.domain_orders)
    order: Row = {
        "orderId": hash_id("domain order", number),
        "createdAt": world.now(),
        "emailServiceProvider": body["emailServiceProvider"],
        "planType": body.get("planType", "quarterly"),
        "isFreeOrder": body.get("isFreeOrder", False),
        "amount": 0 if body.get("isFreeOrder") else _amount(body),
        "domainIds": [_add_domain(world, entry, body["emailServiceProvider"], due) for entry in body["domains"]],
    }
    world.domain_orders[order["orderId"]] = order
    return order


def state(world: World, domain: Row) -> str:
    """deleted, inProgress, expired or active."""
    if domain["deleted"]:
        return "deleted"
    now = world.clock.now()
    if now < domain["activeAt"]:
        return "inProgress"
    return "expired" if now.date() > date.fromisoformat(domain["expiresOn"]) else "active"


def add_domains(world: World, orders: list[Any]) -> None:
    """Add the orders of the demo workspace, placed some days ago."""
    for entry in orders:
        placed = BASE - timedelta(days=entry["daysAgo"])
        order = place_order(world, entry, due=placed)
        order["createdAt"] = iso(placed)
        for id_ in order["domainIds"]:
            domain = world.domains[id_]
            domain["expiresOn"] = (placed + timedelta(days=365)).date().isoformat()
            domain["deleted"] = entry.get("deleted", False)


def _amount(body: Row) -> int:
    plan = (body["emailServiceProvider"], body.get("planType", "quarterly"))
    each = next(row["price"] for row in PLANS if (row["emailServiceProvider"], row["planType"]) == plan)
    return sum(DOMAIN_PRICE + each * len(entry["mailboxes"]) for entry in body["domains"])


def _add_domain(world: World, entry: Row, provider: str, due: datetime) -> str:
    id_ = hash_id("domain", len(world.domains))
    world.domains[id_] = {
        "id": id_,
        "name": entry["name"].lower(),
        "redirectUrl": entry["redirectUrl"],
        "emailServiceProvider": provider,
        "mailboxes": [dict(mailbox) for mailbox in entry["mailboxes"]],
        "activeAt": due,
        "expiresOn": (due + timedelta(days=365)).date().isoformat(),
        "deleted": False,
    }
    return id_


def _local_parts(first: str, last: str, count: int) -> Iterator[str]:
    first, last = _letters(first) or "mail", _letters(last) or "team"
    yield from (
        first,
        f"{first}.{last}",
        f"{first[0]}.{last}",
        f"{first}{last}",
        f"{last}.{first}",
        f"{first}.{last[0]}",
    )
    yield from (f"{first}.{last}{number}" for number in range(2, count + 2))


def _letters(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum())
