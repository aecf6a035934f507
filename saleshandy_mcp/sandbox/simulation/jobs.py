"""Work that takes a while: accepted now, ended by the clock, whoever looks."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from datetime import timedelta

from saleshandy_mcp.sandbox.world.clock import iso
from saleshandy_mcp.sandbox.world.tables import Row, World

End = Callable[[World, Row], None]

# By name, because a job is kept as data.
_ENDS: dict[str, End] = {}


def ends(kind: str) -> Callable[[End], End]:
    """Say what happens when a job of this kind is due."""

    def register(end: End) -> End:
        _ENDS[kind] = end
        return end

    return register


def start(world: World, kind: str, id_: str, seconds: float, **facts: object) -> Row:
    """Take a job in; nothing happens before it is due. How long jobs take is assumed everywhere."""
    now = world.clock.now()
    job: Row = {
        "id": id_,
        "kind": kind,
        "acceptedAt": iso(now),
        "dueAt": now + timedelta(seconds=seconds),
        "isCompleted": False,
        **facts,
    }
    world.jobs[id_] = job
    return job


def end(world: World, job: Row) -> None:
    """Do what the job was taken in for, when it is due."""
    _ENDS[job["kind"]](world, job)
    job["isCompleted"] = True


def of(world: World, *kinds: str) -> list[Row]:
    """All jobs of these kinds, ended or not."""
    return [job for job in world.jobs.values() if job["kind"] in kinds]


def find(world: World, id_: str, *kinds: str) -> Row | None:
    job = world.jobs.get(id_)
    return job if job is not None and job["kind"] in kinds else None


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
