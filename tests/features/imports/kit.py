"""Imports as tests make them: through the gate, with a yes to whatever is asked."""

from typing import Any

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.features.imports.check_import_status import CheckImportStatus
from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.sandbox import Sandbox
from tests.features.questions import through_the_gate
from tests.kit import adds_up

PAUSED, ACTIVE = "SaaS founders", "Q3 launch"
BAD_KEY = {"error": True, "type": "auth", "code": 1001, "message": "Invalid token", "payload": None}
UNSUBSCRIBED = "zofia.nowak@ostrellis.example.com"
BLOCKED = "stop@saltmeadow.example.com"
ANN = {"Email": "ann@n.example.com", "First Name": "Ann"}


def rows(number: int, domain: str = "n.example.com") -> list[dict[str, str]]:
    return [{"Email": f"p{it}@{domain}"} for it in range(number)]


def table(number: int) -> str:
    """A file of so many people, who do not fit into one batch from 201 on."""
    return "Email\n" + "\n".join(row["Email"] for row in rows(number))


async def planned(context: Context, **given: Any) -> ImportPlan:
    view = await through_the_gate(
        context, ImportProspects.model_validate({"sequence": PAUSED, "dry_run": True} | given)
    )
    assert isinstance(view, ImportPlan)
    assert view.to_send + view.skipped == view.rows
    return view


async def imported(context: Context, **given: Any) -> ImportReport:
    """Import with the consent of whoever is asked."""
    view = await through_the_gate(context, ImportProspects.model_validate(given))
    assert isinstance(view, ImportReport)
    assert adds_up(view)
    return view


async def question(context: Context, **given: Any) -> Question | None:
    return (await ImportProspects.model_validate(given).prepare(context)).question


async def status(context: Context, job: str, **given: Any) -> ImportReport:
    view = await through_the_gate(context, CheckImportStatus.model_validate({"job": job} | given))
    assert isinstance(view, ImportReport)
    assert adds_up(view)
    return view


def people_in(box: Sandbox, title: str, number: int) -> list[dict[str, str]]:
    """People at the first step of a sequence, as rows."""
    sequence = next(row for row in box.world.sequences.values() if row["title"] == title)
    first = box.world.steps_of(sequence["id"])[0]["id"]
    there = [id_ for id_, at in box.world.enrolments[sequence["id"]].items() if at == first][:number]
    return [{"Email": box.world.prospects[id_]["email"]} for id_ in there]


def set_active(box: Sandbox, title: str, *, active: bool = True) -> None:
    """Somebody starts or pauses a sequence in the web app."""
    next(row for row in box.world.sequences.values() if row["title"] == title)["active"] = active
