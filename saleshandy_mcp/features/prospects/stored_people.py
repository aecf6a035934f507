"""Finding the stored prospects that addresses or ids name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from saleshandy_mcp.api.operation import Page
from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import GetVerificationStatus, ListProspects
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.store.selections import Member

_SEARCHED, _SEARCHED_NOW = 15, 10
"""Up to so many addresses are searched for one by one: when answers may be a minute old, and when they must be new. A
call with a question looks twice, new answers take calls both times, and an endpoint takes 20 calls a minute."""
_WALKED = 15
"""Pages of 100, newest first, to look through for more addresses or for ids."""
_FEW, _NEWEST = 3, 4
"""Up to so few addresses are searched for at once; of more, so many pages of the newest people are looked at before."""

_Look = Callable[[ListProspects], Awaitable[Page[Prospect]]]


async def find_people(api: Api, names: list[str], *, need_ids: bool, need_values: bool = False) -> list[Prospect]:
    """The prospects with these addresses or ids, each once. No call reads one prospect by id.

    Args:
        api: what carries the calls out.
        names: addresses or ids.
        need_ids: whether every prospect must come with its id. Ids never change, so an answer may be a minute old.
        need_values: whether every prospect must come with the values of all its fields as they are now. The API leaves
            long texts out.

    Raises:
        Mistake: when a name is neither an address nor an id, or somebody is not found; it names all of them.
    """
    wanted = _addresses_or_ids(names)
    by_address = all("@" in name for name in wanted)
    found: dict[str, Prospect] = await _known(api, wanted) if by_address and not (need_ids or need_values) else {}
    missing = [name for name in wanted if name not in found]
    look: _Look = api.send if need_values else api.recent
    operation = ListProspects(include_custom_fields=True if need_values else None)
    most = _SEARCHED_NOW if need_values else _SEARCHED
    search = by_address and len(missing) <= most
    found |= await (_searched(look, operation, missing) if search else _walked(look, operation, missing))
    missing = [name for name in wanted if name not in found]
    if missing:
        raise Mistake(
            f"prospects: not found: {', '.join(missing)}",
            _where_to_look(None if search else most),
            next=NextCall.of("find_prospects", query=missing[0].partition("@")[0]),
        )
    return list({(found[name].id or name): found[name] for name in wanted}.values())


async def find_selected(
    api: Api, members: list[Member], *, need_ids: bool, need_values: bool = False
) -> list[Prospect]:
    """The prospects of a selection, as ``find_people``: who was found with an id when it was made is not looked up."""
    if need_values:
        return await find_people(api, [it.email or it.id for it in members], need_ids=need_ids, need_values=True)
    known = {it.email: Prospect(id=it.id, email=it.email) for it in members if it.email and (it.id or not need_ids)}
    missing = [it.email or it.id for it in members if it.email not in known]
    found = await find_people(api, missing, need_ids=need_ids) if missing else []
    # Somebody may be named twice: in the selection, and by id beside it.
    return list({it.email: it for it in [*known.values(), *found]}.values())


async def _known(api: Api, addresses: list[str]) -> dict[str, Prospect]:
    """The addresses that are stored, without ids, by one call.

    Assumed: the answer leaves out addresses that are not stored.
    """
    states = await api.send(GetVerificationStatus(emails=addresses))
    return {key(state.email): Prospect(id="", email=state.email) for state in states}


def _addresses_or_ids(names: list[str]) -> list[str]:
    """The names, each once; addresses as ``key`` writes them."""
    wanted = list(dict.fromkeys(key(name) if "@" in name else name.strip() for name in names))
    strange = [name for name in wanted if "@" not in name and not name.isalnum()]
    if strange:
        raise Mistake(
            f"prospects: neither addresses nor ids: {', '.join(strange)}",
            "Look for the person first",
            next=NextCall.of("find_prospects", query=strange[0]),
        )
    return wanted


async def _searched(look: _Look, operation: ListProspects, addresses: list[str]) -> dict[str, Prospect]:
    # A search finds longer addresses, too, that contain the one looked for.
    wide = operation.model_copy(update={"page_size": 100})
    pages = [await look(wide.model_copy(update={"search": address})) for address in addresses]
    return {key(prospect.email): prospect for page in pages for prospect in page.items}


async def _walked(look: _Look, operation: ListProspects, wanted: list[str]) -> dict[str, Prospect]:
    return (await _walk(look, operation, _WALKED, set(wanted))).by_name()


@dataclass
class Walked:
    """People from the newest on.

    Attributes:
        people: those of the pages that were read.
        whole: whether there are no more.
    """

    people: list[Prospect] = field(default_factory=list[Prospect])
    whole: bool = False

    def by_name(self) -> dict[str, Prospect]:
        """Id or address -> the person."""
        return {it.id: it for it in self.people} | {key(it.email): it for it in self.people}


async def walked(api: Api, operation: ListProspects, pages: int) -> Walked:
    """People of so many pages at most. An answer may be a minute old."""
    return await _walk(api.recent, operation, pages, None)


async def _walk(look: _Look, operation: ListProspects, pages: int, wanted: set[str] | None) -> Walked:
    """Page after page until everybody wanted is found."""
    found = Walked()
    names = set[str]()
    for _ in range(pages):
        page = await look(operation)
        found.people += page.items
        names |= {name for it in page.items for name in (it.id, key(it.email))}
        found.whole = not page.more
        if found.whole or (wanted is not None and names >= wanted):
            break
        operation = operation.next_page()
    return found


async def look_up(api: Api, addresses: list[str]) -> dict[str, Prospect]:
    """Those of the addresses that are found, by ``key``: a few anywhere, of many those among the newest people.

    An answer may be a minute old.
    """
    wanted = list(dict.fromkeys(map(key, addresses)))
    found = {} if len(wanted) <= _FEW else (await _walk(api.recent, ListProspects(), _NEWEST, set(wanted))).by_name()
    missing = [it for it in wanted if it not in found]
    look = _searched if len(missing) <= _SEARCHED_NOW else _walked
    return found | (await look(api.recent, ListProspects(), missing) if missing else {})


def _where_to_look(most: int | None) -> str:
    """What to do about somebody who was not found.

    Args:
        most: addresses that can be searched for at once; None when they were.
    """
    look = "Look for the person"
    if most is None:
        return look
    return f"Looked among the newest {_WALKED * 100:,}; up to {most} addresses at once are found anywhere. {look}"
