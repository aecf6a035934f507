"""``add_email_accounts``: senders are attached, and a person is asked first while the sequence is active."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.senders.add_email_accounts import AddEmailAccounts
from saleshandy_mcp.features.senders.list_email_accounts import ListEmailAccounts
from saleshandy_mcp.policy.approvals import LONGEST
from saleshandy_mcp.policy.effects import NotAllowed, judge
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import Row
from tests.features.questions import bound, question_of, through_the_gate, words
from tests.kit import line_of, posts

SENTENCES = ["Attach ada's mailbox as a sender to Agencies EU", "Add two more senders to the sequence"]
EXAMPLES: dict[str, dict[str, Any]] = {
    "add_email_accounts": {"sequence": "SaaS founders", "accounts": ["bo@getlanternworks.example.com", "ada@try"]},
    "add_email_accounts_preview": {
        "sequence": "Q3 launch",
        "accounts": ["bo@getlanternworks.example.com", "ada@lanternworks.example.com"],
    },
}

ADD = "POST /sequences/{sequenceId}/email-accounts/add"
ADA, TRY = "ada@lanternworks.example.com", "ada@trylanternworks.example.com"
BO = "bo@getlanternworks.example.com"
IDLE = ["hello@lanternworks-team.example.com", "events@lanternworks-events.example.com"]
ACTIVE = AddEmailAccounts(sequence="Q3 launch", accounts=[BO, ADA])
SIGNATURE = '<p>Sender {place}<br><a href="https://lanternworks.example.com/a">Lanternworks</a></p>'


def crowd(box: Sandbox, number: int) -> list[Row]:
    """That many more senders, each with a signature of its own."""
    first = next(iter(box.world.email_accounts.values()))
    accounts: list[Row] = []
    for place in range(number):
        account: Row = {**first, "id": f"more{place}", "fromEmail": f"x{place}@more.example.com", "settings": []}
        setting(account, "signature", SIGNATURE.format(place=place))
        box.world.email_accounts[account["id"]] = account
        accounts.append(account)
    return accounts


async def test_senders_are_attached_and_those_that_are_there_told(box: Sandbox, context: Context) -> None:
    told = await AddEmailAccounts(sequence="SaaS founders", accounts=[ADA, TRY, ADA.upper()]).run(context)
    assert [sender.address for sender in told.added] == [ADA]
    assert (told.already, told.senders, told.active) == ([TRY], 2, False)
    assert line_of(box, "SaaS founders")["emailAccounts"] == [TRY, ADA]
    assert posts(box, ADD) == 1


async def test_where_all_are_attached_nothing_is_sent(box: Sandbox, context: Context) -> None:
    told = await AddEmailAccounts(sequence="SaaS founders", accounts=[TRY]).run(context)
    assert (told.added, told.already, told.senders) == ([], [TRY], 1)
    assert posts(box, ADD) == 0


async def test_senders_that_are_not_active_are_refused_before_anything_is_sent(box: Sandbox, context: Context) -> None:
    with pytest.raises(Mistake, match="not active") as refusal:
        await AddEmailAccounts(sequence="SaaS founders", accounts=[ADA, *IDLE]).run(context)
    assert all(address in refusal.value.wrong for address in IDLE)
    assert ADA not in refusal.value.wrong
    assert refusal.value.next == NextCall.of("list_email_accounts", status="active")
    assert posts(box, ADD) == 0


@pytest.mark.parametrize(
    ("name", "words"), [("zed@", r'accounts\[1\]: nothing is called "zed@"'), ("ada@", r'accounts\[1\]: "ada@" fits 2')]
)
async def test_a_sender_that_is_unknown_or_unclear_is_told_by_its_place(
    context: Context, name: str, words: str
) -> None:
    with pytest.raises(Mistake, match=words):
        await AddEmailAccounts(sequence="SaaS founders", accounts=[ADA, name]).run(context)


@pytest.mark.parametrize("number", [0, 51])
def test_one_to_fifty_senders_can_be_attached_at_once(number: int) -> None:
    with pytest.raises(ValidationError, match="accounts"):
        AddEmailAccounts(sequence="SaaS founders", accounts=["a"] * number)
    assert len(AddEmailAccounts(sequence="SaaS founders", accounts=["a"] * 50).accounts) == 50


async def test_while_the_sequence_is_paused_nobody_is_asked(box: Sandbox, context: Context) -> None:
    prepared = await AddEmailAccounts(sequence="SaaS founders", accounts=[ADA]).prepare(context)
    assert (prepared.question, prepared.effects) == (None, {Effect.WRITE})
    await through_the_gate(context, AddEmailAccounts(sequence="SaaS founders", accounts=[ADA]))
    assert posts(box, ADD) == 1


async def test_while_it_is_active_a_person_is_asked_before_anything_is_sent(box: Sandbox, context: Context) -> None:
    prepared = await ACTIVE.prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.SEND}
    text = words(prepared.question)
    assert text.startswith("Let this active sequence send from more email accounts?")
    assert '- senders it has now: "2"\n' in text
    assert f'- sender: "Bo Sample <{BO}> [' in text
    assert posts(box, ADD) == 0
    told = await through_the_gate(context, ACTIVE)
    assert (told.senders, told.active, posts(box, ADD)) == (3, True, 1)


async def test_an_active_sequence_without_a_sender_starts_to_send_so_a_person_is_asked(
    box: Sandbox, context: Context
) -> None:
    box.world.sequences[line_of(box, "Q3 launch")["id"]]["emailAccountIds"] = []
    prepared = await ACTIVE.prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.SEND}
    assert '- senders it has now: "0", so nothing is sent yet; with these it starts to' in words(prepared.question)


async def test_where_calls_must_not_reach_people_the_refusal_says_to_pause_first(context: Context) -> None:
    with pytest.raises(NotAllowed) as refusal:
        judge(await ACTIVE.prepare(context), frozenset({Effect.READ, Effect.WRITE}))
    assert refusal.value.remedy == "While the sequence is paused this reaches nobody: pause it first."


async def test_where_all_are_attached_nobody_is_asked_even_while_it_is_active(context: Context) -> None:
    prepared = await AddEmailAccounts(sequence="Q3 launch", accounts=[ADA]).prepare(context)
    assert (prepared.question, prepared.effects) == (None, READING)


def rename(account: Row) -> None:
    account["fromName"] = "Somebody Else"


def sign(account: Row) -> None:
    setting(account, "signature", "<p>Other</p>")


def sign_with_another_link(account: Row) -> None:
    setting(account, "signature", SIGNATURE.replace("/a", "/b"))


def copy(account: Row) -> None:
    setting(account, "bcc", "spy@other.example")


def slow_down(account: Row) -> None:
    setting(account, "sending-interval-min", "900")


def setting(account: Row, code: str, value: str) -> None:
    account["settings"] = [it for it in account["settings"] if it["code"] != code] + [{"code": code, "value": value}]


@pytest.mark.parametrize("place", [0, 3, 4, 20], ids=lambda it: f"sender {it}")
@pytest.mark.parametrize(
    "meanwhile", [rename, sign, sign_with_another_link, copy, slow_down], ids=lambda it: it.__name__
)
async def test_an_agreement_is_void_when_a_sender_has_changed(
    box: Sandbox, context: Context, meanwhile: Callable[[Row], None], place: int
) -> None:
    """With many senders, too, of which not all are shown in full."""
    accounts = crowd(box, 21)
    action = AddEmailAccounts(sequence="Q3 launch", accounts=[it["fromEmail"] for it in accounts])
    before = bound(await question_of(context, action))
    assert bound(await question_of(context, action)) == before
    meanwhile(accounts[place])
    assert bound(await question_of(context, action)) != before


async def test_mails_that_are_sent_meanwhile_do_not_void_an_agreement(box: Sandbox, context: Context) -> None:
    before = bound(await question_of(context, ACTIVE))
    (account,) = (await ListEmailAccounts(query=BO).run(context)).accounts
    box.world.outboxes[account.id].update({"day": box.clock.now().date(), "today": 5})
    (later,) = (await ListEmailAccounts(query=BO).run(context)).accounts
    assert account.quota_left != later.quota_left
    assert bound(await question_of(context, ACTIVE)) == before


async def test_up_to_four_senders_are_shown_with_name_signature_and_bcc(box: Sandbox, context: Context) -> None:
    accounts = crowd(box, 4)
    copy(accounts[3])
    action = AddEmailAccounts(sequence="Q3 launch", accounts=[it["fromEmail"] for it in accounts])
    text = words(await question_of(context, action))
    assert text.count("- its signature (") == 4
    assert '- its signature, link to: "https://lanternworks.example.com/a"' in text
    assert '- its bcc: "spy@other.example"' in text


async def test_of_many_senders_all_addresses_and_every_bcc_are_shown(box: Sandbox, context: Context) -> None:
    accounts = crowd(box, 40)
    copy(accounts[39])
    action = AddEmailAccounts(sequence="Q3 launch", accounts=[it["fromEmail"] for it in accounts])
    text = words(await question_of(context, action))
    assert len(text) <= LONGEST
    assert all(it["fromEmail"] in text for it in accounts)
    assert '- their bcc: "spy@other.example"' in text
    assert '- their names: "Ada Example"' in text
    assert "- all settings of 40 senders, signatures with their HTML (digest " in text
