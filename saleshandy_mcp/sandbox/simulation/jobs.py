"""Work that takes a while: a job is accepted now and ends when the clock says so."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from datetime import timedelta

from saleshandy_mcp.sandbox.world.clock import iso
from saleshandy_mcp.sandbox.world.tables import Row, World

End = Callable[[World, Row], None]

# By name, because a job is data that can be saved.
_ENDS: dict[str, End] = {}


def ends(kind: str) -> Callable[[End], End]:
    """Register the decorated function: it is called when a job of this kind is due."""

    def register(end: End) -> End:
        _ENDS[kind] = end
        return end

    return register


def start(world: World, kind: str, id_: str, seconds: float, **facts: object) -> Row:
    """Accept a job that is due in so many seconds. Assumed for all jobs: how long they take."""
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
    """Do the work of a job that is due."""
    _ENDS[job["kind"]](world, job)
    job["isCompleted"] = True


def of(world: World, *kinds: str) -> list[Row]:
    """All jobs of these kinds, ended or running."""
    return [job for job in world.jobs.values() if job["kind"] in kinds]


def find(world: World, id_: str, *kinds: str) -> Row | None:
    job = world.jobs.get(id_)
    return job if job is not None and job["kind"] in kinds else None


def hex_id(length: int, *parts: object) -> str:
    """An id of hexadecimal digits, as the API gives them to some jobs."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:length]


def publish(world: World, name: str, rows: Iterable[Row]) -> None:
    """Make the report that `GET /files/{name}.csv` answers. Assumed for all reports: the names of the columns."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    world.reports[name] = text.getvalue()


def report_url(world: World, base_url: str, name: str) -> str | None:
    return f"{base_url}files/{name}.csv" if name in world.reports else None
