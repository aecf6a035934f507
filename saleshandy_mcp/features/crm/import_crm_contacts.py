"""``import_crm_contacts``: contacts of the CRM into a step of a sequence, by the engine of all imports."""

import hashlib
import json
from functools import partial
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.view import SequenceName, StepName
from saleshandy_mcp.features.crm.crm_field_roles import link_job
from saleshandy_mcp.features.crm.crm_opt_outs import note_opt_outs
from saleshandy_mcp.features.crm.crm_people import LOST, crm_people
from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.features.imports.import_prospects import prepare_planned
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.features.imports.import_request import ImportRequest, plan_import
from saleshandy_mcp.import_engine.read_as import ReadAs
from saleshandy_mcp.import_engine.sources import inline
from saleshandy_mcp.integrations.crm import crm_of


class ImportCrmContacts(Action[ImportReport | ImportPlan]):
    """Put contacts of the CRM into a step of a sequence. Who opted out or whose deals are lost is left out. Plans, asks
    and reports like import_prospects, which also goes on with its job.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND, Effect.SPEND, Effect.DELETE})
    keeps_record = True
    sequence: SequenceName
    step: StepName = "1"
    where: Annotated[list[str] | None, Field(description='As in find_crm_records: "stage=Proposal"; empty: all.')] = (
        None
    )
    map: Annotated[list[str] | None, Field(description='"job_title=Job Title"; "city=" leaves out.')] = None
    lost_stages: Annotated[
        list[str] | None, Field(description="Deals in these speak against a contact; left out: those called lost.")
    ] = None
    tags: Annotated[list[str] | None, Field(description="3 characters or more.")] = None
    again: Annotated[bool, Field(description="Also people imported before.")] = False
    dry_run: Annotated[bool, Field(description="Plan only.")] = False

    async def prepare(self, context: Context) -> Prepared[ImportReport | ImportPlan]:
        crm = crm_of(context)
        people = await crm_people(crm, self.where or [], self.lost_stages, context)
        note_opt_outs(context, people.opted_out)
        request = ImportRequest(
            source=partial(inline, people.rows),
            name=f"{crm.name}, {' and '.join(self.where)}" if self.where else f"{crm.name}, all contacts",
            mark=hashlib.sha256(json.dumps(people.rows).encode()).hexdigest(),
            sequence=self.sequence,
            step=self.step,
            columns=tuple(self.map or ()),
            tags=tuple(self.tags or ()),
            again=self.again,
            read_as=ReadAs(excluded=tuple(f"{LOST}={stage}" for stage in people.lost if _speaks(people.rows, stage))),
        )
        record, destination = await plan_import(request, context)
        link_job(context, record.id, people.contacts, people.roles)
        return await prepare_planned(record, destination, context, dry_run=self.dry_run)


def _speaks(rows: list[dict[str, str]], stage: str) -> bool:
    return any(row.get(LOST) == stage for row in rows)
