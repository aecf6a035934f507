"""What calls about people do to the world, by their arguments, when nothing is known of the account."""

from typing import Any

import pytest

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.clients import AssignClientResources, CreateClient
from saleshandy_mcp.api.resources.dnc import AddDncItems
from saleshandy_mcp.api.resources.prospects import (
    ImportProspects,
    UnsubscribeProspects,
    UpdateProspectStatus,
)
from saleshandy_mcp.api.resources.sequences import (
    AddContactsToSequence,
    SendTestEmail,
    VerifySequenceProspects,
)
from saleshandy_mcp.api.resources.tags import AssignTags
from saleshandy_mcp.core.effects import Effect, effects_of

ROW = {"fields": [{"id": "f", "value": "Ann"}]}
MAIL = {"sequence_id": "s", "to": ["bo@bo.example.com"], "from_email_account_id": "a", "subject": "x", "content": "y"}
IMPORT = {"prospect_list": [ROW], "conflict_action": "upsert"}
MEMBER = {"prospect_id": "p", "sequence_id": "s"}
CLIENT = {"first_name": "C", "last_name": "S", "company_name": "X", "email": "cy@cy.example.com", "permission": "2"}
STORING = {"conflict_action": "noUpdate", "verify_prospects": False}


@pytest.mark.parametrize(
    ("operation", "effect"),
    [
        (AddContactsToSequence(sequence_id="s", prospect_ids=["p"], step_id="t"), Effect.SEND),
        (SendTestEmail.model_validate(MAIL), Effect.SEND),
        (VerifySequenceProspects(sequence_id="s"), Effect.SPEND),
        (
            ImportProspects.model_validate(IMPORT | STORING),
            Effect.WRITE,
        ),
        (ImportProspects.model_validate(IMPORT | STORING | {"step_id": "t"}), Effect.SEND),
        (UnsubscribeProspects(prospect_ids=["p"]), Effect.DELETE),
        (AddDncItems(dnc_list_id="d", items=["x.example.com"]), Effect.DELETE),
        (AssignTags(tags=["spring"], prospect_ids=["p"]), Effect.SEND),
        (CreateClient.model_validate(CLIENT), Effect.SEND),
        (AssignClientResources(resource_type="sequence", resource_ids=["s"]), Effect.SEND),
    ],
)
def test_what_a_call_does_to_the_world_is_said(operation: Operation[Any], effect: Effect) -> None:
    assert effects_of(operation.causes(), {}) == {effect}


@pytest.mark.parametrize(
    ("status", "delay", "effect"),
    [
        ("active", None, Effect.SEND),
        ("paused", None, Effect.WRITE),
        ("paused", 7, Effect.SEND),
        ("finished", None, Effect.SEND),
        ("unsubscribed", None, Effect.DELETE),
    ],
)
def test_a_status_sends_where_somebody_goes_on(status: str, delay: int | None, effect: Effect) -> None:
    operation = UpdateProspectStatus.model_validate(
        {"prospect_and_sequence_ids": [MEMBER], "status": status, "pause_delay_in_days": delay}
    )
    assert effects_of(operation.causes(), {}) == {effect}
