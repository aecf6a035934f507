"""The everyday tools in the order of a campaign, each with its toolset and the operations that it stands for.

Those of the CRM are offered only where there is one.
"""

from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources import (
    analytics,
    dnc,
    email_accounts,
    enrichment,
    inbox,
    lead_search,
    prospects,
    sequences,
    steps,
    tags,
    tasks,
)
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.features.crm.find_crm_records import FindCrmRecords
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.save_crm_records import SaveCrmRecords
from saleshandy_mcp.features.crm.sync_to_crm import SyncToCrm
from saleshandy_mcp.features.deliverability.audit_deliverability import AuditDeliverability
from saleshandy_mcp.features.do_not_contact.add_to_dnc import AddToDnc
from saleshandy_mcp.features.imports.check_import_status import CheckImportStatus
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.inbox.list_inbox import ListInbox
from saleshandy_mcp.features.inbox.read_thread import ReadThread
from saleshandy_mcp.features.inbox.reply_to_thread import ReplyToThread
from saleshandy_mcp.features.leads.enrich_leads import EnrichLeads
from saleshandy_mcp.features.leads.search_leads import SearchLeads
from saleshandy_mcp.features.prospects.find_prospects import FindProspects
from saleshandy_mcp.features.prospects.update_prospects import UpdateProspects
from saleshandy_mcp.features.reports.get_stats import GetStats
from saleshandy_mcp.features.reports.make_report import MakeReport
from saleshandy_mcp.features.senders.add_email_accounts import AddEmailAccounts
from saleshandy_mcp.features.senders.list_email_accounts import ListEmailAccounts
from saleshandy_mcp.features.sequences.check_sequence import CheckSequence
from saleshandy_mcp.features.sequences.create_sequence import CreateSequence
from saleshandy_mcp.features.sequences.create_step import CreateStep
from saleshandy_mcp.features.sequences.get_sequence import GetSequence
from saleshandy_mcp.features.sequences.list_sequences import ListSequences
from saleshandy_mcp.features.sequences.send_test_email import SendTestEmail
from saleshandy_mcp.features.sequences.set_sequence_status import SetSequenceStatus
from saleshandy_mcp.features.sequences.update_sequence_settings import UpdateSequenceSettings
from saleshandy_mcp.features.sequences.update_step_variant import UpdateStepVariant
from saleshandy_mcp.features.tasks.list_tasks import ListTasks
from saleshandy_mcp.features.tasks.update_tasks import UpdateTasks
from saleshandy_mcp.integrations.salessheet.resources import activities, contacts, crm_tasks, deals, pipelines


@dataclass(frozen=True)
class Everyday:
    """An everyday tool.

    Attributes:
        action: what it runs.
        toolset: the resource it belongs to.
        covers: the operations that need no tool of their own beside it, and that are taken out together with it.
        default: whether it is listed when nothing is chosen. Others are listed with their toolset, or by name.
    """

    action: type[Action[Any]]
    toolset: str
    covers: tuple[type[Operation[Any]], ...]
    default: bool = True

    @property
    def name(self) -> str:
        return self.action.slug


def _row(action: type[Action[Any]], toolset: str, *covers: type[Operation[Any]], default: bool = True) -> Everyday:
    return Everyday(action, toolset, covers, default)


EVERYDAY: tuple[Everyday, ...] = (
    _row(ListSequences, "sequences", sequences.ListSequences),
    _row(
        GetSequence,
        "sequences",
        steps.ListSequenceSteps,
        steps.GetSequenceStep,
        sequences.GetSequenceSettings,
        sequences.ListSequenceEmailAccounts,
    ),
    _row(CreateSequence, "sequences", sequences.CreateSequence),
    _row(CreateStep, "steps", steps.CreateSequenceStep),
    _row(UpdateStepVariant, "steps", steps.UpdateStepVariant, steps.CreateStepVariant),
    _row(
        UpdateSequenceSettings,
        "sequences",
        sequences.UpdateSequenceSettings,
        sequences.UpdateSequenceSchedule,
        sequences.UpdateSequencePriorityDistribution,
    ),
    _row(CheckSequence, "sequences"),
    # Thirty tools are the limit of the default list. A test mail can be sent by the operation of the same name, too.
    _row(SendTestEmail, "sequences", sequences.SendTestEmail, default=False),
    _row(SetSequenceStatus, "sequences", sequences.UpdateSequenceStatus),
    _row(ListEmailAccounts, "email_accounts", email_accounts.ListEmailAccounts),
    _row(AuditDeliverability, "email_accounts"),
    _row(AddEmailAccounts, "email_accounts", sequences.AddSequenceEmailAccounts),
    _row(FindProspects, "prospects", prospects.ListProspects, dnc.SearchDncItem),
    _row(
        UpdateProspects,
        "prospects",
        prospects.SetProspectAttributes,
        prospects.UpdateProspectStatus,
        prospects.UnsubscribeProspects,
        prospects.UnsubscribeContacts,
        sequences.UpdateProspectOutcome,
        tags.AssignTags,
        tags.UnassignTags,
    ),
    _row(
        ImportProspects,
        "prospects",
        prospects.ImportProspectsToSequence,
        prospects.ImportProspectsByFieldName,
        prospects.ImportProspects,
    ),
    _row(CheckImportStatus, "prospects", prospects.GetImportStatus, prospects.GetVerificationStatus),
    _row(AddToDnc, "dnc", dnc.AddDncItems),
    _row(ListInbox, "inbox", inbox.ListInboxThreads, inbox.GetUnreadThreadCount),
    _row(ReadThread, "inbox", inbox.GetInboxThread, inbox.GetInboxEmail),
    _row(ReplyToThread, "inbox", inbox.ReplyToEmail),
    _row(GetStats, "analytics", analytics.GetSequenceStats, analytics.GetConsolidatedStats),
    _row(MakeReport, "analytics"),
    _row(ListTasks, "tasks", tasks.ListTasks, tasks.GetTask, tasks.GetTaskCounts),
    _row(
        UpdateTasks,
        "tasks",
        tasks.CompleteTask,
        tasks.SkipTask,
        tasks.SnoozeTask,
        tasks.UpdateTaskNote,
        tasks.BulkSkipTasks,
        tasks.BulkSnoozeTasks,
        tasks.GetBulkTaskStatus,
    ),
    _row(SearchLeads, "lead_search", lead_search.SearchPeople, lead_search.GetLeadSearchFilters),
    _row(
        EnrichLeads,
        "enrichment",
        enrichment.EnrichContacts,
        enrichment.GetEnrichmentStatus,
        enrichment.GetEnrichmentResult,
    ),
)

CRM = "crm"
"""The toolset of the tools of the CRM."""

CRM_TOOLS: tuple[Everyday, ...] = (
    _row(
        FindCrmRecords,
        CRM,
        contacts.ListContacts,
        deals.ListDeals,
        crm_tasks.ListTasks,
        activities.ListActivities,
        pipelines.ListPipelines,
    ),
    _row(ImportCrmContacts, CRM),
    _row(SyncToCrm, CRM),
    _row(SaveCrmRecords, CRM, contacts.SaveContactsBatch),
)
