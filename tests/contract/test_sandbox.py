"""Every operation, sent by the real client to the sandbox, which judges the request and its own reply."""

from collections.abc import Callable
from typing import Any

import pytest

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.analytics import GetSequenceStats
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts
from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.prospects import (
    GetImportStatus,
    GetVerificationStatus,
    ImportProspectsByFieldName,
    ImportProspectsToSequence,
    ListProspects,
)
from saleshandy_mcp.api.resources.schedules import CreateSchedule, DaySlots, HourMinute, ListSchedules, Slot
from saleshandy_mcp.api.resources.sequences import (
    AddSequenceEmailAccounts,
    CreateSequence,
    GetSequenceSettings,
    ListSequenceEmailAccounts,
    ListSequences,
    RemoveSequenceEmailAccounts,
    Setting,
    UpdateSequencePriorityDistribution,
    UpdateSequenceSchedule,
    UpdateSequenceSettings,
    UpdateSequenceStatus,
)
from saleshandy_mcp.api.resources.steps import (
    CreateSequenceStep,
    CreateStepVariant,
    GetSequenceStep,
    ListSequenceSteps,
    UpdateStepVariant,
    VariantInput,
)
from saleshandy_mcp.api.types import Channel, Priority
from saleshandy_mcp.core.errors import Rejected
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import World
from tests.contract import calls_people, calls_supply, calls_work


class Demo:
    """Ids of the demo workspace."""

    def __init__(self, box: Sandbox) -> None:
        world = box.world
        self.sequence = next(row["id"] for row in world.sequences.values() if row["title"] == "Q3 launch")
        self.paused = next(row["id"] for row in world.sequences.values() if row["title"] == "SaaS founders")
        self.step = world.steps_of(self.sequence)[0]["id"]
        self.variant = next(row["id"] for row in world.variants.values() if row["stepId"] == self.step)
        senders = list(world.email_accounts.values())
        self.sender, self.free_sender = senders[0]["id"], senders[2]["id"]
        self.schedule = list(world.schedules)[1]
        self.email = next(iter(world.prospects.values()))["email"]


ANN = {"First Name": "Ann", "Email": "ann@example.com", "Why Now": "A new job"}
TEXT = {"subject": "Hello {{First Name}}", "content": "<p>Hi</p>"}
WEEK = [
    DaySlots(
        day=day, slots=[Slot(start=HourMinute(hour=9, minute=0), end=HourMinute(hour=17, minute=30))] * (day % 6 > 0)
    )
    for day in range(7)
]
STEP = VariantInput(payload={}, task_note="Ask about the pilot")

CALLS: list[Callable[[Demo], Operation[Any]]] = [
    lambda _: ListSequences(title="a", page=1, page_size=2, sort="ASC", sort_by="sequence.title"),
    lambda demo: CreateSequence(title="New", email_account_ids=[demo.sender], schedule_id=demo.schedule),
    lambda demo: UpdateSequenceStatus(sequence_ids=[demo.paused], status="resume"),
    lambda demo: UpdateSequenceStatus(sequence_ids=[demo.sequence], status="pause"),
    lambda demo: GetSequenceSettings(sequence_id=demo.sequence, code=3),
    lambda demo: UpdateSequenceSettings(
        sequence_id=demo.sequence, settings=[Setting(code=3, value="0")], schedule_id=demo.schedule
    ),
    lambda demo: UpdateSequenceSchedule(sequence_id=demo.sequence, schedule_id=demo.schedule),
    lambda demo: UpdateSequencePriorityDistribution(sequence_id=demo.sequence, priority_distribution_id=1),
    lambda demo: ListSequenceEmailAccounts(sequence_id=demo.sequence),
    lambda demo: AddSequenceEmailAccounts(sequence_id=demo.sequence, email_account_ids=[demo.free_sender]),
    lambda demo: RemoveSequenceEmailAccounts(sequence_id=demo.sequence, email_account_ids=[demo.sender]),
    lambda demo: ListSequenceSteps(sequence_id=demo.sequence),
    lambda demo: GetSequenceStep(sequence_id=demo.sequence, step_id=demo.step),
    lambda demo: CreateSequenceStep(
        sequence_id=demo.sequence,
        type=Channel.CALL_FOLLOW_UP,
        absolute_days=21,
        variants=[STEP],
        priority=Priority.HIGH,
    ),
    lambda demo: CreateStepVariant(sequence_id=demo.sequence, step_id=demo.step, type=Channel.EMAIL, payload=TEXT),
    lambda demo: UpdateStepVariant(
        sequence_id=demo.sequence, step_id=demo.step, variant_id=demo.variant, payload=TEXT, status=1
    ),
    lambda _: ListProspects(search="a", page=2, page_size=10, sort="ASC", include_custom_fields=True),
    lambda demo: ImportProspectsToSequence(
        prospect_list=[ANN], step_id=demo.step, conflict_action="overwrite", tags=["spring"]
    ),
    lambda demo: ImportProspectsByFieldName(
        prospect_list=[ANN], conflict_action="upsert", step_id=demo.step, verify_prospects=False, tags=["spring"]
    ),
    lambda _: ImportProspectsByFieldName(prospect_list=[ANN], conflict_action="addMissingFields"),
    lambda demo: GetVerificationStatus(emails=[demo.email]),
    lambda demo: ListEmailAccounts(
        search="lantern", sort="DESC", sort_by_key="health-score", status=1, sequence_ids=[demo.sequence]
    ),
    lambda _: ListSchedules(),
    lambda _: CreateSchedule(name="Long days", timezone="Europe/Berlin", time_slots=WEEK, is_default=True),
    lambda _: ListFields(),
    lambda _: ListFields(system_fields=False),
    lambda demo: GetSequenceStats(sequence_id=demo.sequence),
]

OTHERS = (calls_people, calls_supply, calls_work)
"""Calls of the other resources."""

AFTER_ANOTHER: set[type[Operation[Any]]] = {GetImportStatus}
"""What needs the answer to another call first has a test of its own below."""


@pytest.mark.parametrize("call", range(len(CALLS)))
async def test_the_sandbox_takes_it_and_its_answer_is_understood(box: Sandbox, api: Saleshandy, call: int) -> None:
    operation = CALLS[call](Demo(box))
    await api.send(operation)
    assert box.requests == {f"{operation.route.method} {operation.route.path}": 1}


@pytest.mark.parametrize("call", [call for module in OTHERS for call in module.CALLS])
async def test_the_sandbox_takes_those_of_other_resources_too(
    box: Sandbox, api: Saleshandy, call: Callable[[World], Operation[Any]]
) -> None:
    operation = call(box.world)
    await api.send(operation)
    assert box.requests == {f"{operation.route.method} {operation.route.path}": 1}


def tried(box: Sandbox) -> set[type[Operation[Any]]]:
    """The operations that a test sends to the sandbox."""
    found: set[type[Operation[Any]]] = {type(call(Demo(box))) for call in CALLS} | AFTER_ANOTHER
    for module in OTHERS:
        found |= {type(call(box.world)) for call in module.CALLS}
    return found


def test_every_operation_is_tried(box: Sandbox) -> None:
    assert tried(box) == set(OPERATIONS)


async def test_an_import_is_followed_to_its_report(box: Sandbox, api: Saleshandy) -> None:
    demo = Demo(box)
    rows = [ANN, {"First Name": "Nobody", "Email": "nowhere"}]
    started = await api.send(
        ImportProspectsToSequence(prospect_list=rows, step_id=demo.step, conflict_action="noUpdate")
    )
    status = await api.send(GetImportStatus(request_id=started.request_id))
    assert (status.is_completed, status.failed_prospects_url) == (False, None)
    box.clock.advance(60)
    status = await api.send(GetImportStatus(request_id=started.request_id))
    assert status.is_completed
    assert status.failed_prospects_url is not None
    report = await api.download(status.failed_prospects_url)
    assert "nowhere" in report
    assert ANN["Email"] not in report


async def test_what_was_written_is_read_back(api: Saleshandy) -> None:
    made = await api.send(CreateSequence(title="A test of 5% & more"))
    step = await api.send(
        CreateSequenceStep(
            sequence_id=made.id, type=Channel.EMAIL, absolute_days=1, variants=[VariantInput(payload=TEXT)]
        )
    )
    [found] = (await api.send(ListSequences(title="A test of 5% & more"))).items
    assert (found.id, found.title, found.active, [ref.id for ref in found.steps]) == (
        made.id,
        "A test of 5% & more",
        False,
        [step.id],
    )
    [read] = await api.send(ListSequenceSteps(sequence_id=made.id))
    assert (read.type, read.absolute_days, read.variants[0].payload) == (Channel.EMAIL, 1, TEXT)
    [variant] = await api.send(GetSequenceStep(sequence_id=made.id, step_id=step.id))
    assert (variant.id, variant.payload) == (step.variants[0].id, TEXT)


async def test_a_priority_can_be_read_back(box: Sandbox, api: Saleshandy) -> None:
    demo = Demo(box)
    await api.send(UpdateSequencePriorityDistribution(sequence_id=demo.sequence, priority_distribution_id=2))
    settings = await api.send(GetSequenceSettings(sequence_id=demo.sequence))
    assert [choice.id for choice in settings.priority_distribution if choice.active] == [2]


async def test_senders_are_counted_with_what_they_may_still_send(api: Saleshandy) -> None:
    page = await api.send(ListEmailAccounts(page_size=4))
    assert (len(page.items), page.total, page.more) == (4, 6, True)
    assert page.items[0].quota_left is not None


async def test_a_path_out_of_the_path_finds_nothing(api: Saleshandy) -> None:
    with pytest.raises(Rejected):
        await api.send(ListSequenceSteps(sequence_id="../sequences"))
