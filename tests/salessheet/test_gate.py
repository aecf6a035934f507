"""Reading the CRM is what a key gives; writing there needs a second word of the operator."""

from typing import Any

import pytest

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet as Client
from saleshandy_mcp.integrations.salessheet.crm_operations import CRM_OPERATIONS
from saleshandy_mcp.integrations.salessheet.saving_contacts import save_contacts
from saleshandy_mcp.policy.effects import WITH_CRM, Gate, NotAllowed
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from tests.kit import pauses
from tests.salessheet.calls import CALLS

EVERYTHING = frozenset(Effect)
WRITES = [operation for operation in CRM_OPERATIONS if not operation.route.reads]


def call_of(operation: type[Operation[Any]], crm: SalesSheet) -> Operation[Any]:
    return next(request for request in (call(crm.crm) for call in CALLS) if type(request) is operation)


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.slug)
async def test_without_the_second_word_nothing_is_written(
    operation: type[Operation[Any]], api: Client, crm: SalesSheet
) -> None:
    gate = Gate(api)
    gate.open(EVERYTHING)
    with pytest.raises(NotAllowed, match="SalesSheet, which is read only here") as caught:
        await gate.send(call_of(operation, crm))
    assert "--crm-write, or SALESSHEET_WRITE=true" in caught.value.remedy
    assert crm.audit == []


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.slug)
async def test_with_it_a_write_still_needs_what_any_write_needs(
    operation: type[Operation[Any]], api: Client, crm: SalesSheet
) -> None:
    for allowed, granted in ((EVERYTHING, READING), (READING, EVERYTHING)):
        gate = Gate(api, allowed, WITH_CRM)
        gate.open(granted)
        with pytest.raises(NotAllowed, match="which this call may not do"):
            await gate.send(call_of(operation, crm))
    assert crm.audit == []
    gate = Gate(api, EVERYTHING, WITH_CRM)
    gate.open(operation.route.effects)
    await gate.send(call_of(operation, crm))
    assert gate.done == [operation.slug]
    assert len(crm.audit) == 1


@pytest.mark.parametrize(
    "operation", [one for one in CRM_OPERATIONS if one.route.reads], ids=lambda operation: operation.slug
)
async def test_reading_passes_at_once(operation: type[Operation[Any]], api: Client, crm: SalesSheet) -> None:
    await Gate(api).send(call_of(operation, crm))
    assert [line["status"] for line in crm.audit] == [200]


async def test_a_batch_does_not_slip_past_the_gate(box: Sandbox, api: Client, crm: SalesSheet) -> None:
    gate = Gate(api)
    gate.open(EVERYTHING)
    with pytest.raises(NotAllowed):
        await save_contacts(gate, [{"email": "vera@example.com"}], pause=pauses(box))
    assert crm.audit == []


def test_the_second_word_is_for_the_crm_alone() -> None:
    assert Gate.writable == {Service.SALESHANDY}
    assert {Service.SALESHANDY, Service.SALESSHEET} == WITH_CRM
