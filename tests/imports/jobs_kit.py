"""Imports made without a workflow around them."""

from collections.abc import Iterable

from saleshandy_mcp.imports.job import Job, Target
from saleshandy_mcp.imports.run import run
from saleshandy_mcp.imports.source import SourceRow
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.workflows.importing import ImportReport, report
from tests.workflows.kit import App, adds_up, desk_over

TITLE = "SaaS founders"
UNSUBSCRIBED = "zofia.nowak@ostrellis.example.com"
BOUNCED = "carmen.molina@starquay.example.com"
NOT_FOUND = {"error": True, "code": 40000, "message": "Request not found", "payload": None}
BAD_KEY = {"error": True, "type": "auth", "code": 1001, "message": "Invalid token", "payload": None}
RATE_LIMIT = {"code": 40000, "message": "Rate Limit exceeded"}


def people(number: int) -> list[str]:
    return [f"p{it}@new.example.com" for it in range(number)]


def people_at(box: Sandbox, title: str, number: int) -> list[str]:
    """Who stands at a step."""
    sequence_id, step_id = place(box, title, number)
    return [box.world.prospects[who]["email"] for who, at in box.world.enrolments[sequence_id].items() if at == step_id]


def place(box: Sandbox, title: str, number: int) -> tuple[str, str]:
    """The ids of a sequence and of one of its steps."""
    sequence_id = next(row["id"] for row in box.world.sequences.values() if row["title"] == title)
    return sequence_id, box.world.steps_of(sequence_id)[number - 1]["id"]


def job_of(box: Sandbox, addresses: Iterable[str], *, number: int = 1, step_id: str = "") -> Job:
    sequence_id, found = place(box, TITLE, number)
    target = Target(sequence_id, TITLE, step_id or found, number, "addMissingFields", verify=False, tags=None)
    rows = [SourceRow(line, {"Email": email}) for line, email in enumerate(addresses, start=2)]
    return Job.of("imp_1", "a.csv", target, rows, [])


async def carried_out(
    box: Sandbox, addresses: Iterable[str], app: App | None = None, *, step_id: str = ""
) -> ImportReport:
    """The report of an import that has come to its end, one way or another."""
    job = job_of(box, addresses, step_id=step_id)
    async with desk_over(box, app=app) as desk:
        await run(job, desk)
        told = await report(job, desk)
    assert told.finished
    assert told.in_progress == 0
    assert adds_up(told)
    return told
