"""The everyday tools in the order of a campaign, each with its toolset and the operations that it stands for."""

from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.api import email_accounts, prospects, sequences, steps
from saleshandy_mcp.api.action import Action, Operation
from saleshandy_mcp.workflows.importing import CheckImportStatus, ImportProspects
from saleshandy_mcp.workflows.launch import SetSequenceStatus
from saleshandy_mcp.workflows.prospects import FindProspects
from saleshandy_mcp.workflows.senders import AddEmailAccounts, ListEmailAccounts
from saleshandy_mcp.workflows.sequences import CreateSequence, GetSequence, ListSequences
from saleshandy_mcp.workflows.steps import CreateStep
from saleshandy_mcp.workflows.variants import UpdateStepVariant


@dataclass(frozen=True)
class Everyday:
    """An everyday tool.

    Attributes:
        action: what it runs.
        toolset: the resource it belongs to.
        covers: the operations that need no tool of their own beside it, and that are taken out together with it.
    """

    action: type[Action[Any]]
    toolset: str
    covers: tuple[type[Operation[Any]], ...]

    @property
    def name(self) -> str:
        return self.action.slug()


def _row(action: type[Action[Any]], toolset: str, *covers: type[Operation[Any]]) -> Everyday:
    return Everyday(action, toolset, covers)


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
    _row(UpdateStepVariant, "steps", steps.UpdateStepVariant),
    _row(SetSequenceStatus, "sequences", sequences.UpdateSequenceStatus),
    _row(ListEmailAccounts, "email_accounts", email_accounts.ListEmailAccounts),
    _row(AddEmailAccounts, "email_accounts", sequences.AddSequenceEmailAccounts),
    _row(FindProspects, "prospects", prospects.ListProspects),
    _row(
        ImportProspects,
        "prospects",
        prospects.ImportProspectsToSequence,
        prospects.ImportProspectsByFieldName,
        prospects.ImportProspects,
    ),
    _row(CheckImportStatus, "prospects", prospects.GetImportStatus, prospects.GetVerificationStatus),
)
