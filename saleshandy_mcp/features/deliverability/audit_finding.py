"""One thing that an audit found: the value, the limit it is held to, who set that limit, and what to do. Pure."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from saleshandy_mcp.core.view import View
from saleshandy_mcp.untrusted.one_line import one_line

Level = Literal["lost", "filtered", "advice", "unknown"]
"""lost: mail or replies do not arrive. filtered: mail lands in spam more often. unknown: DNS alone cannot tell it."""
WORDS: dict[Level, str] = {
    "lost": "mail or replies lost",
    "filtered": "spam likelier",
    "advice": "advice",
    "unknown": "DNS cannot tell",
}
"""The levels as a person reads them, the worst first."""
LEVELS = tuple(WORDS)
Area = Literal["domain", "blocklist", "SPF", "DKIM", "DMARC", "MX", "tracking", "sender", "sequence"]
AREAS: tuple[Area, ...] = ("domain", "blocklist", "SPF", "DMARC", "DKIM", "MX", "tracking", "sender", "sequence")
_PLACES = 4


class Source(NamedTuple):
    """Who set a limit, and where it can be read."""

    name: str
    link: str


def rfc(number: int, section: str = "") -> Source:
    anchor = f"#section-{section}" if section else ""
    return Source(f"RFC {number} {section}".strip(), f"https://www.rfc-editor.org/rfc/rfc{number}{anchor}")


GOOGLE = Source("Gmail's guidelines for senders", "https://support.google.com/mail/answer/81126")
NOBODY = Source("common advice, without a published number", "")


class AuditFinding(View):
    """One thing that was found.

    Attributes:
        where: the domains, senders or sequence.
        what: the value, and the limit it is held to.
        do: what to do.
        source: who set the limit.
        link: where that can be read; "" where nobody has published it.
        senders: how many senders it touches.
    """

    level: Level
    area: Area
    where: list[str]
    what: str
    do: str
    source: str
    link: str = ""
    senders: int = 1

    def sentence(self) -> str:
        named = ", ".join(one_line(it, 80) for it in self.where[:_PLACES])
        more = f" and {len(self.where) - _PLACES} more" if len(self.where) > _PLACES else ""
        source = f"{self.source}: {self.link}" if self.link else self.source
        place = f"{self.area}, {named}{more} ({WORDS[self.level]})"
        return f"{place}: {one_line(self.what, 300)}. {one_line(self.do, 200)} ({source})"


class Place(NamedTuple):
    """What a finding is about: the area, and the domain, sender or sequence."""

    area: Area
    where: str


def finding(level: Level, place: Place, what: str, do: str, source: Source) -> AuditFinding:
    area, where = place
    return AuditFinding(level=level, area=area, where=[where], what=what, do=do, source=source.name, link=source.link)


def ranked(findings: Iterable[AuditFinding]) -> list[AuditFinding]:
    """What matters most first; the same thing found in several places stands once."""
    same: dict[tuple[str, ...], list[AuditFinding]] = {}
    for it in findings:
        same.setdefault((it.level, it.area, it.what, it.do), []).append(it)
    joined = [
        first.model_copy(
            update={
                "where": list(dict.fromkeys(place for it in group for place in it.where)),
                "senders": sum(it.senders for it in group),
            }
        )
        for group in same.values()
        for first in group[:1]
    ]
    return sorted(joined, key=lambda it: (LEVELS.index(it.level), -it.senders, AREAS.index(it.area), it.where))
