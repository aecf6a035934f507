"""One thing that was found before a start: what it is, why it matters, and what to do. Pure."""

from collections.abc import Iterable
from typing import Literal

from saleshandy_mcp.core.view import View
from saleshandy_mcp.untrusted.one_line import one_line

Level = Literal["blocks", "change"]
"""blocks: do not start before it is put right. change: a careful person would change it."""


class Finding(View):
    """One thing that was found.

    Attributes:
        where: the place: "step 1 A", or "" for the whole sequence.
        what: the value that was found, with the threshold it is held to.
        why: what comes of it.
        do: what to do.
    """

    level: Level
    where: str = ""
    what: str
    why: str = ""
    do: str = ""

    def brief(self) -> str:
        """Where, what and why on one line, for a place where the way out is plain."""
        place = f"{one_line(self.where)}: " if self.where else ""
        why = f": {one_line(self.why)}" if self.why else ""
        return f"{place}{one_line(self.what, 240)}{why}"

    def sentence(self) -> str:
        """All of it on one line."""
        return self.brief() + (f". {one_line(self.do, 200)}" if self.do else "")


def together(findings: Iterable[Finding]) -> list[Finding]:
    """The same thing found in several places, once, with all of the places. What blocks comes first."""
    places: dict[tuple[Level, str, str, str], list[str]] = {}
    for it in findings:
        places.setdefault((it.level, it.what, it.why, it.do), []).append(it.where)
    found = [
        Finding(level=level, where=_places(where), what=what, why=why, do=do)
        for (level, what, why, do), where in places.items()
    ]
    return sorted(found, key=lambda it: it.level != "blocks")


_PLACES = 6
"""Up to so many places are named."""


def _places(where: list[str]) -> str:
    named = [place for place in dict.fromkeys(where) if place]
    more = f" and {len(named) - _PLACES} more" if len(named) > _PLACES else ""
    return ", ".join(named[:_PLACES]) + more
