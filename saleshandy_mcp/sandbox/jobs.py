"""Work that takes a while: accepted now, ended by the clock, whoever looks."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from datetime import timedelta

from saleshandy_mcp.sandbox.clock import iso
from saleshandy_mcp.sandbox.world import Row, World

End = Callable[[World, Row], None]


def start(world: World, id_: str, seconds: float, end: End, **facts: object) -> Row:
    """Take a job in; `end` does the work once it is due. How long jobs take is assumed everywhere."""
    now = world.clock.now()
    job: Row = {
        "id": id_,
        "acceptedAt": iso(now),
        "dueAt": now + timedelta(seconds=seconds),
        "isCompleted": False,
        "end": end,
        **facts,
    }
    world.jobs[id_] = job
    return job


def settle(world: World) -> None:
    """End the jobs that are due, in the order in which they became so."""
    now = world.clock.now()
    due = [job for job in world.jobs.values() if not job["isCompleted"] and job["dueAt"] <= now]
    for job in sorted(due, key=lambda job: job["dueAt"]):
        job["end"](world, job)
        job["isCompleted"] = True


def of(world: World, end: End) -> list[Row]:
    """All jobs of one kind, ended or not."""
    return [job for job in world.jobs.values() if job["end"] is end]


def hex_id(length: int, *parts: object) -> str:
    """Some ids of the API are hexadecimal: 7 digits of an account request, 24 of an enrichment."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:length]


def publish(world: World, name: str, rows: Iterable[Row]) -> None:
    """Put a report where `GET /files/{name}.csv` finds it. Column names of all reports are assumed."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    world.reports[name] = text.getvalue()


def report_url(world: World, base_url: str, name: str) -> str | None:
    return f"{base_url}files/{name}.csv" if name in world.reports else None
