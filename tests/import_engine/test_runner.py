"""Running a job: what the ledger says of every row agrees with what the sandbox has done."""

from pathlib import Path

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import (
    BOUNCED,
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
from tests.kit import IMPORT, STATUS, faulty, line_of, new_box, posts, says


async def test_each_refused_row_has_the_reason_that_saleshandy_gave(box: Sandbox, ledger: Ledger) -> None:
    (elsewhere,) = people_at(box, TITLE, 3)[:1]
    planned(ledger, target(box), ["p@new.example.com", UNSUBSCRIBED.upper(), BOUNCED, elsewhere])
    ended = await carried_out(box, ledger)
    assert (ended.state, ended.note) == ("finished", "")
    assert [(it.number, it.state, it.reason.text) for it in results(ledger)] == [
        (2, "imported", "new: stored since this import began"),
        (3, "refused", "Prospect is unsubscribed"),
        (4, "refused", "Prospect has bounced before"),
        (5, "refused", "Prospect already present in another step of same sequence"),
    ]


async def test_many_rows_go_behind_a_canary_and_each_once(box: Sandbox, ledger: Ledger) -> None:
    before = line_of(box, TITLE)["prospects"]
    planned(ledger, target(box), people(1300))
    await carried_out(box, ledger)
    assert counts(ledger) == {"imported": 1300}
    assert [job["rows"] for job in box.state()["imports"]] == [25, 500, 500, 275]
    assert taken(box) == dict.fromkeys(people(1300), 1)
    assert line_of(box, TITLE)["prospects"] == before + 1300


async def test_when_all_of_the_canary_is_refused_nothing_else_is_sent(box: Sandbox, ledger: Ledger) -> None:
    known = people_at(box, TITLE, 2)[:20]
    planned(ledger, target(box), [*known, *people(10)], most=20)
    ended = await carried_out(box, ledger)
    assert ended.state == "stopped"
    assert ended.note.startswith("all rows of the first batch were refused (Prospect already present in another step")
    assert counts(ledger) == {"refused": 20, "not_sent": 10}
    ended = await carried_out(box, ledger)
    assert (ended.state, counts(ledger)) == ("finished", {"refused": 20, "imported": 10})


async def test_account_wide_nobody_is_enrolled(box: Sandbox, ledger: Ledger) -> None:
    before = line_of(box, TITLE)["prospects"]
    planned(ledger, target(box, account_wide=True), [*people(3), UNSUBSCRIBED])
    await carried_out(box, ledger)
    assert counts(ledger) == {"imported": 4}
    assert line_of(box, TITLE)["prospects"] == before
    assert posts(box, "POST /prospects/import-with-field-name") == 1


async def test_a_batch_too_large_for_the_api_is_halved_until_it_fits(box: Sandbox, ledger: Ledger) -> None:
    too_large = says(413, {"statusCode": 413, "message": "request entity too large", "error": "Payload Too Large"})
    planned(ledger, target(box), people(100))
    await carried_out(box, ledger, app=faulty(box, IMPORT, too_large, times=2))
    assert counts(ledger) == {"imported": 100}
    assert sorted(job["rows"] for job in box.state()["imports"]) == [25, 25, 50]


async def test_a_single_row_too_large_for_the_api_is_refused_with_its_words(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(2))
    app = faulty(box, IMPORT, says(413, {"message": "request entity too large"}))
    await carried_out(box, ledger, app=app)
    ended = await carried_out(box, ledger, app=app)
    assert ended.state == "finished"
    assert {(it.state, it.reason.text) for it in results(ledger)} == {("refused", "request entity too large")}


async def test_a_batch_refused_as_a_whole_stops_the_job_before_the_others_are_burnt(
    box: Sandbox, ledger: Ledger
) -> None:
    planned(ledger, target(box), people(700))
    refusal = says(400, {"message": ["one", "two"], "error": "Bad Request"})
    ended = await carried_out(box, ledger, app=faulty(box, IMPORT, refusal, after=1, times=1))
    assert ended.note == "Saleshandy refused a whole batch (one; two); the others were not sent"
    assert counts(ledger) == {"imported": 25, "refused": 500, "not_sent": 175}
    await carried_out(box, ledger)
    assert counts(ledger) == {"imported": 200, "refused": 500}


async def test_a_request_that_is_not_known_at_once_is_waited_for(box: Sandbox, ledger: Ledger) -> None:
    for job, status, body in (("imp_1", 400, NOT_FOUND), ("imp_2", 404, {"statusCode": 404, "message": "no"})):
        planned(ledger, target(box), people(2, f"{job}.example.com"), job)
        await carried_out(box, ledger, job, faulty(box, STATUS, says(status, body), times=5))
        assert counts(ledger, job) == {"imported": 2}


async def test_a_rate_limit_makes_an_import_wait_and_refuses_nobody(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(600))
    await carried_out(box, ledger, app=faulty(box, IMPORT, says(400, RATE_LIMIT), after=1, times=8))
    assert (counts(ledger), posts(box)) == ({"imported": 600}, 3)
    planned(ledger, target(box), people(600, "other.example.com"), "imp_2")
    await carried_out(box, ledger, "imp_2", faulty(box, STATUS, says(429, {"message": "slow"}), times=9))
    assert counts(ledger, "imp_2") == {"imported": 600}
    planned(ledger, target(box), people(600, "third.example.com"), "imp_3")
    await carried_out(box, ledger, "imp_3", faulty(box, "GET /sequences$", says(400, RATE_LIMIT), times=9))
    assert counts(ledger, "imp_3") == {"imported": 600}


async def test_a_long_import_keeps_to_the_limits_of_the_api(tmp_path: Path) -> None:
    box, ledger = new_box(limits=True), Ledger(lambda: tmp_path / "imports.sqlite3")
    planned(ledger, target(box), people(12_000))
    await carried_out(box, ledger)
    assert counts(ledger) == {"imported": 12_000}
    assert posts(box) == 19
    assert 30 < box.clock.seconds() < 180


async def test_what_was_imported_is_not_kept_a_second_time_and_what_was_refused_can_be_sent_again(
    box: Sandbox, ledger: Ledger
) -> None:
    planned(ledger, target(box), [*people(2), UNSUBSCRIBED])
    await carried_out(box, ledger)
    with ledger.reading() as db:
        kept = db.execute("SELECT json FROM payloads").fetchall()
    assert kept == [(f'{{"Email":"{UNSUBSCRIBED}"}}',)]


async def test_a_job_that_another_one_overtook_does_not_send_its_people_again(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(5), "imp_1")
    planned(ledger, target(box), people(7), "imp_2")
    await carried_out(box, ledger, "imp_1")
    await carried_out(box, ledger, "imp_2")
    assert counts(ledger, "imp_2") == {"skipped": 5, "imported": 2}
    assert {it.reason.text for it in results(ledger, "imp_2")[:5]} == {"imported by imp_1 with the same values"}
    assert set(taken(box).values()) == {1}


async def test_the_same_people_at_another_step_are_another_matter(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box, 1), people(2), "imp_1")
    planned(ledger, target(box, 2), people(2), "imp_2")
    await carried_out(box, ledger, "imp_1")
    await carried_out(box, ledger, "imp_2")
    assert counts(ledger, "imp_2") == {"refused": 2}
