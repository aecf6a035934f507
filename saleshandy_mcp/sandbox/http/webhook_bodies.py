"""The body of a call to a webhook. Only that of email-sent is published in full; the others are assumed."""

import hashlib
import string

from saleshandy_mcp.sandbox.simulation import threads
from saleshandy_mcp.sandbox.simulation.events import Kind, latest
from saleshandy_mcp.sandbox.world.tables import Row, World

# Facts of one kind of event are put beside prospect, sequence and user, where live receivers read them.
BESIDE = {"newOutcome": "newOutcome", "oldOutcome": "oldOutcome", "reason": "bounceReason"}
LAST_STATUS: tuple[tuple[Kind, str], ...] = (
    ("prospect-unsubscribed", "Unsubscribed"),
    ("email-bounced", "Bounced"),
    ("reply-received", "Replied"),
    ("prospect-finished", "Finished"),
)


def body(world: World, event: Row) -> Row:
    """The JSON of one delivery. Parts that the event has nothing for are left out."""
    prospect = world.prospects.get(event["prospectId"])
    sequence = world.sequence(event["sequenceId"])
    content: Row = {"event": event["kind"], _time_key(event["kind"]): event["at"]}
    if prospect is not None:
        content["prospect"] = _prospect(world, prospect)
    if sequence is not None:
        content["sequence"] = _sequence(world, sequence, event)
    content["user"] = {**{key: world.user[key] for key in ("firstName", "lastName", "email")}, "jobRole": "Owner"}
    content.update({name: event["facts"][fact] for fact, name in BESIDE.items() if fact in event["facts"]})
    if event["kind"] == "reply-received":
        content["receivedReplyMessage"] = event["facts"].get("content", "")
        content["conversationId"] = threads.thread_id(event["sequenceId"], event["prospectId"])
    if event["kind"] == "email-opened":
        content["openCount"] = _opens(world, event)
    return content


def _time_key(kind: str) -> str:
    """The key of the time: emailSentAt for email-sent, and by the same rule for the others."""
    first, *others = kind.split("-")
    return first + "".join(map(str.capitalize, others)) + "At"


def _prospect(world: World, row: Row) -> Row:
    built_in = {label for label, entry in world.labels().items() if entry["isDefault"]}
    profile = {_camel(label): value for label, value in row["values"].items() if label in built_in}
    custom = {_snake(label): value for label, value in row["values"].items() if label not in built_in}
    status = next((word for kind, word in LAST_STATUS if latest(world, kind, prospectId=row["id"])), "Active")
    known = {"prospectCreatedAt": row["createdAt"], "email": row["email"], "latestStatus": status}
    return {**custom, **profile, **known, "tag": list(row["tags"])}


def _sequence(world: World, row: Row, event: Row) -> Row:
    change = threads.changes(world).get((row["id"], event["prospectId"]))
    content: Row = {
        "id": _numeric(row["id"]),
        "sequenceName": row["title"],
        "latestOutcome": threads.outcome(change),
        "dealValue": str(0 if change is None else change["facts"].get("dealValue", 0)),
    }
    steps = [step["id"] for step in world.steps_of(row["id"])]
    if event["stepId"] in steps:
        content |= {"stepID": event["stepId"], "stepNumber": str(steps.index(event["stepId"]) + 1)}
    variants = [variant["id"] for variant in world.variants_of(event["stepId"])]
    if event["variantId"] in variants:
        content["variant"] = string.ascii_uppercase[variants.index(event["variantId"])]
    if event["senderId"] in world.email_accounts:
        content["senderEmail"] = world.email_accounts[event["senderId"]]["fromEmail"]
    return content | _mail(event)


def _mail(event: Row) -> Row:
    facts = event["facts"]
    if event["kind"] != "email-sent" or "subject" not in facts:
        return {}
    return {
        "isSentAsNewThread": facts.get("newThread", True),
        "emailSubject": facts["subject"],
        "emailBody": facts.get("content", ""),
        "containsLink": "<a " in facts.get("content", ""),
        "containsAttachment": False,
    }


def _opens(world: World, event: Row) -> int:
    places = ("sequenceId", "stepId", "prospectId")
    same = [entry for entry in world.events if all(entry[key] == event[key] for key in places)]
    return sum(entry["kind"] == "email-opened" for entry in same)


def _numeric(id_: str) -> str:
    """Six digits that are not the public id, as the live API sends them."""
    return str(100_000 + int(hashlib.sha256(id_.encode()).hexdigest(), 16) % 900_000)


def _camel(label: str) -> str:
    text = label.replace(" ", "")
    return text[:1].lower() + text[1:]


def _snake(label: str) -> str:
    return label.lower().replace(" ", "_")
