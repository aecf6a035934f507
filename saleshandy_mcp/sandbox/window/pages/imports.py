"""Import jobs, and why rows were refused."""

from collections import Counter

from saleshandy_mcp.sandbox.window.html import Child, el
from saleshandy_mcp.sandbox.window.parts import Column, link, moment, pill, section, table
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.window.words import colour
from saleshandy_mcp.sandbox.world.tables import Row, World

COLUMNS = (
    Column("Job"),
    Column("State"),
    Column("Into"),
    Column("Rows", number=True),
    Column("Imported", number=True),
    Column("Updated", number=True),
    Column("Refused", number=True),
    Column("Accepted"),
)


def page(view: View) -> Page:
    rows = [_row(view.world, job) for job in reversed(view.world.imports.values())]
    listed = table("Import jobs, the newest first", COLUMNS, rows, empty="Nothing was imported yet.")
    return Page("Imports", section("Jobs", listed, id_="jobs"))


def _row(world: World, job: Row) -> list[Child]:
    state = "done" if job["isCompleted"] else "running"
    counts = [job["imported"], job["updated"], _refused(job)]
    name = el("code", job["requestId"])
    return [name, pill(state, colour(state)), _into(world, job), len(job["rows"]), *counts, moment(job["acceptedAt"])]


def _into(world: World, job: Row) -> Child:
    step = world.steps.get(job["stepId"] or "")
    if step is None:
        return "no sequence"
    sequence = world.sequence_of(step)
    number = [row["id"] for row in world.steps_of(sequence["id"])].index(step["id"]) + 1
    return [link(sequence["title"], "sequences", sequence["id"]), f", step {number}"]


def _refused(job: Row) -> Child:
    """The number, and the reasons to open."""
    if not job["refused"]:
        return 0
    reasons = Counter(reason for _, reason in job["refused"])
    lines = [el("li", f"{reason}: {number}") for reason, number in reasons.most_common()]
    report = el("a", "Refused rows as CSV", href=f"/files/{job['requestId']}.csv")
    return el("details", el("summary", len(job["refused"])), el("ul", *lines), report)
