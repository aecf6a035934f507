"""Credits: what is left, what was spent, and the jobs that spend them."""

from saleshandy_mcp.sandbox.purchases.enrichment import balance, spent
from saleshandy_mcp.sandbox.window.html import Child, el
from saleshandy_mcp.sandbox.window.parts import Column, facts, moment, pill, section, table
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.window.words import colour, number
from saleshandy_mcp.sandbox.world.tables import Row

SPENT = (Column("When"), Column("Credits", number=True))
JOBS = (Column("Job"), Column("What"), Column("State"), Column("Accepted"), Column("Charged", number=True))


def page(view: View) -> Page:
    world = view.world
    rows = [[moment(at), number(amount)] for at, amount in reversed(world.credits["spent"])]
    jobs = map(_job, reversed(world.jobs.values()))
    body = (
        facts(
            ("Left", number(balance(world))),
            ("Bought", number(world.credits["total"])),
            ("Spent", number(spent(world))),
        ),
        section("Spent", table("Credits spent, the latest first", SPENT, rows, empty="Nothing yet."), id_="spent"),
        section("Jobs", table("Jobs, the newest first", JOBS, jobs, empty="There was no job yet."), id_="jobs"),
    )
    return Page("Credits", body)


def _job(job: Row) -> list[Child]:
    state = "done" if job["isCompleted"] else "running"
    charged = number(job["creditsCharged"]) if "creditsCharged" in job else ""
    return [el("code", job["id"]), job["kind"], pill(state, colour(state)), moment(job["acceptedAt"]), charged]
