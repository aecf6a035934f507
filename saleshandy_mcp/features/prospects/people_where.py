"""Which people are meant: ``word=value`` texts about what happened, where, and what is stored. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.reports import period

WORDS = {
    "sequence": "title or id",
    "step": "number: a mail of this step was sent",
    "outcome": "name",
    "opened": "at least so many times; 0: never",
    "clicked": "the same",
    "replied": "yes or no",
    "bounced": "yes or no",
    "unsubscribed": "yes or no",
    "finished": "yes or no, in the sequence",
    "tag": "given by an import from here",
    "domain": "exactly this one",
    "company": "the whole name",
    "since": "a day or a period: when something happened, or when they were added",
    "import": "job or request id",
    "verification": "valid, bad, risky, pending, inProgress or skip",
}
"""Word -> what its value is."""
VERIFICATIONS = ("valid", "bad", "risky", "pending", "inProgress", "skip")
_PAIR = re.compile(r"\s*@?(\w+)\s*(?:>=|=|:)\s*(.*?)\s*", re.DOTALL)
_MOST_WORDS = 3


@dataclass(frozen=True)
class PeopleWhere:
    """What has to be true of somebody; None and empty texts ask for nothing.

    Attributes:
        said: the conditions in the words of the caller.
        since: the first day.
    """

    said: tuple[str, ...] = ()
    query: str = ""
    sequence: str = ""
    step: int | None = None
    outcome: str = ""
    opened: int | None = None
    clicked: int | None = None
    replied: bool | None = None
    bounced: bool | None = None
    unsubscribed: bool | None = None
    finished: bool | None = None
    tag: str = ""
    domain: str = ""
    company: str = ""
    since: date | None = None
    import_request: str = ""
    verification: str = ""

    @property
    def about_mail(self) -> bool:
        """Whether it asks what happened to mails, which the events tell."""
        happened = (self.step, self.opened, self.clicked, self.replied, self.bounced, self.unsubscribed, self.finished)
        return bool(self.sequence or self.outcome) or any(it is not None for it in happened)

    @property
    def fits_without_mail(self) -> bool:
        """Whether somebody may fit to whom nothing has happened yet."""
        happened = (self.step, self.opened, self.clicked, self.replied, self.bounced, self.unsubscribed, self.since)
        return not self.outcome and not any(happened)

    @property
    def needs_store(self) -> bool:
        """Whether it asks for what only the stored person tells."""
        return bool(self.company or self.verification or self.query)


def parse_where(pairs: Sequence[str], query: str, now: datetime) -> PeopleWhere:
    """The conditions; all of them have to hold.

    Args:
        pairs: "word=value".
        query: words that the name or the address holds.
        now: the moment that "last week" is counted from.

    Raises:
        Mistake: for what is no pair, for an unknown or doubled word, and for a value that the word does not take.
    """
    where = PeopleWhere(query=query)
    seen: list[str] = []
    for pair in pairs:
        name, value = _split(pair)
        if name in seen:
            raise Mistake(f"where: {name} is given twice", "All conditions have to hold; keep one of them.")
        seen.append(name)
        where = replace(where, **{"import_request" if name == "import" else name: _READ[name](name, value, now)})
    if where.finished is not None and not where.sequence:
        raise Mistake("where: finished holds in one sequence", 'Add "sequence=…".')
    said = (*(f"{name}={_split(pair)[1]}" for name, pair in zip(seen, pairs, strict=True)), *([query] if query else []))
    return replace(where, said=said)


def _split(pair: str) -> tuple[str, str]:
    found = _PAIR.fullmatch(pair)
    name = found[1].casefold() if found else ""
    if found is None or name not in WORDS or not found[2]:
        near = get_close_matches(name, WORDS, _MOST_WORDS)
        meant = f"{', '.join(near)}? " if near else ""
        all_words = "; ".join(f"{word} ({what})" for word, what in WORDS.items())
        raise Mistake(f'where: "{pair}" is not understood', f'{meant}Write "word=value" with one of: {all_words}.')
    return name, found[2]


def _text(_: str, value: str, __: datetime) -> str:
    return value


def _domain(_: str, value: str, __: datetime) -> str:
    return value.casefold().removeprefix("@")


def _yes_or_no(name: str, value: str, _: datetime) -> bool:
    word = value.casefold()
    if word not in ("yes", "true", "no", "false"):
        raise Mistake(f'where: {name} is yes or no, not "{value}"', f'Write "{name}=yes".')
    return word in ("yes", "true")


def _times(name: str, value: str, _: datetime) -> int:
    word = {"yes": "1", "true": "1", "no": "0", "false": "0"}.get(value.casefold(), value)
    if not (word.isascii() and word.isdecimal()) or len(word) > len("1000"):
        raise Mistake(f'where: {name} is a number of times, not "{value}"', f'Write "{name}=3"; "{name}=0" is never.')
    return int(word)


def _step(name: str, value: str, now: datetime) -> int:
    number = _times(name, value, now)
    if not number:
        raise Mistake("where: steps are counted from 1", 'Write "step=2".')
    return number


def _verification(_: str, value: str, __: datetime) -> str:
    found = next((it for it in VERIFICATIONS if it.casefold() == value.casefold()), "")
    if not found:
        raise Mistake(f'where: verification is not "{value}"', f"It is {', '.join(VERIFICATIONS)}.")
    return found


def _since(_: str, value: str, now: datetime) -> date:
    try:
        return period.read(value, now).first
    except Mistake:
        raise Mistake(
            f'where: since "{value}" is not understood',
            'Write "since=last 7 days" or "since=2026-10-01", up to a year back.',
        ) from None


_READ: dict[str, Callable[[str, str, datetime], object]] = {
    **dict.fromkeys(("sequence", "outcome", "tag", "company", "import"), _text),
    **dict.fromkeys(("replied", "bounced", "unsubscribed", "finished"), _yes_or_no),
    **dict.fromkeys(("opened", "clicked"), _times),
    "step": _step,
    "domain": _domain,
    "since": _since,
    "verification": _verification,
}
"""Word -> what reads its value."""
