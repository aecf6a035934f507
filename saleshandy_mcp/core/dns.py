"""Questions about domain names: what is asked, who answers, and what it means that nobody does."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["TXT", "MX", "A", "AAAA", "CNAME"]
"""A kind of record. An MX record is written ``10 mail.example.com.``, and a TXT record as one text."""


class Question(NamedTuple):
    """The records of one kind that a name has."""

    name: str
    kind: Kind


class DnsSilent(Exception):
    """No answer came. The message is a part of a sentence that says why."""


@dataclass(frozen=True)
class Dns:
    """Answers questions about domain names.

    Attributes:
        ask: the records, as text; none where the name has none of that kind, or there is no such name. It raises
            ``DnsSilent`` when no answer comes.
        blocklists: lists of domains that the operator lets be asked, by the name under which they answer.
    """

    ask: Callable[[Question], Awaitable[Sequence[str]]]
    blocklists: tuple[str, ...] = ()


def no_dns(why: str) -> Dns:
    """One that answers nothing, and says why."""

    async def silent(_: Question) -> Sequence[str]:
        raise DnsSilent(why)

    return Dns(silent)
