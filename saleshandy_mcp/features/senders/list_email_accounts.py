"""``list_email_accounts``: the email accounts that send: whether each can, why not, and which numbers are bad."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.operation import every
from saleshandy_mcp.api.resources.analytics import EmailAccountStats, GetEmailAccountStats
from saleshandy_mcp.api.resources.domains import ListDomains
from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts as ListEmailAccountsCall
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, PageNumber, Say, View, counted, empty_page, page_of, pages_in
from saleshandy_mcp.features.senders.sender_state import bounce_words, daily_limit, score_words, state_words
from saleshandy_mcp.features.sequences.sequence_details import SenderView, sender_view
from saleshandy_mcp.lookups.several import read_each
from saleshandy_mcp.untrusted.one_line import one_line


class AccountLine(SenderView):
    """A sender.

    Attributes:
        in_sequences: how many sequences it is attached to, as far as the API says.
        state: whether it can send, and if not, why.
        daily: mails it may send in a day; None where the API does not tell.
        sent: mails of all time; None where its totals were not read.
        bounce_rate: per cent of them that bounced.
        setup: its setup score of 100; None where the API does not tell.
        titles: the sequences it is attached to.
    """

    name: str = ""
    in_sequences: int = 0
    state: str = ""
    daily: int | None = None
    sent: int | None = None
    bounce_rate: float | None = None
    setup: float | None = None
    titles: list[str] = []

    def line(self) -> str:
        """The sender on a line; the first line of the list says what the numbers are."""
        named = self.titles if len(self.titles) <= _NAMED else self.titles[:1]
        titles = ", ".join(one_line(title, 40) for title in named)
        more = f" and {len(self.titles) - len(named)} more" if len(self.titles) > len(named) else ""
        numbers = (
            None if self.active and "domain" not in self.state else f"NOT ACTIVE ({self.state})",
            self._left(),
            None if self.health is None else score_words("health", self.health),
            None if self.setup is None else score_words("setup", self.setup),
            None if self.bounce_rate is None or not self.sent else bounce_words(self.bounce_rate),
            f"in {titles}{more}" if self.titles else None,
        )
        told = ", ".join(part for part in numbers if part)
        return f"{self.address} [{self.id}] {told}" + (f" · {one_line(self.name)}" if self.name else "")

    def _left(self) -> str | None:
        """``38 of 40 left``, ``all 40 left``: mails of today."""
        if self.quota_left is None or not self.daily:
            return None if self.quota_left is None else f"{self.quota_left} left"
        return f"all {self.daily} left" if self.quota_left == self.daily else f"{self.quota_left} of {self.daily} left"


_NAMED = 3
"""Sequences that a line names; where there are more, the first one alone."""


class AccountList(View):
    """One page of the accounts found.

    Attributes:
        total: how many were found, on all pages; as ``idle``, ``left``, ``daily`` and ``unused``.
        idle: how many of them are not active.
        left: mails that the active ones may still send today, as far as the API tells.
        daily: mails that these may send in a day, as far as it tells.
        unused: how many are in no sequence.
        not_read: how many of this page have no bounce rate, because a minute's calls were used up.
        domains_read: whether it is known which domains have expired.
        next: the call for the next page; None on the last.
    """

    accounts: list[AccountLine]
    total: int
    idle: int = 0
    left: int = 0
    daily: int = 0
    unused: int = 0
    not_read: int = 0
    domains_read: bool = True
    page: int
    pages: int = 1
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        if not self.accounts:
            yield "No email account fits." if self.page == 1 else empty_page(self.page, self.pages)
            return
        sums = (
            counted(self.total, "email account"),
            f"{self.idle} not active" if self.idle else "",
            f"{self.unused} in no sequence" if self.unused else "",
            f"{self.left:,} of {self.daily:,} mails left today" if self.daily else f"{self.left:,} mails left today",
        )
        yield f"{', '.join(it for it in sums if it)} ({page_of(self.page, self.pages)}); scores of 100"
        yield from (it.line() for it in self.accounts)
        if self.not_read:
            yield f"Bounces of {self.not_read} were not read (20 calls a minute); ask again in a minute."
        yield None if self.domains_read else "Whether a domain has expired could not be read."
        yield "Warm-up and who paused it: no call tells; see the web app." if self.idle else None
        yield f"More: {say(self.next)}" if self.next else f"Attach one: {say(self._attach())}"

    def _attach(self) -> NextCall:
        first = next((it for it in self.accounts if it.active), self.accounts[0])
        return NextCall.of("add_email_accounts", sequence="…", accounts=[first.id])


class ListEmailAccounts(Action[AccountList]):
    """List the email accounts (senders): whether each can send and why not, mails left today, health, bounces."""

    query: Annotated[str | None, Field(description="Part of a name or address.")] = None
    status: Annotated[Literal["any", "active"], Field(description="active: able to send.")] = "any"
    page: PageNumber = 1

    async def run(self, context: Context) -> AccountList:
        status = EmailAccount.ACTIVE if self.status == "active" else None
        found = [
            account
            async for account in every(
                context.api, ListEmailAccountsCall(search=self.query, status=status, page_size=100)
            )
        ]
        shown = found[(self.page - 1) * PAGE_SIZE : self.page * PAGE_SIZE]
        pages = pages_in(len(found))
        able = [it for it in found if it.active]
        asked = None if self.status == "any" else self.status
        expired = await expired_domains(context.api)
        stats = await read_each(context, [GetEmailAccountStats(email_account_id=it.id) for it in shown])
        return AccountList(
            accounts=[account_line(it, told, expired or []) for it, told in zip(shown, stats, strict=True)],
            total=len(found),
            idle=len(found) - len(able),
            left=sum(sender_view(it).quota_left or 0 for it in able),
            daily=sum(daily_limit(it) or 0 for it in able),
            unused=sum(not it.sequences for it in found),
            not_read=stats.count(None),
            domains_read=expired is not None,
            page=self.page,
            pages=pages,
            next=NextCall.of("list_email_accounts", query=self.query, status=asked, page=self.page + 1)
            if self.page < pages
            else None,
        )


async def expired_domains(api: Api) -> list[str] | None:
    """Domains bought through Saleshandy that are no longer to be sent from; None when they cannot be read."""
    try:
        found = await api.recent(ListDomains())
    except SaleshandyError:
        return None
    return [it.name.casefold() for it in found.domains if it.status in ("expired", "deleted", "failed")]


def account_line(account: EmailAccount, stats: EmailAccountStats | None, expired: list[str]) -> AccountLine:
    """What is known of a sender."""
    (totals,) = stats.rows[:1] if stats and stats.rows else [None]
    return AccountLine(
        **sender_view(account).model_dump(),
        name=account.from_name,
        in_sequences=len(account.sequences),
        state=state_words(account, expired),
        daily=daily_limit(account),
        sent=None if totals is None else _whole(totals.total_sent),
        bounce_rate=_per_cent(totals.bounce_rate) if totals else None,
        setup=_per_cent(totals.setup_score) if totals else None,
        titles=[str(it.get("title") or it.get("id")) for it in account.sequences],
    )


def _per_cent(text: str | None) -> float | None:
    """The number of ``3.1%`` or ``80``; None for anything else."""
    number = (text or "").strip().removesuffix("%").strip()
    return float(number) if re.fullmatch(r"\d{1,3}(\.\d{1,6})?", number, re.ASCII) else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 12 else None
