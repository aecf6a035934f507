"""Sending an import: what is told of every row agrees with what the sandbox has done."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.api.action import Desk
from saleshandy_mcp.imports.check import key
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.workflows.importing import CheckImportStatus, ImportProspects, ImportReport
from tests.imports.jobs_kit import (
    BOUNCED,
    NOT_FOUND,
    RATE_LIMIT,
    TITLE,
    UNSUBSCRIBED,
    carried_out,
    people,
    people_at,
    place,
)
from tests.workflows.kit import IMPORT, STATUS, adds_up, desk_over, faulty, line_of, new_box, posts, says


async def test_a_large_file_goes_in_batches_and_every_row_is_accounted_for(
    box: Sandbox, desk: Desk, tmp_path: Path
) -> None:
    known = people_at(box, TITLE, 2)[:7]
    lines = [
        "Email,First Name,Score",
        *(f"{it},Ann,1" for it in [*people(1190), UNSUBSCRIBED, BOUNCED, *known]),
        "no,,",
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    before = line_of(box, TITLE)["prospects"]
    told = await ImportProspects(sequence=TITLE, file="a.csv").run(desk)
    assert (told.rows, told.imported, told.refused, told.skipped) == (1200, 1190, 9, 1)
    assert adds_up(told)
    assert told.finished
    assert told.columns_left_out == ["Score"]
    assert posts(box) == len(told.request_ids) == 3
    jobs = box.state()["imports"]
    assert sum(job["imported"] + job["updated"] for job in jobs) == told.imported
    reasons: Counter[str] = Counter()
    for job in jobs:
        reasons.update(job["reasons"])
    assert reasons == told.refused_for
    assert line_of(box, TITLE)["prospects"] == before + 1190


async def test_each_refused_row_has_its_number_and_the_reason_that_saleshandy_gave(box: Sandbox) -> None:
    (elsewhere,) = people_at(box, TITLE, 3)[:1]
    told = await carried_out(box, ["p@new.example.com", UNSUBSCRIBED.upper(), BOUNCED, elsewhere])
    assert told.imported == 1
    assert [(it.row, it.state, it.reason) for it in told.trouble] == [
        (3, "refused", "Prospect is unsubscribed"),
        (4, "refused", "Prospect has bounced before"),
        (5, "refused", "Prospect already present in another step of same sequence"),
    ]


SOME = new_box()
KNOWN = [UNSUBSCRIBED, BOUNCED, *people_at(SOME, TITLE, 1)[:3], *people_at(SOME, TITLE, 2)[:3]]
address = st.one_of(
    st.sampled_from([*KNOWN, *map(str.upper, KNOWN), *people(5), "", "no", "a@b", "jörg@x.example.com"]),
    st.builds("{}@n.example.com".format, st.from_regex(r"[a-z.]{1,3}", fullmatch=True)),
)


@given(st.lists(address, min_size=1, max_size=40), st.sampled_from([1, 2, 3]))
@settings(max_examples=25, deadline=None)
async def test_whatever_the_rows_the_counts_are_those_of_the_sandbox(rows: list[str], step: int) -> None:
    box = new_box()
    async with desk_over(box) as desk:
        told = await ImportProspects(sequence=TITLE, step=str(step), rows=[{"Email": it} for it in rows]).run(desk)
    assert adds_up(told)
    assert told.finished
    assert told.rows == len(rows)
    assert told.unknown == told.not_sent == 0
    jobs = box.state()["imports"]
    assert told.imported == sum(job["imported"] + job["updated"] for job in jobs)
    assert told.refused == sum(job["refused"] for job in jobs)
    assert told.skipped == len(rows) - sum(job["rows"] for job in jobs)
    sequence_id, _ = place(box, TITLE, 1)
    bad = {it.row for it in told.trouble}
    for number, email in enumerate(rows, start=1):
        if number not in bad and told.trouble_rows == len(told.trouble):
            prospect = box.world.prospect(key(email))
            assert prospect is not None
            assert prospect["id"] in box.world.enrolments[sequence_id]


async def test_a_batch_too_large_for_the_api_is_halved_until_it_fits(box: Sandbox) -> None:
    too_large = says(413, {"statusCode": 413, "message": "request entity too large", "error": "Payload Too Large"})
    told = await carried_out(box, people(600), faulty(box, IMPORT, too_large, times=2))
    assert told.imported == 600
    assert [job["rows"] for job in box.state()["imports"]] == [125, 125, 250, 100]


async def test_a_single_row_too_large_for_the_api_is_refused_with_its_words(box: Sandbox) -> None:
    told = await carried_out(box, people(2), faulty(box, IMPORT, says(413, {"message": "request entity too large"})))
    assert told.refused_for == {"request entity too large": 2}


async def test_a_refused_batch_is_refused_in_the_words_of_the_api(box: Sandbox) -> None:
    told = await carried_out(box, people(600), step_id="gone")
    assert (told.refused, told.refused_for) == (600, {"Step gone not found": 600})
    assert posts(box) == 2


async def test_one_refused_batch_does_not_stop_the_others(box: Sandbox) -> None:
    refusal = says(400, {"message": ["one", "two"], "error": "Bad Request"})
    told = await carried_out(box, people(700), faulty(box, IMPORT, refusal, times=1))
    assert (told.refused_for, told.imported) == ({"one; two": 500}, 200)


async def test_a_request_that_is_not_known_at_once_is_waited_for(box: Sandbox) -> None:
    for status, body in ((400, NOT_FOUND), (404, {"statusCode": 404, "message": "no", "error": "Not Found"})):
        told = await carried_out(box, people(2), faulty(box, STATUS, says(status, body), times=5))
        assert told.imported == 2


async def test_a_rate_limit_makes_an_import_wait_and_refuses_nobody(box: Sandbox) -> None:
    told = await carried_out(box, people(600), faulty(box, IMPORT, says(400, RATE_LIMIT), after=1, times=8))
    assert (told.imported, posts(box)) == (600, 2)
    told = await carried_out(box, people(600), faulty(box, STATUS, says(429, {"message": "slow"}), times=9))
    assert told.imported == 600


async def test_a_long_import_keeps_to_the_limits_of_the_api() -> None:
    box = new_box(limits=True)
    told = await carried_out(box, people(11_000))
    assert (told.imported, posts(box)) == (11_000, 22)
    assert box.clock.seconds() > 60


async def test_an_import_of_nothing_that_can_be_sent_sends_nothing(box: Sandbox, desk: Desk) -> None:
    told = await ImportProspects(sequence=TITLE, rows=[{"Email": "no"}, {"Email": "a@b"}]).run(desk)
    assert (told.rows, told.skipped, told.finished) == (2, 2, True)
    assert told.skipped_for == {"bad address": 2}
    assert posts(box) == 0


async def test_an_import_that_takes_longer_than_the_call_goes_on_after_it(box: Sandbox) -> None:
    async with desk_over(box, patience=1) as desk:
        told = await ImportProspects(sequence=TITLE, rows=[{"Email": it} for it in people(3)]).run(desk)
        assert told.finished is False
        assert (told.in_progress, told.next) == (3, f'check_import_status(job="{told.job}")')
        assert adds_up(told)
        while not told.finished:
            again = await CheckImportStatus(job=told.job).run(desk)
            assert isinstance(again, ImportReport)
            assert adds_up(again)
            told = again
    assert (told.imported, told.next) == (3, None)
    assert posts(box) == 1


@pytest.mark.parametrize("verify", [True, False])
async def test_what_was_asked_for_is_what_is_stored(box: Sandbox, desk: Desk, *, verify: bool) -> None:
    row = {"e-mail": "ann@new.example.com", "first name": "Ann", "Why Now": "a\nb"}
    told = await ImportProspects(sequence=TITLE, step="2", rows=[row], verify=verify, tags=["spring"]).run(desk)
    assert told.imported == 1
    stored = box.world.prospect("ann@new.example.com")
    assert stored is not None
    assert (stored["values"], stored["tags"]) == ({"First Name": "Ann", "Why Now": "a<br>b"}, ["spring"])
    sequence_id, step_id = place(box, TITLE, 2)
    assert box.world.enrolments[sequence_id][stored["id"]] == step_id
    assert told.verification == ({"pending": 1} if verify else {})
