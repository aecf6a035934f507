"""A job to which something happens: nothing is told as done that is not, and nothing is sent twice."""

import asyncio

import anyio
import httpx2
import pytest

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import (
    BAD_KEY,
    NOT_FOUND,
    RATE_LIMIT,
    TITLE,
    UNSUBSCRIBED,
    carried_out,
    counts,
    people,
    people_at,
    planned,
    results,
    taken,
    target,
)
from tests.kit import (
    IMPORT,
    STATUS,
    Answer,
    App,
    Fault,
    Message,
    Receive,
    faulty,
    lost,
    posts,
    says,
    unreachable,
)

PEOPLE = "GET /prospects$"


async def timed_out(app: App, scope: Message, receive: Receive, _: Answer) -> None:
    async def nowhere(_: Message) -> None:
        pass

    await app(scope, receive, nowhere)
    raise httpx2.ReadTimeout("too late")


async def cut_before(*_: object) -> None:
    """The line breaks before anything is carried out."""
    raise httpx2.ReadError("the line broke")


UNCLEAR = [
    pytest.param(lost, id="line broke"),
    pytest.param(timed_out, id="too late"),
    pytest.param(says(500, {"message": "Internal server error"}, passed_on=True), id="500"),
    pytest.param(says(502, "<html>", "text/html", passed_on=True), id="502"),
    pytest.param(says(408, {}, passed_on=True), id="408"),
    pytest.param(says(201, "<html>", "text/html", passed_on=True), id="html"),
    pytest.param(says(201, "", passed_on=True), id="empty"),
    pytest.param(says(201, {"message": "ok", "payload": {}}, passed_on=True), id="no request id"),
]


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_a_batch_carried_out_without_a_clear_answer_is_read_back_and_sent_once(
    box: Sandbox, ledger: Ledger, fault: Fault
) -> None:
    planned(ledger, target(box), people(90), most=30)
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, fault, after=1, times=1))
    assert (ended.state, counts(ledger), posts(box)) == ("finished", {"imported": 90}, 3)
    assert taken(box) == dict.fromkeys(people(90), 1)
    assert [it.reason.code for it in results(ledger)] == [
        *[ReasonCode.NEW] * 30,
        *[ReasonCode.FOUND_AGAIN] * 30,
        *[ReasonCode.NEW] * 30,
    ]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(cut_before, id="line broke"),
        pytest.param(says(500, {"message": "Internal server error"}), id="500"),
        pytest.param(says(502, "<html>", "text/html"), id="502"),
        pytest.param(says(201, "<html>", "text/html"), id="html"),
    ],
)
async def test_a_batch_that_is_proven_to_be_missing_is_sent_again(box: Sandbox, ledger: Ledger, fault: Fault) -> None:
    planned(ledger, target(box), people(90), most=30)
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, fault, after=1, times=1))
    assert (ended.state, counts(ledger), posts(box)) == ("finished", {"imported": 90}, 3)
    assert taken(box) == dict.fromkeys(people(90), 1)


async def test_refused_rows_of_a_batch_whose_answer_was_lost_are_sent_again_for_their_reasons(
    box: Sandbox, ledger: Ledger
) -> None:
    planned(ledger, target(box), [*people(20), UNSUBSCRIBED, *people(5, "other.example.com")], most=21)
    await carried_out(box, ledger, app=faulty(box, IMPORT, lost, times=1))
    assert counts(ledger) == {"imported": 25, "refused": 1}
    assert {it.reason.text for it in results(ledger) if it.state == "refused"} == {"Prospect is unsubscribed"}
    assert taken(box) == {
        **dict.fromkeys(people(20), 1),
        UNSUBSCRIBED: 2,
        **dict.fromkeys(people(5, "other.example.com"), 1),
    }


async def test_who_was_in_the_sequence_before_is_unknown_where_the_answer_was_lost(
    box: Sandbox, ledger: Ledger
) -> None:
    there = people_at(box, TITLE, 1)[:4]
    planned(ledger, target(box), [*people(6), *there])
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, lost, times=1))
    assert (ended.state, counts(ledger), posts(box)) == ("finished", {"imported": 6, "unknown": 4}, 1)
    assert all("could not be proven" in it.reason.text for it in results(ledger) if it.state == "unknown")


async def test_who_was_stored_before_but_not_in_the_sequence_proves_that_a_batch_is_missing(
    box: Sandbox, ledger: Ledger
) -> None:
    inside = set(box.world.enrolments[target(box).sequence_id])
    outside = [
        row["email"]
        for id_, row in box.world.prospects.items()
        if id_ not in inside and not row["unsubscribed"] and not row["bounced"]
    ][:5]
    planned(ledger, target(box), outside)
    await carried_out(box, ledger, app=faulty(box, IMPORT, cut_before, times=1))
    assert counts(ledger).get("unknown", 0) == 0
    assert set(taken(box).values()) == {1}


async def test_account_wide_who_was_stored_before_stays_unknown(box: Sandbox, ledger: Ledger) -> None:
    stored = people_at(box, TITLE, 1)[:3]
    planned(ledger, target(box, account_wide=True), [*people(4), *stored])
    await carried_out(box, ledger, app=faulty(box, "POST /prospects/import-with", lost, times=1))
    assert counts(ledger) == {"imported": 4, "unknown": 3}


async def test_where_looking_fails_the_job_stops_and_goes_on_with_looking(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(60), most=30)

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        broken = faulty(box, IMPORT, lost, times=1) if not posts(box) else faulty(box, PEOPLE, says(500, {}))
        await broken(scope, receive, send)

    ended = await carried_out(box, ledger, app=app)
    assert ended.state == "stopped"
    assert "could not be looked up" in ended.note
    assert counts(ledger) == {"unknown": 30, "imported": 30}
    await carried_out(box, ledger)
    assert (counts(ledger), posts(box)) == ({"imported": 60}, 2)


async def test_after_three_doubts_a_job_stops_by_itself(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(200), most=20)
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, lost))
    assert ended.state == "stopped"
    assert (counts(ledger), posts(box)) == ({"unknown": 60, "not_sent": 140}, 3)
    await carried_out(box, ledger)
    assert counts(ledger) == {"imported": 200}
    assert taken(box) == dict.fromkeys(people(200), 1)


async def test_a_batch_that_never_left_is_sent_when_the_network_is_back(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(60), most=30)
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, unreachable, after=1, times=20))
    assert (ended.state, counts(ledger), posts(box)) == ("finished", {"imported": 60}, 2)
    planned(ledger, target(box), people(3, "other.example.com"), "imp_2")
    ended = await carried_out(box, ledger, "imp_2", faulty(box, IMPORT, unreachable))
    assert "nothing could be sent for 30 minutes" in ended.note
    assert counts(ledger, "imp_2") == {"not_sent": 3}


async def test_a_key_that_is_revoked_on_the_way_stops_the_job_and_a_new_run_goes_on(
    box: Sandbox, ledger: Ledger
) -> None:
    planned(ledger, target(box), people(90), most=30)
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, says(400, BAD_KEY), after=1))
    assert (ended.state, ended.note) == ("stopped", "the API key was not accepted (Invalid token)")
    assert counts(ledger) == {"imported": 30, "not_sent": 60}
    await carried_out(box, ledger)
    assert (counts(ledger), taken(box)) == ({"imported": 90}, dict.fromkeys(people(90), 1))


async def test_a_key_that_is_revoked_while_waiting_leaves_that_batch_to_the_next_run(
    box: Sandbox, ledger: Ledger
) -> None:
    planned(ledger, target(box), people(60), most=30)
    ended = await carried_out(box, ledger, app=faulty(box, STATUS, says(401, {"message": "no"})))
    assert ended.state == "stopped"
    assert counts(ledger) == {"unknown": 30, "not_sent": 30}
    await carried_out(box, ledger)
    assert (counts(ledger), posts(box)) == ({"imported": 60}, 2)


@pytest.mark.parametrize("fault", [says(500, {}), lost, says(200, "<html>", "text/html"), says(503, "")])
async def test_an_outage_of_ten_minutes_is_waited_for(box: Sandbox, ledger: Ledger, fault: Fault) -> None:
    planned(ledger, target(box), people(60), most=30)
    await carried_out(box, ledger, app=faulty(box, STATUS, fault, times=60))
    assert counts(ledger) == {"imported": 60}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(says(200, {"payload": {"isCompleted": False}}), id="never ends"),
        pytest.param(says(200, {"payload": {"state": "new"}}), id="other words"),
        pytest.param(lost, id="lost"),
    ],
)
async def test_an_import_whose_end_cannot_be_seen_stays_open(box: Sandbox, ledger: Ledger, fault: Fault) -> None:
    planned(ledger, target(box), people(60), most=30)
    ended = await carried_out(box, ledger, app=faulty(box, STATUS, fault))
    assert "had not ended import" in ended.note
    assert counts(ledger) == {"unknown": 30, "not_sent": 30}
    await carried_out(box, ledger)
    assert (counts(ledger), posts(box)) == ({"imported": 60}, 2)


async def test_an_import_that_saleshandy_never_heard_of_is_read_back(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(60), most=30)
    await carried_out(box, ledger, app=faulty(box, STATUS, says(400, NOT_FOUND), times=50))
    assert (counts(ledger), posts(box)) == ({"imported": 60}, 2)


async def held(box: Sandbox, ledger: Ledger, call: str, *, native: bool) -> None:
    """Cancel a job while one of its calls is being carried out."""
    inside, released = anyio.Event(), anyio.Event()

    async def hold(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        inside.set()
        await released.wait()
        await app(scope, receive, send)

    app = faulty(box, call, hold, after=1)
    if native:
        task = asyncio.ensure_future(carried_out(box, ledger, app=app))
        await inside.wait()
        task.cancel()
        released.set()
        await asyncio.wait([task])
        return
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(carried_out, box, ledger, "imp_1", app)
        await inside.wait()
        tasks.cancel_scope.cancel()
        released.set()


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("call", [IMPORT, STATUS, PEOPLE])
async def test_a_cancelled_job_has_lost_nothing_and_goes_on(
    box: Sandbox, ledger: Ledger, call: str, *, native: bool
) -> None:
    planned(ledger, target(box), people(90), most=30)
    if call == PEOPLE:
        await carried_out(box, ledger, app=faulty(box, IMPORT, lost))
    await held(box, ledger, call, native=native)
    told = counts(ledger)
    assert sum(told.values()) == 90
    await carried_out(box, ledger)
    assert (counts(ledger), taken(box)) == ({"imported": 90}, dict.fromkeys(people(90), 1))


async def test_a_batch_that_waits_for_the_rate_limit_when_all_ends_was_not_sent(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(60), most=30)
    async with anyio.create_task_group() as tasks:

        async def throttle(app: App, scope: Message, receive: Receive, send: Answer) -> None:
            tasks.cancel_scope.cancel()
            await says(400, RATE_LIMIT)(app, scope, receive, send)

        await carried_out(box, ledger, app=faulty(box, IMPORT, throttle, after=1))
    assert counts(ledger) == {"imported": 30, "not_sent": 30}


async def test_a_fault_of_ours_leaves_a_job_that_can_go_on(box: Sandbox, ledger: Ledger) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    planned(ledger, target(box), people(5))
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, broken))
    assert (ended.state, ended.note) == ("stopped", "a fault inside this program (RuntimeError)")
    assert counts(ledger) == {"unknown": 5}
    await carried_out(box, ledger)
    assert (counts(ledger), posts(box)) == ({"imported": 5}, 1)
