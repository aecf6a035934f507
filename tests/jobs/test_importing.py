"""Jobs that bring people in: from a file, from rows, from the Lead Finder; and what became of each of them."""

import re

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.imports import verification_result
from tests.jobs.conftest import Job
from tests.jobs.kit import person, token_in
from tests.kit import line_of

FOUNDERS = "SaaS founders"


def count(line: str, word: str) -> int:
    """The number that stands before a word."""
    found = re.search(rf"([\d,]+) {word}", line)
    assert found, f"no number of {word!r} in: {line}"
    return int(found[1].replace(",", ""))


async def test_import_a_file_learn_why_rows_were_left_out_and_send_the_mended_one(job: Job, box: Sandbox) -> None:
    before = line_of(box, FOUNDERS)["prospects"]
    changes = {"imports": "+3", "prospects": "+237", "enrolments": "+241"}
    async with job(calls=2, changes=changes, asks=("Left out, no such field: 'Score'",)) as seller:
        report = await seller.call("import_prospects", sequence=FOUNDERS, file="leads.csv")
        assert "pavel@@tessellate.example.com: bad address: more than one @" in report
        mended = {"Email": "pavel@tessellate.example.com", "First Name": "Pavel"}
        again = await seller.call("import_prospects", sequence=FOUNDERS, rows=[mended])
    assert [count(report, word) for word in ("imported", "refused", "skipped")] == [240, 3, 7]
    assert "1 imported" in again
    assert line_of(box, FOUNDERS)["prospects"] == before + 241
    assert person(box, "pavel@tessellate.example.com")["values"]["First Name"] == "Pavel"


async def test_see_later_whose_address_turned_out_to_be_bad(job: Job, box: Sandbox) -> None:
    changes = {"imports": "+2", "prospects": "+236", "enrolments": "+240"}
    async with job(calls=2, changes=changes, asks=("addresses are verified, which uses credits",)) as seller:
        report = await seller.call("import_prospects", sequence=FOUNDERS, file="leads.csv", map=["Score="], verify=True)
        assert count(report, "pending")
        box.clock.advance(60)
        later = await seller.follow(report, "It goes on:")
    verified = [row["email"] for row in box.world.prospects.values() if row["verifiedAt"] is not None]
    assert f"Verification: {[verification_result(email) for email in verified].count('bad')} bad" in later
    assert len(verified) == 236


async def test_import_into_an_active_sequence_for_a_client_that_cannot_ask(job: Job, box: Sandbox) -> None:
    people = {"sequence": "Q3 launch", "rows": [{"Email": "kim@newharbour.example.com"}], "tags": ["autumn"]}
    changes = {"imports": "+1", "prospects": "+1", "enrolments": "+1", "tags": "+1"}
    async with job(calls=2, changes=changes, answers=None) as seller:
        preview = await seller.call("import_prospects", **people)
        assert 'source: "rows", 1 person' in preview
        await seller.call("import_prospects", **people, confirm=token_in(preview))
    assert person(box, "kim@newharbour.example.com")["tags"] == ["autumn"]


async def test_who_was_refused_is_read_to_the_last_page(job: Job, box: Sandbox) -> None:
    sequence = next(row for row in box.world.sequences.values() if row["title"] == FOUNDERS)
    first, second, _ = (step["id"] for step in box.world.steps_of(sequence["id"]))
    there = [id_ for id_, step in box.world.enrolments[sequence["id"]].items() if step in (first, second)]
    emails = [box.world.prospects[id_]["email"] for id_ in there]
    async with job(calls=2, changes={"imports": "+1"}, asks=("get the fields that they lack",)) as seller:
        report = await seller.call(
            "import_prospects", sequence=FOUNDERS, step="3", rows=[{"Email": it} for it in emails]
        )
        rest = await seller.follow(report, "More:")
    assert f"{len(emails)} refused by Saleshandy" in report
    assert all(email in report or email in rest for email in emails)
    assert "More:" not in rest


async def test_look_up_later_by_its_request_how_an_import_ended(job: Job) -> None:
    gone = "zofia.nowak@ostrellis.example.com"
    changes = {"imports": "+1", "prospects": "+1", "enrolments": "+1"}
    # One of them is stored already, and an import may change her.
    async with job(calls=2, changes=changes, asks=("get the fields that they lack",)) as seller:
        rows = [{"Email": "kim@newharbour.example.com"}, {"Email": gone}]
        report = await seller.call("import_prospects", sequence=FOUNDERS, rows=rows)
        request = re.findall(r"Saleshandy request (\w+)", report)[-1]
        later = await seller.call("check_import_status", job=request)
    assert f"{gone}: Prospect is unsubscribed" in later


async def test_only_those_who_may_be_written_to_are_imported(job: Job, box: Sandbox) -> None:
    emails = ["kim@newharbour.example.com", "stop@saltmeadow.example.com", "anybody@pinewharf.example.com"]
    changes = {"imports": "+1", "prospects": "+1", "enrolments": "+1"}
    async with job(calls=1, changes=changes) as seller:
        said = await seller.call("import_prospects", sequence=FOUNDERS, rows=[{"Email": email} for email in emails])
    assert "1 imported · 2 skipped" in said
    assert person(box, emails[0])
    assert all(box.world.prospect(email) is None for email in emails[1:])


async def test_find_leads_pay_for_a_few_and_import_those_whose_address_is_valid(job: Job, box: Sandbox) -> None:
    # Of five one is a miss, and one has an address that is risky.
    changes = {"leads": "~4 revealed", "credits": "~1", "jobs": "+1"}
    brought_in = {"imports": "+1", "prospects": "+3", "enrolments": "+3"}
    asks = ('cost: "up to 5 credits"', 'sequence: "SaaS founders')
    async with job(calls=3, changes={**changes, **brought_in}, asks=asks) as seller:
        found = await seller.call("search_leads", job_titles=["Head of Operations"], employees="50-500")
        revealed = await seller.follow(found, "Reveal, asking first:")
        lines = re.findall(r"^(\S+) (.+) \[\d+\] · .* · (\S+@\S+) \(valid\)", revealed, re.MULTILINE)
        rows = [{"Email": email, "First Name": first, "Last Name": last} for first, last, email in lines]
        await seller.follow(revealed, "Into a sequence:", sequence=FOUNDERS, rows=rows)
    assert all(person(box, row["Email"])["values"]["Last Name"] == row["Last Name"] for row in rows)


async def test_too_few_credits_for_phones_are_told_before_anything_is_paid(job: Job, box: Sandbox) -> None:
    changes = {"leads": "~23 revealed", "credits": "~1", "jobs": "+1"}
    async with job(calls=3, changes=changes, asks=("- 25 leads",)) as seller:
        found = await seller.call("search_leads", levels=["vp", "head", "founder"])
        leads = re.findall(r"\[(\d+)\]", found)
        why = await seller.refused("enrich_leads", leads=leads, phone=True)
        assert "or leave phone out" in why
        paid = await seller.call("enrich_leads", leads=leads)
    assert "23 of 25 leads revealed, 2 missed" in paid
    assert len([lead for lead in leads if box.world.leads[int(lead)]["revealed"]]) == 23
