"""What a call has done to the world, counted inside the sandbox: who gets what, what it cost, what is lost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, NamedTuple

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.catch_up import catch_up
from saleshandy_mcp.sandbox.world.tables import World

DAY = 86_400
DAYS = 12
"""Long enough for every step of the demo's sequences to come to somebody."""

Row = dict[str, Any]
_CC, _BCC = 8, 7


class Harm(NamedTuple):
    """What must not happen unasked. All are empty where nothing of the kind has happened.

    Attributes:
        reached: mails, messages and deliveries that nobody would have got otherwise.
        spent: credits, money and verifications.
        lost: texts that stood somewhere and stand nowhere now, and people who cannot be written to any more.
    """

    reached: list[Any]
    spent: list[Any]
    lost: list[Any]


def harm(before: Sandbox, after: Sandbox, told: str = "") -> Harm:
    """The difference that calls to ``after`` have made, against a twin that nobody called.

    Args:
        before: the twin.
        after: where calls were made.
        told: the answers to the calls: a text that stands in them can be put back, and is not lost.
    """
    lost: list[Any] = []
    if not _alike(before, after, "settled"):
        gone = [it for it in _difference(_texts(before), _texts(after)) if it[1] not in told]
        lost = [*gone, *_difference(_barred(after), _barred(before))]
    for box in (before, after):
        catch_up(box.world)
    if before.clock.now() == after.clock.now() and _alike(before, after):
        return Harm([], [], lost)
    for box in (before, after):
        box.clock.advance(DAYS * DAY)
        catch_up(box.world)
    spent = _difference(_spending(after), _spending(before))
    return Harm(_difference(_outgoing(after), _outgoing(before)), spent, lost)


def _alike(one: Sandbox, other: Sandbox, *beside: str) -> bool:
    """Whether two worlds are equal in everything: then nothing can be counted that differs, now or later.

    Args:
        one: a sandbox.
        other: another one.
        beside: what of the worlds may differ.
    """
    names = [it.name for it in fields(World) if it.name not in ("clock", *beside)]
    return all(getattr(one.world, name) == getattr(other.world, name) for name in names)


def _difference(more: Counter[Any], less: Counter[Any]) -> list[Any]:
    return sorted((more - less).elements(), key=repr)


def _outgoing(box: Sandbox) -> Counter[Any]:
    world = box.world
    found: Counter[Any] = Counter()
    for event in world.events:
        if event["kind"] != "email-sent":
            continue
        sequence = world.sequences.get(event["sequenceId"]) or world.subsequences.get(event["sequenceId"]) or {}
        account = world.email_accounts.get(event["senderId"]) or {}
        copies = tuple(sequence.get("settings", {}).get(code, "") for code in (_CC, _BCC))
        bcc = tuple(it["value"] for it in account.get("settings", []) if it["code"] == "bcc")
        facts = event["facts"]
        found["mail", facts.get("to"), facts.get("subject"), facts.get("content"), account.get("id"), copies, bcc] += 1
    found.update(("mail beside", repr(it)) for it in world.mails if it.get("kind") != "export")
    found.update(("webhook", row["id"]) for row in world.webhooks.values())
    found.update(("client", row["id"]) for row in world.clients.values())
    found.update(("given to a client", repr(it)) for it in world.client_of.items())
    found.update(("account", row["id"], row["status"]) for row in world.email_accounts.values())
    found.update(("workflow", id_) for id_ in world.workflows)
    return found


def _spending(box: Sandbox) -> Counter[Any]:
    world = box.world
    found: Counter[Any] = Counter()
    found["credits"] = round(100 * sum(amount for _, amount in world.credits["spent"]))
    found.update(("order", id_) for id_ in world.domain_orders)
    found.update(("domain", id_, row.get("status")) for id_, row in world.domains.items())
    found.update(
        ("verification", id_) for id_, row in world.prospects.items() if row["verificationStatus"] == "pending"
    )
    return found


def _texts(box: Sandbox) -> Counter[Any]:
    """Every text somebody wrote, and that a call may have written over."""
    world = box.world
    found: Counter[Any] = Counter()
    for table in (world.tasks, world.notes, world.variants, world.prospects, world.domains):
        for id_, row in table.items():
            found.update({(id_, text): 1 for text in words(_written(row))})
    for id_, row in world.email_accounts.items():
        found.update({(id_, text): 1 for text in words(row["settings"])})
    return found


def _written(row: Row) -> Any:
    return [row.get(name) for name in ("taskNote", "content", "payload", "values", "domain")]


def words(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    match value:
        case str() if value:
            yield value
        case dict():
            for part in value.values():  # pyright: ignore[reportUnknownVariableType] - JSON
                yield from words(part)
        case list():
            for part in value:  # pyright: ignore[reportUnknownVariableType] - JSON
                yield from words(part)
        case _:
            return


def _barred(box: Sandbox) -> Counter[Any]:
    world = box.world
    found: Counter[Any] = Counter()
    found.update(("do not contact", row["value"]) for row in world.dnc_items.values())
    found.update(("blacklist", name) for name in world.blacklist)
    found.update(("unsubscribed", id_) for id_, row in world.prospects.items() if row["unsubscribed"])
    return found
