"""What `GET /sandbox/state` answers: counts, and what tests ask for most."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from saleshandy_mcp.sandbox.world.tables import Row, World


def snapshot(world: World, *, limits: bool, requests: Mapping[str, int], faults: list[Row]) -> dict[str, Any]:
    return {
        "now": world.now(),
        "speed": world.clock.speed,
        "limits": limits,
        "counts": {
            "sequences": len(world.sequences),
            "steps": len(world.steps),
            "variants": len(world.variants),
            "prospects": len(world.prospects),
            "emailAccounts": len(world.email_accounts),
            "schedules": len(world.schedules),
            "fields": len(world.fields),
            "imports": len(world.imports),
        },
        "events": dict(Counter(event["kind"] for event in world.events)),
        "sequences": [_sequence(world, row) for row in world.sequences.values()],
        "subsequences": [_sequence(world, row) for row in world.subsequences.values()],
        "imports": [_import(job) for job in world.imports.values()],
        "requests": dict(requests),
        "faults": faults,
    }


def _sequence(world: World, sequence: Row) -> Row:
    steps = [step["id"] for step in world.steps_of(sequence["id"])]
    people = Counter(world.enrolments[sequence["id"]].values())
    return {
        "id": sequence["id"],
        "title": sequence["title"],
        "active": sequence["active"],
        "steps": len(steps),
        "prospects": people.total(),
        "prospectsByStep": {step_id: people[step_id] for step_id in steps},
        "emailAccounts": [world.email_accounts[id_]["fromEmail"] for id_ in sequence["emailAccountIds"]],
        "events": dict(Counter(it["kind"] for it in world.events if it["sequenceId"] == sequence["id"])),
    }


def _import(job: Row) -> Row:
    return {
        "requestId": job["requestId"],
        "stepId": job["stepId"],
        "rows": len(job["rows"]),
        "imported": job["imported"],
        "updated": job["updated"],
        "refused": len(job["refused"]),
        "isCompleted": job["isCompleted"],
        "reasons": dict(Counter(reason for _, reason in job["refused"])),
    }
