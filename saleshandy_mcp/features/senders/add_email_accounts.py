"""``add_email_accounts``: attaches senders to a sequence."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.sequences import AddSequenceEmailAccounts, ListSequenceEmailAccounts, Sequence
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import READING, Effect, SequenceActive, effects_of
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Question, Value
from saleshandy_mcp.core.view import NextCall, Say, SequenceName, View, counted
from saleshandy_mcp.features.sequences.question_items import (
    ON_YES_WHILE_ACTIVE,
    PAUSE_FIRST,
    sender_items,
    sequence_item,
)
from saleshandy_mcp.features.sequences.sequence_details import SenderView, sender_view
from saleshandy_mcp.lookups.by_name import all_accounts, find_account, find_sequence
from saleshandy_mcp.untrusted.one_line import one_line


class AddedAccounts(View):
    """The senders that were attached.

    Attributes:
        already: addresses of those that were attached before.
        senders: how many the sequence has now.
        active: whether the sequence is sending.
    """

    sequence: str
    added: list[SenderView]
    already: list[str]
    senders: int
    active: bool
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        added = "; ".join(it.line() for it in self.added)
        yield (
            f"Added to {one_line(self.sequence)}: {added}" if added else f"Nothing to add to {one_line(self.sequence)}."
        )
        yield f"Attached before: {', '.join(map(one_line, self.already))}" if self.already else None
        yield f"It has {counted(self.senders, 'sender')} now." + (" It is active and uses them." if self.active else "")
        yield f"See it: {say(self.next)}"


class AddEmailAccounts(Action[AddedAccounts]):
    """Attach active senders to a sequence, at most 50 at once. Asks first while it is active."""

    effects = frozenset({Effect.WRITE, Effect.SEND})
    idempotent = True
    sequence: SequenceName
    accounts: Annotated[
        list[str],
        Field(min_length=1, max_length=AddSequenceEmailAccounts.most, description="Addresses or ids."),
    ]

    async def prepare(self, context: Context) -> Prepared[AddedAccounts]:
        sequence = await find_sequence(context.api, self.sequence)
        wanted = await self._accounts(context.api)
        attached = await context.api.send(ListSequenceEmailAccounts(sequence_id=sequence.id))
        there = {account.id for account in attached.email_account}
        new = [account for account in wanted if account.id not in there]
        view = AddedAccounts(
            sequence=sequence.title,
            added=[sender_view(account) for account in new],
            already=[account.from_email for account in wanted if account.id in there],
            senders=len(there) + len(new),
            active=sequence.active,
            next=NextCall.of("get_sequence", sequence=sequence.title),
        )
        if not new:
            return Prepared(partial(_add, context.api, None, view), READING)
        operation = AddSequenceEmailAccounts(sequence_id=sequence.id, email_account_ids=[it.id for it in new])
        effects = effects_of(operation.causes(), {SequenceActive(sequence.id): sequence.active})
        return Prepared(
            partial(_add, context.api, operation, view),
            effects,
            _question(sequence, new, senders=len(there)) if Effect.SEND in effects else None,
            milder=PAUSE_FIRST,
        )

    async def _accounts(self, api: Api) -> list[EmailAccount]:
        """The accounts that are named, each once.

        Raises:
            Mistake: when one is unknown, or not active.
        """
        known = await all_accounts(api)
        named = [find_account(known, name, f"accounts[{place}]") for place, name in enumerate(self.accounts)]
        idle = dict.fromkeys(account.from_email for account in named if not account.active)
        if idle:
            raise Mistake(
                f"accounts: not active, so they cannot send: {', '.join(idle)}",
                "Leave them out, or reconnect them in Saleshandy. Active ones",
                next=NextCall.of("list_email_accounts", status="active"),
            )
        return list({account.id: account for account in named}.values())


async def _add(api: Api, operation: AddSequenceEmailAccounts | None, view: AddedAccounts) -> AddedAccounts:
    if operation:
        await api.send(operation)
    return view


def _question(sequence: Sequence, new: list[EmailAccount], senders: int) -> Question:
    items = (
        sequence_item(sequence),
        Value("senders it has now", f"{senders}", "" if senders else "so nothing is sent yet; with these it starts to"),
        *sender_items(new),
    )
    return Question("Let this active sequence send from more email accounts?", items, ON_YES_WHILE_ACTIVE)
