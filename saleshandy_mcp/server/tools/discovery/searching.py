"""Which operations a query in plain words means, and what of it the API cannot do. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.effects import CONSEQUENCES
from saleshandy_mcp.server.schema import input_schema as schema
from saleshandy_mcp.server.tools.discovery.cannot import LIMITS
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit
from saleshandy_mcp.server.tools.discovery.plain_words import not_meant, plainly, said_of
from saleshandy_mcp.server.tools.ranking import scores, words

_LONGEST = 300
"""Characters of a query that are looked at."""
_MOST_LIMITS = 2
_CLOSE = 0.75
"""A limit is told when it fits at least this much as well as the best that is found."""
_CHANGES = 0.7
"""How well an operation that changes something fits somebody who asks or wants to see something."""
_FIRST = 0.25
"""How much more the first word counts: most wishes begin with what is to be done."""
_NOT_THIS = 0.3
_VAGUE = 0.6
"""How well a limit fits when its own words were not said."""
_INSTEAD = 0.3
"""How well something harmless has to fit, of the best, to stand before what has consequences."""

_ASKS = re.compile(
    r"^\W*(how|what|what's|which|who|whose|when|where|why|is|are|was|were|do|does|did|has|have|should|show|list|see|look|"
    r"check|tell me|give me|find|get|read|count|can i|may i|could i|can we|may we)\b|\?\W*$",
    re.IGNORECASE,
)
_REQUEST = re.compile(r"^\W*(can|could|would|will) you\b", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """Limits that the query runs into, and names of operations, each the closest first."""

    limits: list[Limit]
    names: list[str]


def search(query: str, reach: Mapping[str, type[Operation[Any]]]) -> Found:
    """What a query means among these operations."""
    query = query[:_LONGEST]
    said = plainly(query)
    asks = bool(_ASKS.search(query)) and not _REQUEST.search(query)
    texts = {name: _text(kind) for name, kind in reach.items()} | _limit_texts()
    fits, first = scores(said, texts), scores(" ".join(words(said)[:1]), texts)
    fits = {it: fit + _FIRST * first.get(it, 0) for it, fit in fits.items()}
    limits = {it: fits.pop(it.what) for it in LIMITS if it.what in fits}
    limits = {
        it: fit * (1 if all(_share(some, said) for some in it.only_with) else _VAGUE) for it, fit in limits.items()
    }
    fits = {name: fit * _factor(reach[name], said, asks=asks) for name, fit in fits.items()}
    best = max([*fits.values(), *limits.values()], default=0.0)
    told = sorted((it for it, fit in limits.items() if fit >= _CLOSE * best), key=lambda it: -limits[it])
    names = sorted(fits, key=lambda name: -fits[name])
    return Found(told[:_MOST_LIMITS], _harmless_first(names, fits, reach) if asks else names)


def _factor(kind: type[Operation[Any]], said: str, *, asks: bool) -> float:
    changes = _CHANGES if asks and not kind.route.reads else 1.0
    return changes * (_NOT_THIS if _share(not_meant(kind.slug), said) else 1.0)


def _share(some: str, said: str) -> bool:
    return not {*words(plainly(some))}.isdisjoint(words(said))


def _harmless_first(
    names: list[str], fits: Mapping[str, float], reach: Mapping[str, type[Operation[Any]]]
) -> list[str]:
    """The names with one that has no consequences in front, where one fits at all: a question is no order."""
    for name in names:
        if fits[name] < _INSTEAD * fits[names[0]]:
            break
        if not reach[name].route.effects & CONSEQUENCES:
            return [name, *(it for it in names if it != name)]
    return names


@cache
def _text(kind: type[Operation[Any]]) -> str:
    return plainly(f"{kind.slug} {said_of(kind.slug)} {schema.description(kind)}")


@cache
def _limit_texts() -> dict[str, str]:
    return {it.what: plainly(f"{it.what} {it.said}") for it in LIMITS}
