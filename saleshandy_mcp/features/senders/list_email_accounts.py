"""Email accounts: who sends, how they are, and in which sequence."""

from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts as ListEmailAccountsCall
from saleshandy_mcp.api.resources.sequences import AddSequenceEmailAccounts, ListSequenceEmailAccounts, Sequence
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Question, Value
from saleshandy_mcp.core.view import PAGE_SIZE, PageNumber, SequenceName, View, call
from saleshandy_mcp.features.sequences.asking import ON_YES_WHILE_ACTIVE, the_sender, the_sequence
from saleshandy_mcp.features.sequences.list_sequences import SenderView, sender_view
from saleshandy_mcp.lookups.by_name import all_accounts, find_account, find_sequence


class AccountLine(SenderView):
    """A sender; ``in_sequences`` counts those it is attached to, as far as the answer tells."""

    name: str = ""
    in_sequences: int = 0


class AccountList(View):
    accounts: list[AccountLine]
    total: int | None
    page: int
    next: str | None = None


class AddedAccounts(View):
    sequence: str
    added: list[SenderView]
    already: list[str]
    senders: int
    active: bool
    next: str


class ListEmailAccounts(Action[AccountList]):
    """List the email accounts that can send, with id, health and how many mails each has left today."""

    query: Annotated[str | None, Field(description="Part of a name or address.")] = None
    status: Annotated[Literal["any", "active"], Field(description="active: able to send.")] = "any"
    page: PageNumber = 1

    async def run(self, context: Context) -> AccountList:
        status = EmailAccount.ACTIVE if self.status == "active" else None
        found = await context.api.send(
            ListEmailAccountsCall(search=self.query, status=status, page=self.page, page_size=PAGE_SIZE)
        )
        asked = None if self.status == "any" else self.status
        return AccountList(
            accounts=[
                AccountLine(
                    **sender_view(account).model_dump(), name=account.from_name, in_sequences=len(account.sequences)
                )
                for account in found.items
            ],
            total=found.total,
            page=self.page,
            next=call("list_email_accounts", query=self.query, status=asked, page=self.page + 1)
            if found.more
            else None,
        )


class AddEmailAccounts(Action[AddedAccounts]):
    """Attach senders to a sequence, at most 50 at once. Only active accounts can be attached.
    While the sequence is active the user is asked first: it mails through them.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND})
    idempotent = True
    sequence: SequenceName
    accounts: Annotated[
        list[str],
        Field(min_length=1, max_length=AddSequenceEmailAccounts.most, description="Addresses or ids of senders."),
    ]

    async def prepare(self, context: Context) -> Prepared[AddedAccounts]:
        sequence = await find_sequence(context.api, self.sequence)
        known = await all_accounts(context.api)
        wanted = {
            account.id: account
            for place, name in enumerate(self.accounts)
            for account in [find_account(known, name, f"accounts[{place}]")]
        }
        idle = [account.from_email for account in wanted.values() if not account.active]
        if idle:
            raise Mistake(
                f"accounts: not active, so they cannot send: {', '.join(idle)}",
                "Leave them out, or reconnect them in Saleshandy. "
                f"Active ones: {call('list_email_accounts', status='active')}.",
            )
        attached = await context.api.send(ListSequenceEmailAccounts(sequence_id=sequence.id))
        there = {account.id for account in attached.email_account}
        new = [account for account in wanted.values() if account.id not in there]
        view = AddedAccounts(
            sequence=sequence.title,
            added=[sender_view(account) for account in new],
            already=[account.from_email for account in wanted.values() if account.id in there],
            senders=len(there) + len(new),
            active=sequence.active,
            next=call("get_sequence", sequence=sequence.title),
        )
        asks = bool(new and sequence.active)
        return Prepared(
            partial(_add, context.api, sequence, new, view),
            frozenset({Effect.SEND if asks else Effect.WRITE}),
            _question(sequence, new, senders=len(there)) if asks else None,
        )


async def _add(api: Api, sequence: Sequence, new: list[EmailAccount], view: AddedAccounts) -> AddedAccounts:
    if new:
        ids = [account.id for account in new]
        await api.send(AddSequenceEmailAccounts(sequence_id=sequence.id, email_account_ids=ids))
    return view


def _question(sequence: Sequence, new: list[EmailAccount], senders: int) -> Question:
    items = (
        the_sequence(sequence),
        Value("senders it has now", f"{senders}", "" if senders else "none, so it does not send yet: it will"),
        *(item for account in new for item in the_sender(account)),
    )
    return Question("Let this active sequence send from more email accounts?", items, ON_YES_WHILE_ACTIVE)
