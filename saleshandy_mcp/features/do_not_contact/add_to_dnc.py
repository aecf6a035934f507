"""``add_to_dnc``: put addresses and domains on a do-not-contact list. Only the web app can take them off again."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.dnc import AddDncItems, DncList, GetDncItems
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.addresses import key, spellings
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Doubtful, Mistake, SaleshandyError, Unreadable
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Item, Question, Value, Words, listing
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.lookups.by_name import all_accounts, pick
from saleshandy_mcp.lookups.do_not_contact import all_lists, domain_of, entry
from saleshandy_mcp.store.selections import selected
from saleshandy_mcp.untrusted.one_line import one_line

MOST = 200
SHOWN = 20
"""Entries that an answer names; the others are counted."""

_CALLS = 5
"""Calls to find out what a list holds: pages of a list that is read whole, or entries that are searched for. They are
made for the question, before the change and after it, and an endpoint takes 20 a minute."""

# fmt: off
FREE_MAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com",
    "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "mail.com",
    "mail.ru", "yandex.ru", "proton.me", "protonmail.com", "zoho.com", "qq.com", "163.com", "126.com", "orange.fr",
    "wanadoo.fr", "free.fr", "libero.it", "rediffmail.com",
})
# fmt: on


class DncReport(View):
    """What was added to a list.

    Attributes:
        dnc_list: its name.
        id: its id.
        added: how many entries were sent.
        items: the first of them.
        already: how many of the given entries were on it before; None when that was not looked up.
        already_items: the first of these.
        seen: whether all of them were found on the list afterwards.
        unseen: those that were accepted and not found.
        next: the call that looks them up again.
        rest: the call for those of a selection who did not fit into this one.
        left: how many they are.
    """

    dnc_list: str
    id: str
    added: int
    items: list[str]
    already: int | None
    already_items: list[str]
    seen: bool
    unseen: list[str]
    next: NextCall
    rest: NextCall | None = None
    left: int = 0

    def lines(self, say: Say) -> Iterator[str | None]:
        yield from self._own_lines(say)
        yield f"{self.left:,} more of the selection were NOT added: {say(self.rest)}" if self.rest else None

    def _own_lines(self, say: Say) -> Iterator[str | None]:
        place = f'the do-not-contact list "{one_line(self.dnc_list)}" [{self.id}]'
        already = f"{self.already or 0:,} ({_first(self.already_items, self.already or 0)})"
        if not self.added:
            yield f"Nothing to add to {place}: {already} on it already."
            return
        entries = f"{counted(self.added, 'entry', 'entries')} to {place}{', and seen there' if self.seen else ''}"
        yield f"{'Sent' if self.unseen else 'Added'} {entries}: {_first(self.items, self.added)}"
        yield f"On it already: {already}" if self.already else None
        if self.unseen:
            unseen = ", ".join(self.unseen)
            yield f"Accepted, but NOT SEEN there afterwards: {unseen}. Look again: {say(self.next)}"
        elif not self.seen:
            yield f"The list is long, and was not read afterwards. Look: {say(self.next)}"


class AddToDnc(Action[DncReport]):
    """Never contact again: put addresses or domains on a do-not-contact (DNC) list. Asks first."""

    effects = frozenset({Effect.DELETE})
    items: Annotated[list[str], Field(max_length=MOST, description="Addresses, domains or a handle.")]
    dnc_list: Annotated[str | None, Field(description="Name or id, if several.")] = None

    async def prepare(self, context: Context) -> Prepared[DncReport]:
        chosen = selected(context, "people", self.items, MOST)
        values = _values(chosen.names if chosen else self.items)
        target = _target(await all_lists(context.api), self.dnc_list)
        there = await _there(context.api, target, values)
        new = [value for value in values if value not in (there or ())]
        report = DncReport(
            dnc_list=target.name,
            id=target.id,
            added=len(new),
            items=new[:SHOWN],
            already=None if there is None else len(there),
            already_items=sorted(there or ())[:SHOWN],
            seen=False,
            unseen=[],
            next=NextCall.of("find_prospects", check=(new or values)[:SHOWN]),
            rest=NextCall.of("add_to_dnc", items=[chosen.rest], dnc_list=self.dnc_list)
            if chosen and chosen.rest
            else None,
            left=chosen.left if chosen else 0,
        )
        if not new:
            return Prepared(partial(_nothing, report), READING)
        question = await _question(context.api, target, new, report)
        return Prepared(partial(_add, context.api, target, new, report), self.effects, question)


def _values(items: list[str]) -> list[str]:
    """The entries as a list stores them, each once.

    Raises:
        Mistake: for what is neither an address nor a domain.
    """
    if not items:
        raise Mistake("items: the list is empty", "Give at least one address or domain.")
    wrong = [f'items[{place}] "{text}"' for place, text in enumerate(items) if entry(text) is None]
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise Mistake(
            f"{', '.join(wrong[:SHOWN])}{more}: neither an address nor a domain",
            "Write jo@example.com or example.com.",
        )
    values = (value for text in items if (value := entry(text)))
    return list(dict.fromkeys(spelling for value in values for spelling in spellings(value)))


async def _nothing(report: DncReport) -> DncReport:
    return report.model_copy(update={"seen": True})


async def _add(api: Api, target: DncList, new: list[str], report: DncReport) -> DncReport:
    """Add the entries and read the list. When the answer got lost, the list tells whether they were added."""
    failure: SaleshandyError | None = None
    try:
        await api.send(AddDncItems(dnc_list_id=target.id, items=new))
    except (Doubtful, Unreadable) as error:
        failure = error
    try:
        there = await _there(api, target, new)
    except SaleshandyError:
        there = None
    unseen = [] if there is None else [value for value in new if value not in there]
    if failure and (there is None or unseen):
        raise failure
    return report.model_copy(update={"seen": there is not None and not unseen, "unseen": unseen})


def _target(lists: list[DncList], name: str | None) -> DncList:
    if not lists:
        raise Mistake("dnc_list: there is no do-not-contact list yet", "One is made in the web app only.")
    if name is None:
        if len(lists) == 1:
            return lists[0]
        several = ", ".join(f'"{it.name}" [{it.id}]' for it in lists)
        raise Mistake(f"dnc_list: there are {len(lists)}: {several}", "Give the name of the one that is meant.")
    return pick(lists, name, argument="dnc_list", identity=lambda it: it.id, names=lambda it: [it.name], parts=False)


async def _there(api: Api, target: DncList, values: list[str]) -> set[str] | None:
    """Which of these are on the list; None when finding out would take too many calls."""
    operation = GetDncItems(dnc_list_id=target.id, page_size=100)
    page = await api.send(operation)
    if page.more and len(values) <= _CALLS:
        searches = [operation.model_copy(update={"search": value, "type": _kind(value)}) for value in values]
        return set(values) & {
            item.value.strip().lower() for search in searches for item in (await api.send(search)).items
        }
    listed = page.items
    for _ in range(_CALLS - 1):
        if not page.more:
            break
        operation = operation.next_page()
        page = await api.send(operation)
        listed = listed + page.items
    return None if page.more else set(values) & {item.value.strip().lower() for item in listed}


async def _question(api: Api, target: DncList, new: list[str], report: DncReport) -> Question:
    domains = [value for value in new if "@" not in value]
    addresses = [value for value in new if "@" in value]
    senders = [key(account.from_email) for account in await all_accounts(api)]
    items: list[Item] = [Value("list", f"{target.name} [{target.id}]")]
    if domains:
        items += [listing(f"{counted(len(domains), 'domain')}, the whole domain", domains)]
    if addresses:
        items += [listing(counted(len(addresses), "address", "addresses"), addresses)]
    if report.already is None:
        items += [Words("whether some are on it already was not looked up: the list is long")]
    elif report.already:
        items += [Value("on it already", str(report.already), "they stay")]
    if report.left:
        items += [Words(f"{report.left:,} more of the selection are left for another call")]
    items += _warnings(new, senders)
    return Question(
        "Put these on the do-not-contact list?",
        tuple(items),
        "On yes nobody there is mailed any more. Only the web app can take them off again.",
    )


def _warnings(new: list[str], senders: list[str]) -> list[Item]:
    public = [value for value in new if value in FREE_MAIL]
    ours = [value for value in new if value in senders or value in map(domain_of, senders)]
    return [
        *(Value("warning", it, "a free-mail provider: everybody with an address there is blocked") for it in public),
        *(Value("warning", it, "our own: a sender of this account writes from there") for it in ours),
    ]


def _first(values: list[str], number: int) -> str:
    """The first of some values, and how many more there are."""
    more = f" and {number - len(values):,} more" if number > len(values) else ""
    return ", ".join(values) + more


def _kind(value: str) -> str:
    return "email" if "@" in value else "domain"
