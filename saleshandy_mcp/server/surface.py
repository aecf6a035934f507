"""Which actions are offered as tools."""

from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.api.action import Action, Effect
from saleshandy_mcp.workflows.importing import CheckImportStatus, ImportProspects
from saleshandy_mcp.workflows.launch import SetSequenceStatus
from saleshandy_mcp.workflows.prospects import FindProspects
from saleshandy_mcp.workflows.senders import AddEmailAccounts, ListEmailAccounts
from saleshandy_mcp.workflows.sequences import CreateSequence, GetSequence, ListSequences
from saleshandy_mcp.workflows.steps import CreateStep
from saleshandy_mcp.workflows.variants import UpdateStepVariant

DEFAULT: tuple[type[Action[Any]], ...] = (
    ListSequences,
    GetSequence,
    CreateSequence,
    CreateStep,
    UpdateStepVariant,
    ListEmailAccounts,
    AddEmailAccounts,
    FindProspects,
    ImportProspects,
    CheckImportStatus,
    SetSequenceStatus,
)


@dataclass(frozen=True)
class Selection:
    """What the operator lets through. What is not chosen is not listed and not reachable."""

    effects: frozenset[Effect] = frozenset(Effect)

    @classmethod
    def read_only(cls) -> "Selection":
        return cls(frozenset({Effect.READ}))

    def actions(self) -> list[type[Action[Any]]]:
        return [action for action in DEFAULT if action.effect in self.effects]
