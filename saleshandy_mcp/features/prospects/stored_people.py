"""Finding the stored prospects that addresses or ids name."""

from collections.abc import Awaitable, Callable

from saleshandy_mcp.api.operation import Page
from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import GetVerificationStatus, ListProspects
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall

_SEARCHED, _SEARCHED_NOW = 15, 10
"""Up to so many addresses are searched for one by one: when answers may be a minute old, and when they must be new. A
call with a question looks twice, new answers take calls both times, and an endpoint takes 20 calls a minute."""
_WALKED = 15
"""Pages of 100, newest first, to look through for more addresses or for ids."""

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
    found: dict[str, Prospect] = {}
    for _ in range(_WALKED):
        page = await look(operation)
        for prospect in page.items:
            found |= {prospect.id: prospect, key(prospect.email): prospect}
        if not page.more or found.keys() >= set(wanted):
            break
        operation = operation.next_page()
    return found


def _where_to_look(most: int | None) -> str:
    """What to do about somebody who was not found.

    Args:
        most: addresses that can be searched for at once; None when they were.
    """
    look = "Look for the person"
    if most is None:
        return look
    return f"Looked among the newest {_WALKED * 100:,}; up to {most} addresses at once are found anywhere. {look}"
