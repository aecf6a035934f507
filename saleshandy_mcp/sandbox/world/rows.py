"""New rows with their defaults, and how they are put into their tables. Nothing is checked here: routes do that."""

import hashlib
import re
import unicodedata

from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id, put

EMAIL = 1
"""The channel code of an Email step."""
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")

# Defaults of a new sequence are assumed, except that of code 13.
DEFAULT_SETTINGS = {
    1: "",
    2: "",
    3: "1",
    4: "0",
    5: "1",
    6: "0",
    7: "[]",
    8: "[]",
    9: "0",
    10: "0",
    11: "0",
    12: "1",
    13: "0",
}
BALANCED_SENDING = 3
NORMAL_PRIORITY = 3
CONDITION_ID_LENGTH = 11
# Written as a digit, read as a word; only the second word is in a sample.
PERMISSIONS = {"1": "full-access", "2": "limited-access"}
VISIBLE_TO_TEAM = "1"
PUBLISHED = "1"


def new_sequence(id_: str, title: str, created_at: str) -> Row:
    return {
        "id": id_,
        "title": title,
        "active": False,
        "createdAt": created_at,
        "scheduleId": None,
        "emailAccountIds": [],
        "settings": dict(DEFAULT_SETTINGS),
        "priorityDistributionId": BALANCED_SENDING,
    }


def add_sequence(world: World, row: Row) -> None:
    world.sequences[row["id"]] = row
    world.enrolments[row["id"]] = {}


def new_subsequence(world: World, parent: Row, title: str, created_at: str) -> Row:
    """Paused and without steps, as a new sequence is. Senders and schedule are those of its parent (assumed)."""
    row = new_sequence(hash_id("subsequence", len(world.subsequences)), title, created_at)
    return row | {
        "parentId": parent["id"],
        "emailAccountIds": list(parent["emailAccountIds"]),
        "scheduleId": parent["scheduleId"],
        "firstStepRelativeDays": 1,
        "conditions": [],
    }


def add_subsequence(world: World, row: Row) -> None:
    world.subsequences[row["id"]] = row
    world.enrolments[row["id"]] = {}


def with_condition_ids(subsequence: Row, conditions: list[Row]) -> list[Row]:
    """The conditions; one that comes without an id gets one of eleven hexadecimal digits."""
    numbered = enumerate(conditions)
    return [{"conditionId": _condition_id(subsequence["id"], number), **entry} for number, entry in numbered]


def new_step(world: World, sequence_id: str, body: Row) -> Row:
    return {
        "id": hash_id("step", len(world.steps)),
        "sequenceId": sequence_id,
        "type": body["type"],
        "absoluteDays": body["absoluteDays"],
        "priority": body.get("priority", NORMAL_PRIORITY),
        "assigneeId": body.get("assigneeId"),
    }


def new_variant(world: World, step: Row, body: Row) -> Row:
    return {
        "id": hash_id("variant", len(world.variants)),
        "stepId": step["id"],
        "type": step["type"],
        "status": 1,
        "payload": body["payload"],
        "taskNote": body.get("taskNote"),
        "attachmentIds": body.get("attachmentIds", []),
    }


def add_step(world: World, step: Row, variants: list[Row]) -> None:
    world.steps[step["id"]] = step
    for variant in variants:
        put(world.variants, [new_variant(world, step, variant)])


def add_client(world: World, entry: Row, at: str) -> None:
    shown = ("firstName", "lastName", "email", "companyName")
    row: Row = {"id": hash_id("client", len(world.clients)), **{key: entry[key] for key in shown}}
    world.clients[row["id"]] = {**row, "permission": PERMISSIONS[entry["permission"]], "createdDate": at}


def owner_of(world: World, sequence: Row) -> Row:
    """The member whom a sequence belongs to; the owner of the key unless it says otherwise."""
    return world.members.get(sequence.get("ownerId", ""), world.user)


def client_of(world: World, resource_id: str) -> Row | None:
    """The client that a sequence or an email account was assigned to, as other answers show it."""
    client_id = world.client_of.get(resource_id)
    if client_id is None:
        return None
    return {key: world.clients[client_id][key] for key in ("id", "companyName", "firstName", "lastName", "email")}


def add_note(world: World, prospect_id: str, body: Row, author: Row, at: str) -> Row:
    row: Row = {
        "id": hash_id("note", len(world.notes)),
        "prospectId": prospect_id,
        "visibility": body["visibility"],
        "status": body.get("status", PUBLISHED),
        "content": body["content"],
        "attachmentIds": body.get("attachmentIds", []),
        "pinnedAt": None,
        "createdAt": at,
        "updatedAt": at,
        "editedAt": None,
        "author": dict(author),
        "editedBy": None,
    }
    world.notes[row["id"]] = row
    return row


def dnc_kind(value: str) -> str | None:
    """Whether a value, in lower case, is an email address or a domain; None for neither."""
    if ADDRESS.fullmatch(value):
        return "email"
    return "domain" if DOMAIN.fullmatch(value) else None


def dnc_items_of(world: World, list_id: str) -> list[Row]:
    return [row for row in world.dnc_items.values() if row["dncListId"] == list_id]


def add_dnc_items(world: World, dnc_list: Row, values: list[str], who: str, at: str) -> None:
    """Put values into a Do Not Contact list. What is in it already stays as it is."""
    present = {row["value"] for row in dnc_items_of(world, dnc_list["id"])}
    for value in values:
        if value not in present:
            row: Row = {"id": hash_id("dnc", dnc_list["id"], value), "value": value, "type": dnc_kind(value)}
            world.dnc_items[row["id"]] = {**row, "createdAt": at, "addedBy": who, "dncListId": dnc_list["id"]}
            dnc_list["updatedAt"] = at


def in_ascii(name: str) -> str:
    """A name in small ASCII letters, for an address."""
    plain = name.lower().replace("ł", "l").replace("ø", "o")
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()


def _condition_id(subsequence_id: str, number: int) -> str:
    return hashlib.sha256(f"{subsequence_id}/{number}".encode()).hexdigest()[:CONDITION_ID_LENGTH]
