"""People of whom their own row says that they are not to be mailed are not enrolled, and the plan says why."""

from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.import_engine.read_as import ReadAs
from saleshandy_mcp.import_engine.suppression.screening import Screening
from tests.features.questions import words
from tests.import_engine.cases.kit import planned
from tests.kit import context_over, new_box

OPT_OUT = """Email,First Name,Status,Email Opt Out,Unsubscribed from all email
ann@example.com,Ann,subscribed,0,false
bea@example.com,Bea,unsubscribed,1,true
cem@example.com,Cem,cleaned,0,false
"""


async def test_whoever_unsubscribed_or_was_cleaned_by_the_file_is_skipped_with_column_and_value(tmp_path: Path) -> None:
    found = await planned(OPT_OUT, tmp_path)
    assert [row["First Name"] for row in found.stored] == ["Ann"]
    assert found.skipped == {
        3: 'unsubscribed according to its row ("Status": unsubscribed)',
        4: 'cleaned (bounced) according to its row ("Status": cleaned)',
    }
    assert {it.text for it in found.view.skipped_for} == {
        'unsubscribed according to its row ("Status")',
        'cleaned (bounced) according to its row ("Status")',
    }
    assert (
        'Read for who is out and which addresses are bad: "Status", "Email Opt Out", "Unsubscribed from all email"'
        in found.view.mapping
    )
    assert not [line for line in found.view.mapping if "no such field" in line]


async def test_mailchimps_time_of_unsubscribing_is_counted_together_whenever_it_was(tmp_path: Path) -> None:
    text = "Email Address,First Name,UNSUB_TIME,UNSUB_REASON\n" + "".join(
        f"p{day}@example.com,P,2026-05-0{day} 10:00:00,NORMAL\n" for day in (1, 2)
    )
    found = await planned(text, tmp_path)
    assert found.skipped[2] == 'unsubscribed according to its row ("UNSUB_TIME": 2026-05-01 10:00:00)'
    assert [(it.text, it.rows) for it in found.view.skipped_for] == [
        ('unsubscribed according to its row ("UNSUB_TIME")', 2)
    ]


async def test_a_verifiers_bad_addresses_are_skipped_and_its_doubts_told(tmp_path: Path) -> None:
    found = await planned(
        "Email,Email Validity\nann@example.com,valid\nbea@example.com,invalid\ncem@example.com,do_not_mail\n"
        "dan@example.com,spamtrap\neva@example.com,catch-all\nfia@example.com,risky\n",
        tmp_path,
    )
    assert [row["Email"] for row in found.stored] == ["ann@example.com", "eva@example.com", "fia@example.com"]
    assert found.skipped == {
        3: 'its row calls the address invalid ("Email Validity": invalid)',
        4: 'its row calls the address do_not_mail ("Email Validity": do_not_mail)',
        5: 'its row calls the address spamtrap ("Email Validity": spamtrap)',
    }
    assert found.view.warnings == [
        '1 address is called catch-all by "Email Validity"',
        '1 address is called risky by "Email Validity"',
    ]


async def test_an_address_that_apollo_did_not_reveal_is_nobodys(tmp_path: Path) -> None:
    locked = "".join(f"P{it},email_not_unlocked@domain.com,Unavailable\n" for it in range(5))
    found = await planned(f"First Name,Email,Email Status\n{locked}Ann,ann@example.com,Verified\n", tmp_path)
    assert [row["First Name"] for row in found.stored] == ["Ann"]
    assert set(found.skipped.values()) == {"not revealed by Apollo"}
    assert len(found.skipped) == 5


@pytest.mark.parametrize("address", ["j***@fern.example.com", "noemail@fern.example.com", "test@test.com"])
async def test_what_stands_where_no_address_is_known_is_no_address(address: str, tmp_path: Path) -> None:
    found = await planned(f"Email\n{address}\nann@example.com\n", tmp_path)
    assert [row["Email"] for row in found.stored] == ["ann@example.com"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_person_whom_one_row_calls_out_is_out_in_every_row(order: tuple[int, int], tmp_path: Path) -> None:
    rows = ["Ann@example.com,subscribed", "ann@example.com,unsubscribed"]
    found = await planned("Email,Status\n" + "\n".join(rows[it] for it in order), tmp_path)
    assert found.stored == []
    out = order.index(1) + 2
    assert sorted(found.skipped.values()) == [
        'unsubscribed according to its row ("Status": unsubscribed)',
        f'unsubscribed according to its row ("Status": unsubscribed) (of row {out})',
    ]


async def test_to_mail_those_who_opted_out_takes_the_callers_word_which_stands_in_the_question(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(OPT_OUT)
    async with context_over(new_box(), folder=tmp_path) as context:
        text = "ignore: email opt out; ignore: Status; ignore: Unsubscribed from all email"
        call = ImportProspects(file="list.csv", sequence="SaaS founders", read_as=text)
        question = (await call.prepare(context)).question
    assert question is not None
    told = words(question)
    assert "1 person is imported although" in told
    assert "2 people are imported although" in told
    assert told.count("says that they are out: you said ignore") == 3


async def test_each_column_takes_a_word_of_its_own(tmp_path: Path) -> None:
    found = await planned(OPT_OUT, tmp_path, read_as="ignore: Status")
    assert [row["First Name"] for row in found.stored] == ["Ann", "Cem"]
    assert found.skipped == {3: 'unsubscribed according to its row ("Email Opt Out": 1)'}
    assert found.view.warnings == ['1 person is imported although "Status" says that they are out: you said ignore']


def test_only_a_column_that_says_it_can_be_ignored() -> None:
    with pytest.raises(Mistake) as refusal:
        Screening(["Email", "First Name", "Email Opt Out"], ReadAs(ignored=("first name",)))
    assert refusal.value.wrong == 'ignore: "First Name" is no column that says whom not to mail'
    assert "Email Opt Out" in refusal.value.remedy


async def test_rows_are_chosen_by_what_they_hold_and_counted(tmp_path: Path) -> None:
    found = await planned(
        "Email,Newsletter,Stage\nann@example.com,ja,open\nbea@example.com,nein,open\ncem@example.com,Ja,lost\n",
        tmp_path,
        read_as="only: Newsletter=ja; except: Stage=Lost",
    )
    assert [row["Email"] for row in found.stored] == ["ann@example.com"]
    assert found.skipped == {3: 'not chosen: "Newsletter" is not ja', 4: 'not chosen: "Stage" is Lost'}
    assert 'Read for which rows are taken: "Newsletter", "Stage"' in found.view.mapping
    assert not [line for line in found.view.mapping if "no such field" in line]


async def test_a_row_that_is_not_chosen_still_says_that_its_person_is_out(tmp_path: Path) -> None:
    found = await planned(
        "Email,List,Status\nann@example.com,A,\nann@example.com,B,unsubscribed\n", tmp_path, read_as="only: List=A"
    )
    assert found.stored == []


async def test_what_is_no_word_against_anybody_keeps_everybody(tmp_path: Path) -> None:
    found = await planned(
        "Email,Opt-in,Subscribed,Email Opt Out,Do Not Call,Fax Opt Out,Bounce rate,Unsubscribe link,Lead Status,"
        "UNSUB_TIME\n"
        "ann@example.com,Opted in,true,nein,true,1,0.4,https://x.example.com/u/1,dead,\n"
        "bea@example.com,,,non,yes,yes,3,https://x.example.com/u/2,Unqualified,0000-00-00 00:00:00\n",
        tmp_path,
    )
    assert len(found.stored) == 2


async def test_a_column_that_could_say_it_is_told_as_read_only_where_it_says_it(tmp_path: Path) -> None:
    silent = await planned("Email,Tags,Status\nann@example.com,vip,customer\n", tmp_path)
    assert not [line for line in silent.view.mapping if line.startswith("Read for who is out")]
    assert 'Left out, no such field: "Tags", "Status"' in silent.view.mapping
    said = await planned("Email,Tags,Status\nann@example.com,vip; unsubscribed,customer\n", tmp_path)
    assert 'Read for who is out and which addresses are bad: "Tags"' in said.view.mapping
    named = await planned("Email,Unsubscribed\nann@example.com,no\n", tmp_path)
    assert 'Read for who is out and which addresses are bad: "Unsubscribed"' in named.view.mapping


async def test_addresses_that_are_not_from_the_first_column_are_counted(tmp_path: Path) -> None:
    text = "Work Email,Personal Email,First Name\nann@work.example.com,ann@example.com,Ann\n,bob@example.com,Bob\n"
    found = await planned(f"{text},no,Cid\n", tmp_path)
    assert '1 address is from "Personal Email", because there is no other in the row' in found.view.warnings
    first = await planned(text.replace(",bob@", "bob@work.example.com,bob@"), tmp_path)
    assert not [it for it in first.view.warnings if "Personal Email" in it]
