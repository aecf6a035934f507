"""Saleshandy asks a job to wait: what is reasonable is waited for; for more the job stops, says so, and can go on."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.run.outcome import PATIENCE
from saleshandy_mcp.import_engine.run.reconcile import SETTLE
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.faults import acts
from saleshandy_mcp.sandbox.faults.table import SLOW_DOWN
from tests.import_engine.engine import carried_out, counts, people, planned, taken, target
from tests.kit import IMPORT, STATUS, Answer, App, Fault, Message, Receive, applied, faulty, lost

PEOPLE, SEQUENCES = "GET /prospects$", "GET /sequences"
YEARS = "315360000"


def throttles(after: str) -> Fault:
    return applied(acts.says(429, SLOW_DOWN, retry_after=after), executed=False)


@pytest.mark.parametrize("call", [IMPORT, STATUS, PEOPLE, SEQUENCES])
async def test_a_wait_of_years_stops_a_job_at_once_and_is_not_repeated(box: Sandbox, ledger: Ledger, call: str) -> None:
    planned(ledger, target(box), people(60), most=30)
    began = box.clock.seconds()
    ended = await carried_out(box, ledger, app=faulty(box, call, throttles(YEARS)))
    assert box.clock.seconds() - began < 300
    assert ended.state == "stopped"
    assert "asks to wait for more than a day; a job waits 30 minutes at most" in ended.note
    assert YEARS not in ended.note
    await carried_out(box, ledger)
    assert (counts(ledger), taken(box)) == ({"imported": 60}, dict.fromkeys(people(60), 1))


async def test_a_wait_of_hours_is_told_as_a_moment(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(3))
    then = box.clock.now() + timedelta(hours=3, seconds=30)
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, throttles("10830")))
    assert (ended.state, counts(ledger)) == ("stopped", {"not_sent": 3})
    assert f"asks to wait until {then:%Y-%m-%d %H:%M} UTC" in ended.note


async def test_a_moment_far_away_stops_a_job_as_well(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(3))
    then = format_datetime(box.clock.now() + timedelta(days=4000), usegmt=True)
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, throttles(then)))
    assert "asks to wait for more than a day" in ended.note


@pytest.mark.parametrize("after", ["-5", "soon", "NaN", "inf", "0", "Mon, 16 Nov 1999 08:00:00 GMT"])
@pytest.mark.parametrize("call", [IMPORT, STATUS, PEOPLE])
async def test_a_wait_that_says_nothing_is_a_minute_at_most(
    box: Sandbox, ledger: Ledger, call: str, after: str
) -> None:
    planned(ledger, target(box), people(3))
    ended = await carried_out(box, ledger, app=faulty(box, call, throttles(after), times=8))
    assert (ended.state, counts(ledger)) == ("finished", {"imported": 3})


@pytest.mark.parametrize("call", [IMPORT, STATUS, PEOPLE, SEQUENCES])
async def test_a_wait_of_minutes_is_waited_for(box: Sandbox, ledger: Ledger, call: str) -> None:
    planned(ledger, target(box), people(3))
    ended = await carried_out(box, ledger, app=faulty(box, call, throttles("600"), times=2))
    assert (ended.state, counts(ledger)) == ("finished", {"imported": 3})


async def test_two_waits_that_are_too_long_together_stop_a_job_before_the_second(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(3))
    began = box.clock.seconds()
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, throttles("1200")))
    assert "asks to wait until" in ended.note
    assert box.clock.seconds() - began < PATIENCE


async def test_looking_people_up_does_not_wait_for_years_either(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(30))
    sent = False

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        nonlocal sent
        broken: App = faulty(box, PEOPLE, throttles(YEARS)) if sent else faulty(box, IMPORT, lost)
        sent = sent or "import-with" in scope["path"]
        await broken(scope, receive, send)

    ended = await carried_out(box, ledger, app=app)
    assert (ended.state, counts(ledger)["unknown"] > 0) == ("stopped", True)
    assert "could not be looked up (Saleshandy asks to wait for more than a day" in ended.note
    await carried_out(box, ledger)
    assert (counts(ledger), taken(box)) == ({"imported": 30}, dict.fromkeys(people(30), 1))


async def test_however_far_the_clock_is_set_forward_a_lost_batch_is_looked_up_a_minute_after_it_was_sent(
    box: Sandbox, ledger: Ledger
) -> None:
    planned(ledger, target(box), people(7), most=7)
    calls: list[tuple[str, float]] = []

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        calls.append((f"{scope['method']} {scope['path'].removeprefix('/v1')}", box.clock.seconds()))
        await faulty(box, IMPORT, lost)(scope, receive, send)

    await carried_out(box, ledger, app=app, now=lambda: box.clock.now() + len(calls) * timedelta(days=1))
    sent = [call for call, _ in calls].index(IMPORT)
    looked = [call for call, _ in calls].index("GET /prospects", sent)
    assert calls[looked][1] - calls[sent][1] >= SETTLE
    assert taken(box) == dict.fromkeys(people(7), 1)
