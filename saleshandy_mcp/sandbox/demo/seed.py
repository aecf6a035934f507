"""Makes the demo workspace: the same rows with the same ids on every start."""

import pickle
import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from saleshandy_mcp.sandbox.demo import people, seed_work
from saleshandy_mcp.sandbox.demo.history import add_history
from saleshandy_mcp.sandbox.demo.seed_people import add_people
from saleshandy_mcp.sandbox.simulation import quota
from saleshandy_mcp.sandbox.simulation.imports import verification_result
from saleshandy_mcp.sandbox.world.clock import BASE, Clock, iso
from saleshandy_mcp.sandbox.world.rows import EMAIL, add_sequence, add_step, new_sequence, new_step
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id, put

ACCOUNT_TYPES = {"gsuite": 1, "outlook": 2, "smtp-imap": 3}  # only 3 is in a sample; the others are assumed
# Channel -> the property of its payload that holds the text.
TEXT_PROPERTY = {2: "connectionNote", 3: "message"}


# Seed -> the tables as bytes. A copy of them is many times quicker than making them again.
_MADE: dict[int, dict[str, bytes]] = {}


def demo_world(clock: Clock, seed: int = 0) -> World:
    """The demo workspace. The seed changes what people do; people and sequences are always the same."""
    if seed not in _MADE:
        tables = vars(_made(clock, seed)).items()
        _MADE[seed] = {name: pickle.dumps(table) for name, table in tables if name != "clock"}
    return World.packed(clock, _MADE[seed])


def _made(clock: Clock, seed: int) -> World:
    demo, sequences = _data("workspace.toml"), _data("sequences.toml")["sequences"]
    world = World(clock, seed=seed, user=dict(demo["user"]))
    put(world.fields, _fields(demo["fields"]))
    put(world.schedules, map(_schedule, range(len(demo["schedules"])), demo["schedules"]))
    put(world.email_accounts, map(_email_account, range(len(demo["senders"])), demo["senders"]))
    limits = [entry["quota"] for entry in demo["senders"]]
    world.outboxes.update(zip(world.email_accounts, map(quota.new_outbox, limits), strict=True))
    for number, values in enumerate(people.people()):
        world.add_prospect(_prospect(number, values))
    for number, entry in enumerate(sequences):
        _add_sequence(world, number, entry)
    _enrol(world, sequences)
    add_people(world)
    seed_work.add_work(world)
    add_history(world)
    world.changed_people.clear()
    return world


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("saleshandy_mcp.sandbox.demo").joinpath(name).read_text(encoding="utf-8"))


def _fields(entry: Row) -> list[Row]:
    built_in = [(label, "text", True) for label in entry["text"]]
    custom = [(field["label"], field["type"], False) for field in entry["custom"]]
    return [
        {"id": hash_id("field", label), "label": label, "fieldType": kind, "isDefault": default}
        for label, kind, default in built_in + custom
    ]


def _schedule(number: int, entry: Row) -> Row:
    slots = [
        {"start": {"hour": start, "minute": 0}, "end": {"hour": end, "minute": 0}} for start, end in entry["hours"]
    ]
    return {
        "id": hash_id("schedule", number),
        "name": entry["name"],
        "timezone": entry["timezone"],
        "isDefault": number == 0,
        "timeSlots": [{"day": day, "slots": slots if day in entry["days"] else []} for day in range(7)],
    }


def _email_account(number: int, entry: Row) -> Row:
    signature = f"<p>{entry['name']}<br>Lanternworks, 1 Sample Street, 2100 Copenhagen, Denmark</p>"
    values = {quota.LEFT: "", "signature": signature}
    id_ = hash_id("email account", number)
    return {
        "id": id_,
        "fromName": entry["name"],
        "fromEmail": entry["address"],
        "type": ACCOUNT_TYPES[entry["provider"]],
        "status": entry["status"],
        "isDefault": number == 0,
        "createdAt": iso(_days_ago(300 - 31 * number)),
        "healthScore": entry.get("health"),
        "emailServiceProvider": entry["provider"],
        "settings": [{"id": hash_id(id_, code), "code": code, "value": value} for code, value in values.items()],
    }


def _prospect(number: int, values: dict[str, str]) -> Row:
    email = values.pop("Email")
    bounced = number % 50 == 17
    return {
        "id": hash_id("prospect", email),
        "createdAt": iso(_days_ago(120) + number * timedelta(hours=7)),
        "email": email,
        "verificationStatus": "bad" if bounced else "skip" if number % 11 == 0 else verification_result(email),
        "verifiedAt": None,
        "values": values,
        "tags": [],
        "unsubscribed": number % 33 == 5,
        "bounced": bounced,
    }


def _add_sequence(world: World, number: int, entry: Row) -> None:
    by_address = {row["fromEmail"]: row["id"] for row in world.email_accounts.values()}
    by_name = {row["name"]: row["id"] for row in world.schedules.values()}
    created_at = iso(_days_ago(max(58, 20 + 40 * number)))
    sequence = new_sequence(hash_id("sequence", number), entry["title"], created_at)
    sequence["active"] = entry.get("active", False)
    sequence["emailAccountIds"] = [by_address[address] for address in entry["senders"]]
    sequence["scheduleId"] = by_name[entry["schedule"]] if "schedule" in entry else world.default(world.schedules)["id"]
    if "owner" in entry:
        sequence["ownerId"] = entry["owner"]
    add_sequence(world, sequence)
    for step in entry["steps"]:
        body: Row = {"type": step["channel"], "absoluteDays": step["day"]}
        variants = [_variant(step["channel"], variant) for variant in step["variants"]]
        add_step(world, new_step(world, sequence["id"], body), variants)


def _variant(channel: int, entry: Row) -> Row:
    if channel == EMAIL:
        paragraphs = entry["text"].strip().split("\n\n")
        content = "".join(f"<p>{' '.join(paragraph.split())}</p>" for paragraph in paragraphs)
        return {"payload": {"subject": entry["subject"], "content": content}}
    if channel in TEXT_PROPERTY:
        return {"payload": {TEXT_PROPERTY[channel]: entry["text"]}}
    return {"payload": {}, "taskNote": entry.get("text")}


def _enrol(world: World, entries: list[Row]) -> None:
    """Put each person into one sequence at most. The last people are in none."""
    waiting = iter(world.prospects)
    for sequence_id, entry in zip(world.sequences, entries, strict=True):
        for step, count in zip(world.steps_of(sequence_id), entry["people"], strict=False):
            step_id: str = step["id"]
            world.enrolments[sequence_id].update(dict.fromkeys(islice(waiting, count), step_id))


def _days_ago(days: int) -> datetime:
    return BASE - timedelta(days=days)
