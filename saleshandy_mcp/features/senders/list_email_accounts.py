"""``list_email_accounts``: the email accounts that can send, with health and what each has left today."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts as ListEmailAccountsCall
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, PageNumber, Say, View, counted
from saleshandy_mcp.features.sequences.sequence_details import SenderView, sender_view
from saleshandy_mcp.untrusted.one_line import one_line


class AccountLine(SenderView):
    """A sender.

    Attributes:
        in_sequences: how many sequences it is attached to, as far as the API says.
    """

    name: str = ""
    in_sequences: int = 0

    def line(self) -> str:
        """The sender on a line; the first line of the list says what the numbers are."""
        numbers = (
            None if self.active else "NOT ACTIVE",
            None if self.quota_left is None else f"{self.quota_left} left",
            None if self.health is None else f"health {self.health:g}",
            f"in {self.in_sequences}" if self.in_sequences else None,
        )
        told = ", ".join(part for part in numbers if part)
        return f"{self.address} [{self.id}] {told}" + (f" · {one_line(self.name)}" if self.name else "")


class AccountList(View):
    """One page of the accounts found.

    Attributes:
        total: how many were found, on all pages; None where the API does not say.
        next: the call for the next page; None on the last.
    """

    accounts: list[AccountLine]
    total: int | None
    page: int
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        if not self.accounts:
            yield "No email account fits."
            return
        total = counted(len(self.accounts) if self.total is None else self.total, "email account")
        yield f"{total} (page {self.page}): active unless said, mails left today, health of 100, number of sequences"
        yield from (it.line() for it in self.accounts)
        yield f"More: {say(self.next)}" if self.next else "Attach to a sequence: add_email_accounts"


class ListEmailAccounts(Action[AccountList]):
    """List the email accounts that can send, with id, health and mails left today."""

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
            next=NextCall.of("list_email_accounts", query=self.query, status=asked, page=self.page + 1)
            if found.more
            else None,
        )
