"""``create_sequence``: sets up a new, empty sequence that is not sending."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.api.resources.sequences import CreateSequence as CreateSequenceCall
from saleshandy_mcp.api.resources.sequences import ListSequenceEmailAccounts
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.view import NextCall, Say, View
from saleshandy_mcp.features.sequences.sequence_details import SenderView, sender_view
from saleshandy_mcp.lookups.by_name import all_accounts, all_sequences, find_account, find_schedule
from saleshandy_mcp.untrusted.one_line import one_line


class CreatedSequence(View):
    """The new sequence.

    Attributes:
        senders: who will send; None when they could not be read after the sequence was created.
    """

    id: str
    title: str
    senders: list[SenderView] | None
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        senders = "not known" if self.senders is None else "; ".join(it.line() for it in self.senders) or "none yet"
        yield f"Created {one_line(self.title)} [{self.id}], not sending."
        yield f"Senders: {senders}"
        yield f"Next: {say(self.next)}"


class CreateSequence(Action[CreatedSequence]):
    """Set up a new, empty sequence (campaign), not sending. Add steps with create_step, people with
    import_prospects.
    """

    effects = frozenset({Effect.WRITE})
    title: Annotated[str, Field(min_length=1, max_length=255, description="Not yet used by another sequence.")]
    accounts: Annotated[
        list[str] | None, Field(description="Senders: addresses or ids. Default: the account's default one.")
    ] = None
    schedule: Annotated[str | None, Field(description="Schedule name or id.")] = None

    async def run(self, context: Context) -> CreatedSequence:
        title = self.title.strip()
        if not title:
            raise Mistake("title: it is blank", "Give the sequence a name.")
        twin = next((it for it in await all_sequences(context.api) if it.title.casefold() == title.casefold()), None)
        if twin:
            raise Mistake(
                f'title: "{twin.title}" [{twin.id}] exists already', "Work on that one, or choose another title."
            )
        senders: list[EmailAccount] = []
        if self.accounts:
            known = await all_accounts(context.api)
            senders = [find_account(known, name, f"accounts[{place}]") for place, name in enumerate(self.accounts)]
        schedule = find_schedule(await context.api.recent(ListSchedules()), self.schedule) if self.schedule else None
        created = await context.api.send(
            CreateSequenceCall(
                title=title,
                email_account_ids=[account.id for account in senders] or None,
                schedule_id=schedule.id if schedule else None,
            )
        )
        try:
            attached = await context.api.send(ListSequenceEmailAccounts(sequence_id=created.id))
        except SaleshandyError:
            attached = None
        return CreatedSequence(
            id=created.id,
            title=title,
            senders=[sender_view(account) for account in attached.email_account] if attached else None,
            next=NextCall.of(
                "create_step", sequence=title, type="email", day=1, variants=[{"subject": "…", "content": "…"}]
            ),
        )
