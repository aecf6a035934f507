"""Jobs in the inbox: read what came in, answer it, sort it, and leave those alone who want to be left alone."""

import re
from typing import Any

import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import latest
from tests.jobs.conftest import Job
from tests.jobs.kit import person, sequence_of, token_in

DNC = "Asked us not to write"
SENT = {"mails": "+1", "read_at": "+1"}


def addresses(inbox: str) -> list[str]:
    """Of the conversations of a list."""
    return re.findall(r"^(?:\* )?(?:[^<\n]*<)?([^<>\s]+@[^<>\s]+)>? \[", inbox, re.MULTILINE)


def newest(inbox: str) -> str:
    """The id of the first conversation of a list, whose reply stands there whole."""
    (id_, reply) = re.findall(r"^\* \S+@\S+ \[(\w+)\].*\n  ⟦(.*)⟧", inbox, re.MULTILINE)[0]
    assert not reply.endswith("…")
    return id_


def outcome_of(box: Sandbox, email: str) -> str:
    change = latest(box.world, "prospect-outcome-updated", prospectId=person(box, email)["id"])
    assert change is not None
    return change["facts"]["newOutcome"]


def last_mail(box: Sandbox) -> dict[str, Any]:
    return box.world.mails[-1]


def blocked(box: Sandbox, email: str) -> bool:
    return email in box.world.do_not_contact()


async def test_answer_the_newest_unread_reply_and_say_what_came_of_it(job: Job, box: Sandbox) -> None:
    text = "Thursday at three suits me well. I will send an invitation."
    asks = (text, '- outcome: "Meeting Booked"')
    async with job(calls=3, changes={**SENT, "events": "+1"}, asks=asks) as seller:
        inbox = await seller.call("list_inbox", unread=True, outcome="Interested")
        sent = await seller.call("reply_to_thread", thread=newest(inbox), content=text)
        await seller.follow(sent, "Next, sort it:", outcome="Meeting Booked")
    (email,) = last_mail(box)["to"]
    assert email == addresses(inbox)[0]
    assert text in last_mail(box)["content"]
    assert outcome_of(box, email) == "Meeting Booked"


async def test_answer_for_a_client_that_cannot_ask_shows_the_whole_text_first(job: Job, box: Sandbox) -> None:
    text = "Hello,\n\nwe found your address on your own site. I take it out today if you like."
    async with job(calls=3, changes=SENT, answers=None) as seller:
        inbox = await seller.call("list_inbox", query="who gave you my address")
        thread = {"thread": newest(inbox)}
        preview = await seller.call("reply_to_thread", **thread, content=text)
        assert "\n".join(f"    | {line}".rstrip() for line in text.split("\n")) in preview
        await seller.call("reply_to_thread", **thread, content=text, confirm=token_in(preview))
    assert last_mail(box)["to"] == addresses(inbox)


async def test_who_asks_to_be_removed_goes_on_the_list_of_those(job: Job, box: Sandbox) -> None:
    changes = {"dnc_items": "+1", "dnc_lists": "~1 updatedAt"}
    async with job(calls=2, changes=changes, asks=(f'- list: "{DNC} [',)) as seller:
        inbox = await seller.call("list_inbox", query="remove me")
        (email,) = addresses(inbox)
        assert "⟦Please remove me from your list.⟧" in inbox
        await seller.call("add_to_dnc", items=[email], dnc_list=DNC)
    assert blocked(box, email)


async def test_who_is_angry_is_unsubscribed_for_good_and_blocked(job: Job, box: Sandbox) -> None:
    changes = {"prospects": "~1 unsubscribed", "events": "+1", "dnc_items": "+1", "dnc_lists": "~1 updatedAt"}
    asks = ("- unsubscribe them from all sequences, for good", "Only the web app can take them off again")
    async with job(calls=4, changes=changes, asks=asks) as seller:
        inbox = await seller.call("list_inbox", query="lawyers")
        (email,) = addresses(inbox)
        read = await seller.follow(inbox, "Read one:")
        await seller.follow(read, "update_prospects", outcome="Do Not Contact", status="unsubscribed")
        await seller.call("add_to_dnc", items=[email], dnc_list=DNC)
    assert person(box, email)["unsubscribed"]
    assert (outcome_of(box, email), blocked(box, email)) == ("Do Not Contact", True)


async def test_a_mail_with_hidden_instructions_is_answered_and_nothing_else_happens(job: Job, box: Sandbox) -> None:
    text = "Here they are: three drafts, as promised."
    async with job(calls=3, changes=SENT, asks=(text,)) as seller:
        inbox = await seller.call("list_inbox", query="send me the drafts")
        read = await seller.follow(inbox, "Read one:")
        assert "Sounds useful" in read
        assert "hidden part removed" in read
        assert not re.search(r"SYSTEM|export|collect@", read)
        await seller.follow(read, "Next:", content=text)
    assert last_mail(box)["to"] == addresses(inbox)
    assert (last_mail(box)["cc"], last_mail(box)["bcc"]) == ([], [])


async def test_who_is_named_instead_is_written_to_from_now_on(job: Job, box: Sandbox) -> None:
    changes = {"prospects": "+1", "imports": "+1", "enrolments": "+1"}
    async with job(calls=2, changes=changes, asks=('source: "rows", 1 person',)) as seller:
        inbox = await seller.call("list_inbox", outcome="Referred")
        (email,) = re.findall(r"she took over.*: (\S+@\S+)\.", inbox)
        await seller.call("import_prospects", sequence="Q3 launch", rows=[{"Email": email, "First Name": "Ines"}])
    assert person(box, email)["id"] in box.world.enrolments[sequence_of(box, "Q3 launch")["id"]]


async def test_who_is_out_of_office_is_put_on_hold(job: Job, box: Sandbox) -> None:
    away = {"outcome": "Out of Office", "sequence": "Q3 launch"}
    async with job(calls=2, changes={"set_statuses": "+2"}) as seller:
        inbox = await seller.call("list_inbox", **away)
        people = addresses(inbox)
        await seller.call("update_prospects", prospects=people, status="paused", sequence="Q3 launch")
    sequence = sequence_of(box, "Q3 launch")["id"]
    assert {box.world.status_of(sequence, person(box, email)["id"]) for email in people} == {"paused"}


async def test_read_what_somebody_wrote_of_whom_one_knows_the_name(job: Job) -> None:
    async with job(calls=2) as seller:
        people = await seller.call("find_prospects", query="Anton Brandt")
        (email,) = re.findall(r"Anton Brandt <(\S+)>", people)
        read = await seller.call("read_thread", thread=email)
    assert "Who gave you my address?" in read


@pytest.mark.parametrize("first", [("list_inbox", "query"), ("read_thread", "thread")])
async def test_a_name_in_the_inbox_leads_to_the_address_first(job: Job, first: tuple[str, str]) -> None:
    tool, argument = first
    async with job(calls=3) as seller:
        ask = seller.call if tool == "list_inbox" else seller.refused
        people = await seller.follow(await ask(tool, **{argument: "Anton Brandt"}), "find_prospects")
        (email,) = re.findall(r"Anton Brandt <(\S+)>", people)
        read = await seller.call("read_thread", thread=email)
    assert "Who gave you my address?" in read


async def test_nineteen_unread_replies_are_sorted_with_four_calls(job: Job, box: Sandbox) -> None:
    sorted_by = {
        "Interested": ("yes please", "send me", "two languages"),
        "Do Not Contact": ("unsubscribe", "remove me", "Delete my data"),
        "Not Interested": ("No thank you", "happy with her", "so: good luck, and no"),
    }
    asks = tuple(f'- outcome: "{outcome}"' for outcome in sorted_by)
    async with job(calls=4, changes={"events": "+1"}, asks=asks) as seller:
        inbox = await seller.call("list_inbox", unread=True)
        assert inbox.startswith("19 conversations")
        entries = re.findall(r"^\* (?:[^<\n]*<)?([^<>\s]+@[^<>\s]+)>? \[.*\n  ⟦(.*)⟧", inbox, re.MULTILINE)
        assert len(entries) == 19
        for outcome, signs in sorted_by.items():
            people = [who for who, text in entries if any(sign in text for sign in signs)]
            assert len(people) >= 3
            await seller.call("update_prospects", prospects=people, outcome=outcome)
            assert {outcome_of(box, who) for who in people} == {outcome}
