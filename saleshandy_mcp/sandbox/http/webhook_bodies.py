"""What a webhook is told of an event. Only the body of email-sent is published in full; of the others it is assumed."""

import hashlib
import string

from saleshandy_mcp.sandbox.simulation import threads
from saleshandy_mcp.sandbox.simulation.events import Kind, latest
from saleshandy_mcp.sandbox.world.tables import Row, World

# Where live receivers look for what belongs to one kind of event: beside prospect, sequence and user.
BESIDE = {"newOutcome": "newOutcome", "oldOutcome": "oldOutcome", "reason": "bounceReason"}
LAST_STATUS: tuple[tuple[Kind, str], ...] = (
    ("prospect-unsubscribed", "Unsubscribed"),
    ("email-bounced", "Bounced"),
    ("reply-received", "Replied"),
    ("prospect-finished", "Finished"),
)


def body(world: World, event: Row) -> Row:
    """The JSON of one delivery; parts that an event says nothing of are left out."""
    prospect = world.prospects.get(event["prospectId"])
    sequence = world.sequences.get(event["sequenceId"])
    told: Row = {"event": event["kind"], _time_key(event["kind"]): event["at"]}
    if prospect is not None:
        told["prospect"] = _prospect(world, prospect)
    if sequence is not None:
        told["sequence"] = _sequence(world, sequence, event)
    told["user"] = {**{key: world.user[key] for key in ("firstName", "lastName", "email")}, "jobRole": "Owner"}
    told.update({name: event["facts"][fact] for fact, name in BESIDE.items() if fact in event["facts"]})
    if event["kind"] == "reply-received":
        told["receivedReplyMessage"] = event["facts"].get("content", "")
        told["conversationId"] = threads.thread_id(event["sequenceId"], event["prospectId"])
    if event["kind"] == "email-opened":
        told["openCount"] = _opens(world, event)
    return told


def _time_key(kind: str) -> str:
    """For email-sent that is emailSentAt; the others by the same rule."""
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
    told: Row = {
        "id": _numeric(row["id"]),
        "sequenceName": row["title"],
        "latestOutcome": threads.outcome(change),
        "dealValue": str(0 if change is None else change["facts"].get("dealValue", 0)),
    }
    steps = [step["id"] for step in world.steps_of(row["id"])]
    if event["stepId"] in steps:
        told |= {"stepID": event["stepId"], "stepNumber": str(steps.index(event["stepId"]) + 1)}
    variants = [variant["id"] for variant in world.variants_of(event["stepId"])]
    if event["variantId"] in variants:
        told["variant"] = string.ascii_uppercase[variants.index(event["variantId"])]
    if event["senderId"] in world.email_accounts:
        told["senderEmail"] = world.email_accounts[event["senderId"]]["fromEmail"]
    return told | _mail(event)


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
    """Six digits; not the public id, as in life."""
    return str(100_000 + int(hashlib.sha256(id_.encode()).hexdigest(), 16) % 900_000)


def _camel(label: str) -> str:
    text = label.replace(" ", "")
    return text[:1].lower() + text[1:]


def _snake(label: str) -> str:
    return label.lower().replace(" ", "_")
