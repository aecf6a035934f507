"""Answers that differ between sources are read alike."""

from typing import Any

import pytest
from pydantic import ValidationError

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.analytics import GetSequenceStats
from saleshandy_mcp.api.resources.email_accounts import EmailAccount, EmailAccountSetting
from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.prospects import GetImportStatus, GetVerificationStatus, ListProspects
from saleshandy_mcp.api.resources.schedules import CreateSchedule, DaySlots
from saleshandy_mcp.api.resources.sequences import (
    AddSequenceEmailAccounts,
    CreateSequence,
    ListSequenceEmailAccounts,
    ListSequences,
)

LINK = "https://files.saleshandy.com/a.csv"


@pytest.mark.parametrize(
    ("operation", "payload", "way", "value"),
    [
        (CreateSequence(title="x"), {"sequenceId": "a", "id": "b", "title": "x"}, "id", "a"),
        (CreateSequence(title="x"), {"id": "b", "title": "x"}, "id", "b"),
        (GetImportStatus(request_id="r"), {"isCompleted": True, "reportURL": LINK}, "failed_prospects_url", LINK),
        (GetImportStatus(request_id="r"), {"isCompleted": True}, "failed_prospects_url", None),
        (ListFields(), [{"id": "a", "name": "Email"}], "0.label", "Email"),
        (ListFields(), [{"id": "a", "label": "Email", "name": "email"}], "0.label", "Email"),
        (ListSequenceEmailAccounts(sequence_id="s"), [{"id": "a"}], "email_account.0.id", "a"),
        (ListSequenceEmailAccounts(sequence_id="s"), {"emailAccount": None}, "email_account", []),
        (ListSequences(), [{"id": "a", "title": "x", "active": True, "steps": None}], "items.0.steps", []),
        (ListSequences(), [{"id": "a", "title": "x", "active": True, "user": {"id": 41}}], "items.0.user.id", "41"),
        (ListProspects(), [{"id": "a", "email": "b", "attributes": None}], "items.0.attributes", []),
        (GetVerificationStatus(emails=["a"]), [{"email": "a"}], "0.status", "risky"),
        (GetVerificationStatus(emails=["a"]), [{"email": "a", "status": "new word"}], "0.status", "new word"),
        (GetSequenceStats(sequence_id="s"), {"prospects": [{"total": "12"}]}, "prospect_count", 12),
        (GetSequenceStats(sequence_id="s"), {"prospects": [{"total": 12}]}, "prospect_count", 12),
        (GetSequenceStats(sequence_id="s"), {"prospects": [{"total": "many"}]}, "prospect_count", None),
        (GetSequenceStats(sequence_id="s"), {"prospects": []}, "prospect_count", None),
        (GetSequenceStats(sequence_id="s"), {"prospects": None, "sequenceId": "s"}, "prospect_count", None),
    ],
)
def test_an_answer_is_read_as_each_source_writes_it(
    operation: Operation[Any], payload: Any, way: str, value: Any
) -> None:
    found = operation.parse({"message": "Success", "payload": payload})
    for step in way.split("."):
        found = found[int(step)] if step.isdecimal() else getattr(found, step)
    assert found == value


@pytest.mark.parametrize(("value", "left"), [("38", 38), ("0", 0), ("", None), ("unlimited", None), (None, None)])
def test_what_a_sender_may_still_send_is_a_number_or_not_known(value: str | None, left: int | None) -> None:
    settings = [
        EmailAccountSetting(code="signature", value="7"),
        EmailAccountSetting(code="available-quota", value=value),
    ]
    assert EmailAccount(id="a", settings=settings).quota_left == left
    assert EmailAccount(id="a").quota_left is None


@pytest.mark.parametrize(("status", "active"), [(1, True), (0, False), (2, False), (3, False), (None, False)])
def test_only_status_1_is_active(status: int | None, *, active: bool) -> None:
    assert EmailAccount(id="a", status=status).active is active


@pytest.mark.parametrize("days", [0, 6, 8])
def test_a_week_has_seven_days(days: int) -> None:
    with pytest.raises(ValidationError):
        CreateSchedule(name="x", timezone="UTC", time_slots=[DaySlots(day=1, slots=[])] * days)


def test_fifty_senders_are_the_most_in_a_call() -> None:
    assert AddSequenceEmailAccounts(sequence_id="s", email_account_ids=["a"] * 50)
    with pytest.raises(ValidationError):
        AddSequenceEmailAccounts(sequence_id="s", email_account_ids=["a"] * 51)
