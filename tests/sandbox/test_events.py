"""The list of events: what is recorded, and how it is asked."""

from datetime import timedelta

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.http import contract
from saleshandy_mcp.sandbox.simulation.events import KINDS, latest, record, select


def test_the_kinds_are_the_webhook_events_of_the_contract() -> None:
    assert list(KINDS) == contract.document()["components"]["schemas"]["WebhookEvent"]["enum"]


def test_an_event_says_what_when_and_whom_and_keeps_its_facts(box: Sandbox) -> None:
    event = record(box.world, "task-updated", prospect_id="p", sequence_id="s", status="completed")
    assert (event["kind"], event["at"]) == ("task-updated", box.world.now())
    assert (event["prospectId"], event["sequenceId"], event["stepId"]) == ("p", "s", None)
    assert event["facts"] == {"status": "completed"}


def test_events_are_found_by_kind_by_place_and_by_time(box: Sandbox) -> None:
    now = box.clock.now()
    early = record(box.world, "task-created", sequence_id="s", at=now)
    late = record(box.world, "task-updated", sequence_id="s", at=now + timedelta(hours=1))
    record(box.world, "task-updated", sequence_id="other", at=now)
    assert list(select(box.world, sequenceId="s")) == [early, late]
    assert list(select(box.world, "task-updated", sequenceId="s")) == [late]
    assert list(select(box.world, sequenceId="s", until=late["at"])) == [early]
    assert list(select(box.world, sequenceId="s", since=late["at"])) == [late]


def test_the_latest_event_is_so_by_time_not_by_place_in_the_list(box: Sandbox) -> None:
    now = box.clock.now()
    late = record(box.world, "task-updated", at=now + timedelta(hours=1))
    record(box.world, "task-updated", at=now)
    assert latest(box.world, "task-updated") == late
    assert latest(box.world, "task-updated", sequenceId="nowhere") is None
