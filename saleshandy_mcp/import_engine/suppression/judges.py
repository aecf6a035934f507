"""Which columns say that a person is not to be mailed or an address is bad, and what their cells say. Pure.

What a column is about is decided by its name, once for a table. A cell is judged by its words
(``status_words.toml``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache, partial
from typing import NamedTuple

from saleshandy_mcp.import_engine.mapping.presets import word
from saleshandy_mcp.import_engine.suppression.status_words import columns as named
from saleshandy_mcp.import_engine.suppression.status_words import listed, out_columns, tokens, values

_DISAGREED = "not subscribed according to its row"
_UNUSABLE = "its row calls the address bad"

_REMEMBERED = 5_000
"""Cells of a column whose verdict is kept: most columns of this kind hold few different ones."""
_LONGEST = 80
"""Signs of a value that are told."""
_ZERO = re.compile(r"[\s.,:/\-TZ+]*0[0\s.,:/\-TZ+]*")
_LINK = re.compile(r"(?i)(https?://|www\.)")
_SEPARATORS = re.compile(r"[;,|\n/]")


class Says(Enum):
    """What a cell says. DOUBT: the address may be bad."""

    NOTHING = auto()
    OUT = auto()
    DOUBT = auto()


class Verdict(NamedTuple):
    """What a cell says, and the reason in words; empty for nothing."""

    says: Says
    words: str = ""


@dataclass(frozen=True)
class Judge:
    """A column that says something of its people, and how to understand its cells.

    Attributes:
        column: its name.
        verdict: what a cell says.
        general: whether such a column mostly holds other things, as one of tags or notes does.
    """

    column: str
    verdict: Callable[[str], Verdict]
    general: bool


_NOTHING = Verdict(Says.NOTHING)


def judges(columns: list[str]) -> list[Judge]:
    """The columns of a table that say whom not to mail, in its order."""
    return [
        Judge(name, lru_cache(_REMEMBERED)(judge), general=judge in (_status, _tags))
        for name in columns
        if (judge := _judge(name))
    ]


def says_out(tags: str) -> bool:
    """Whether one of these tags, with commas between them, says that somebody is not to be mailed."""
    return _tags(tags).says is Says.OUT


def told(value: str) -> str:
    """A value as a reason quotes it: one line, not too long."""
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _judge(name: str) -> Callable[[str], Verdict] | None:
    """How the cells of a column are understood; None for a column that says nothing of this kind."""
    about_mail = "mail" in "".join(tokens(name))
    if named("other_things").fits(name) or (named("other_channels").fits(name) and not about_mail):
        return None
    if says := next((says for pattern, says in out_columns() if pattern.fits(name)), ""):
        return partial(_out, says=says)
    for kind, judge in _KINDS.items():
        if named(kind).fits(name) and not (kind == "status" and named("places").fits(name)):
            return judge
    return None


def _out(value: str, says: str) -> Verdict:
    """A cell of a column that is named for those who are out: anything that is no denial means it."""
    here = word(value)
    if value.strip() in listed("ticks"):
        return Verdict(Says.OUT, says.format(value=told(value)))
    if not here or here in listed("good") or _is_no(value) or _LINK.match(value.strip()):
        return _NOTHING
    known = _known(value, verdicts=True)
    if known.says is not Says.NOTHING:
        return known
    if _negated(value):
        return _NOTHING
    what = "bad" if here in listed("yes") else told(value)
    return Verdict(Says.OUT, says.format(value=what))


def _unless_no(value: str, says: str) -> Verdict:
    """A cell of a column that is named for those who agreed or for good addresses: a no means that somebody is out."""
    known = _known(value, verdicts=True)
    if known.says is not Says.NOTHING or word(value) in listed("nothing"):
        return known
    return Verdict(Says.OUT, says) if _is_no(value) or _negated(value) else _NOTHING


def _verdict(value: str) -> Verdict:
    return _known(value, verdicts=True)


def _status(value: str) -> Verdict:
    return _known(value, verdicts=False)


def _tags(value: str) -> Verdict:
    found = (_known(part, verdicts=False) for part in _SEPARATORS.split(value))
    return next((it for it in found if it.says is Says.OUT), _NOTHING)


def _risk(value: str) -> Verdict:
    """A cell of a column that is named for doubtful addresses."""
    yes = word(value) in listed("yes") or value.strip() in listed("ticks")
    return Verdict(Says.DOUBT, "doubtful") if yes else _verdict(value)


def _verified(value: str) -> Verdict:
    """A cell of a column that is named for verified addresses."""
    return Verdict(Says.DOUBT, "not verified") if _is_no(value) else _verdict(value)


_KINDS: dict[str, Callable[[str], Verdict]] = {
    "agreed": partial(_unless_no, says=_DISAGREED),
    "usable": partial(_unless_no, says=_UNUSABLE),
    "verified": _verified,
    "risk": _risk,
    "verdict": _verdict,
    "status": _status,
    "tags": _tags,
}
"""Kinds of columns by their names, the first that fits."""


def _known(value: str, *, verdicts: bool) -> Verdict:
    """What a cell says by its words alone."""
    found, here = values(verdicts=verdicts), word(value)
    if says := found.out.get(here):
        return Verdict(Says.OUT, says.format(value=told(value)))
    return Verdict(Says.DOUBT, told(value)) if here in found.doubtful else _NOTHING


def _is_no(value: str) -> bool:
    bare = value.strip()
    return (
        word(bare) in listed("no") | listed("nothing") or bare in listed("crosses") or _ZERO.fullmatch(bare) is not None
    )


def _negated(value: str) -> bool:
    """``not yet``, ``nicht abgemeldet``: the contrary of what follows."""
    first = tokens(value)[:1]
    return bool(first) and first[0] in listed("negations")
