"""One sensible call of each operation of the CRM, on its demo data."""

from collections.abc import Callable
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.integrations.salessheet.resources import activities, contacts, crm_tasks, deals, me, pipelines
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.world.tables import Table

STAGES = [{"name": "Met"}, {"name": "Agreed", "probability": 80}]


def first(table: Table) -> str:
    return next(iter(table))


def last(table: Table) -> str:
    return list(table)[-1]


CALLS: list[Callable[[Crm], Operation[Any]]] = [
    lambda _: me.GetMe(),
    lambda _: contacts.ListContacts(filters={"type": "company"}, sort_by="name", sort_order="asc"),
    lambda crm: contacts.GetContact(id=first(crm.contacts)),
    lambda _: contacts.CreateContact(fields={"email": "vera@example.com", "custom_fields": {"cf_plan": "Team"}}),
    lambda crm: contacts.ReplaceContact(id=last(crm.contacts), fields={"email": "vera@example.com"}),
    lambda crm: contacts.ChangeContact(id=last(crm.contacts), fields={"city": "Odense", "opted_out": True}),
    lambda crm: contacts.DeleteContact(id=last(crm.contacts)),
    lambda _: contacts.SaveContactsBatch(records=[{"email": "vera@example.com"}, {"email": "ivo@example.com"}]),
    lambda _: deals.ListDeals(page=2, page_size=10),
    lambda crm: deals.GetDeal(id=first(crm.deals)),
    lambda crm: deals.CreateDeal(fields={"title": "Help centre", "contact_id": last(crm.contacts), "value": 900}),
    lambda crm: deals.ReplaceDeal(id=first(crm.deals), fields={"title": "Help centre"}),
    lambda crm: deals.ChangeDeal(
        id=first(crm.deals), fields={"stage_id": next(iter(crm.pipelines.values()))["stages"][4]["id"]}
    ),
    lambda crm: deals.DeleteDeal(id=first(crm.deals)),
    lambda _: deals.SaveDealsBatch(records=[{"title": "Help centre"}]),
    lambda _: crm_tasks.ListTasks(filters={"status": "open"}),
    lambda crm: crm_tasks.GetTask(id=first(crm.tasks)),
    lambda _: crm_tasks.CreateTask(fields={"title": "Call Vera", "due_date": "2026-12-01"}),
    lambda crm: crm_tasks.ReplaceTask(id=first(crm.tasks), fields={"title": "Call Vera"}),
    lambda crm: crm_tasks.ChangeTask(id=first(crm.tasks), fields={"status": "completed"}),
    lambda crm: crm_tasks.DeleteTask(id=first(crm.tasks)),
    lambda _: crm_tasks.SaveTasksBatch(records=[{"title": "Call Vera"}]),
    lambda _: activities.ListActivities(filters={"type": "call"}),
    lambda crm: activities.GetActivity(id=first(crm.activities)),
    lambda crm: activities.CreateActivity(fields={"subject": "Replied", "contact_id": last(crm.contacts)}),
    lambda crm: activities.ReplaceActivity(id=first(crm.activities), fields={"subject": "Replied"}),
    lambda crm: activities.ChangeActivity(id=first(crm.activities), fields={"body": "Wants a demo."}),
    lambda crm: activities.DeleteActivity(id=first(crm.activities)),
    lambda _: activities.SaveActivitiesBatch(records=[{"subject": "Replied"}]),
    lambda _: pipelines.ListPipelines(),
    lambda crm: pipelines.GetPipeline(id=first(crm.pipelines)),
    lambda _: pipelines.CreatePipeline(fields={"name": "Partners", "stages": STAGES}),
    lambda crm: pipelines.ReplacePipeline(id=last(crm.pipelines), fields={"name": "Partners", "stages": STAGES}),
    lambda crm: pipelines.ChangePipeline(id=last(crm.pipelines), fields={"name": "Renewing"}),
    lambda crm: pipelines.DeletePipeline(id=last(crm.pipelines)),
    lambda _: pipelines.SavePipelinesBatch(records=[{"name": "Partners", "stages": STAGES}]),
]
