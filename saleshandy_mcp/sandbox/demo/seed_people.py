"""What the demo workspace has beside people and sequences: team, clients, tags, notes, Do Not Contact lists."""

import tomllib
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from saleshandy_mcp.sandbox.world import rows
from saleshandy_mcp.sandbox.world.clock import BASE, iso
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id


def add_people(world: World) -> None:
    """Add all of it to a world that has its user, fields, prospects and sequences."""
    demo = _data()
    members = [{**world.user, "id": str(world.user["id"])}, *demo["members"]]
    world.members.update({member["id"]: dict(member) for member in members})
    world.labels()["Plan"]["metadata"] = {"options": list(demo["plans"])}
    for number, entry in enumerate(demo["clients"]):
        rows.add_client(world, entry, _days_ago(180 - 50 * number))
    people = list(world.prospects.values())
    _tag(world, people, demo["tags"])
    _write_notes(world, people, demo["notes"])
    for entry in demo["dnc"]:
        _add_dnc_list(world, entry)
    entry = demo["subsequence"]
    parent = next(row for row in world.sequences.values() if row["title"] == entry["parent"])
    subsequence = rows.new_subsequence(world, parent, entry["title"], _days_ago(10))
    subsequence |= {
        "conditions": rows.with_condition_ids(subsequence, entry["conditions"]),
        "firstStepRelativeDays": entry["firstStepRelativeDays"],
    }
    rows.add_subsequence(world, subsequence)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("saleshandy_mcp.sandbox.demo").joinpath("seed_people.toml").read_text(encoding="utf-8"))


def _tag(world: World, people: list[Row], entries: list[Row]) -> None:
    world.tag(entry["name"] for entry in entries)
    for entry in entries:
        for prospect in people[entry["first"] :: entry["every"]]:
            prospect["tags"].append(entry["name"])


def _write_notes(world: World, people: list[Row], entries: list[Row]) -> None:
    authors: list[Row] = [world.user, *_data()["members"]]
    for entry in entries:
        who: int = entry["author"]
        about: int = entry["person"]
        body = {"visibility": rows.VISIBLE_TO_TEAM, **entry}
        rows.add_note(world, people[about]["id"], body, authors[who], _days_ago(entry["days"]))


def _add_dnc_list(world: World, entry: Row) -> None:
    begun, who = _days_ago(entry["days"]), f"{world.user['firstName']} {world.user['lastName']}"
    row: Row = {"id": hash_id("dnc list", entry["name"]), "name": entry["name"], "createdAt": begun, "createdBy": who}
    row["updatedAt"] = begun
    world.dnc_lists[row["id"]] = row
    rows.add_dnc_items(world, row, entry["items"], who, begun)


def _days_ago(days: int) -> str:
    return iso(BASE - timedelta(days=days))
