"""Who of the imported people was new and who was there already: only what was read is claimed."""

from collections import Counter

import pytest

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.run.verdict import PAGES
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import TITLE, carried_out, counts, people, people_at, planned, record, results, target
from tests.jumping_time import JUMPING_TIME, now
from tests.kit import IMPORT, Answer, Fault, Message, Receive, faulty, from_table, lost, says

PEOPLE, STATS = "GET /prospects$", "POST /analytics/stats"


def told(ledger: Ledger, job: str = "imp_1") -> dict[str, int]:
    return dict(Counter(str(it.reason.code) for it in results(ledger, job) if it.state == "imported"))


async def test_new_people_are_told_from_those_who_were_there(box: Sandbox, ledger: Ledger) -> None:
    there = people_at(box, TITLE, 1)[:4]
    planned(ledger, target(box), [*people(3), *there])
    await carried_out(box, ledger)
    assert told(ledger) == {"new": 3, "there_before": 4}
    assert {it.email for it in results(ledger) if it.reason.code == "there_before"} == set(there)


async def test_how_many_more_people_are_in_the_sequence_is_counted_by_saleshandy(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), [*people(3), *people_at(box, TITLE, 1)[:4]])
    await carried_out(box, ledger)
    facts = record(ledger).facts
    assert facts.people_before is not None
    assert facts.people_after == facts.people_before + 3


async def test_who_was_imported_to_the_same_place_before_is_told_by_that_job(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(2))
    await carried_out(box, ledger)
    planned(ledger, target(box), people(3), "imp_2")
    ledger.keep("imp_2", again=True)
    await carried_out(box, ledger, "imp_2")
    assert [(it.reason.code, it.reason.job) for it in results(ledger, "imp_2")] == [
        ("there_by_job", "imp_1"),
        ("there_by_job", "imp_1"),
        ("new", ""),
    ]


async def test_without_a_sequence_people_are_told_apart_as_well(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box, account_wide=True), [*people(2), *people_at(box, TITLE, 1)[:1]])
    await carried_out(box, ledger)
    assert told(ledger) == {"new": 2, "there_before": 1}
    assert (record(ledger).facts.people_before, record(ledger).facts.people_after) == (None, None)


async def test_into_an_account_that_shows_nobody_all_are_new(box: Sandbox, ledger: Ledger) -> None:
    nobody = faulty(box, PEOPLE, says(200, {"payload": []}), times=1)
    planned(ledger, target(box, account_wide=True), people(4))
    await carried_out(box, ledger, app=nobody)
    assert record(ledger).facts.since == "0"
    assert told(ledger) == {"new": 4}


@pytest.mark.parametrize("anyio_backend", [JUMPING_TIME], ids=["jumping"])
@pytest.mark.parametrize("name", ["500", "reset", "429-huge", "html", "bad-key", "hang"])
async def test_what_cannot_be_read_is_not_claimed(box: Sandbox, ledger: Ledger, name: str) -> None:
    sent = False

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        nonlocal sent
        fault = from_table(name)
        broken = faulty(box, PEOPLE, fault) if sent else box.app
        sent = sent or "import-status" in scope["path"]
        await broken(scope, receive, send)

    planned(ledger, target(box), [*people(3), *people_at(box, TITLE, 1)[:4]])
    ended = await carried_out(box, ledger, app=app)
    assert (ended.state, counts(ledger), told(ledger)) == ("finished", {"imported": 7}, {"": 7})
    assert (now() > 0) == (name == "hang")


@pytest.mark.parametrize(
    "fault", [says(500, {}), says(200, {"payload": {}}), says(200, {"payload": {"prospects": []}})]
)
async def test_a_sequence_that_is_not_counted_takes_nothing_from_the_verdict(
    box: Sandbox, ledger: Ledger, fault: Fault
) -> None:
    planned(ledger, target(box), people(3))
    ended = await carried_out(box, ledger, app=faulty(box, STATS, fault))
    assert (ended.state, told(ledger), record(ledger).facts.people_after) == ("finished", {"new": 3}, None)


async def test_of_more_people_than_are_read_the_rest_is_not_claimed(box: Sandbox, ledger: Ledger) -> None:
    there = people_at(box, TITLE, 1)[:4]
    planned(ledger, target(box, account_wide=True), [*people(PAGES * 100 + 50), *there])
    await carried_out(box, ledger)
    assert told(ledger) == {"new": PAGES * 100, "": 54}


async def test_who_was_found_again_after_a_lost_answer_stays_so(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(20))
    await carried_out(box, ledger, app=faulty(box, IMPORT, lost, times=1))
    assert told(ledger) == {"found_again": 20}
