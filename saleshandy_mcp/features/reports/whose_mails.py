"""Whose mails a report is about: those of the account, a sequence, a sender, a member or a client."""

from typing import NamedTuple

from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.reports.mail_numbers import By, Mail
from saleshandy_mcp.lookups.by_name import pick_sequence
from saleshandy_mcp.untrusted.one_line import one_line

_NAMED = 8
_OTHERS: tuple[By, ...] = ("sender", "member", "client")


class Subject(NamedTuple):
    """What a report is about.

    Attributes:
        kind: ``total`` for the whole account.
        name: of the sequence, sender, member or client.
        id: of the sequence.
    """

    kind: By = "total"
    name: str = ""
    id: str | None = None

    def __str__(self) -> str:
        known = f" [{self.id}]" if self.id else ""
        return f"{self.kind.capitalize()} {one_line(self.name)}{known}" if self.name else "Whole account"

    def of(self, mails: list[Mail]) -> list[Mail]:
        """Those of the mails that it is about. Those of a sequence are read alone already."""
        if self.kind in ("total", "sequence"):
            return mails
        return [mail for mail in mails if mail.place(self.kind)[0] == self.name]


def named_sequence(sequences: list[Sequence], only: str) -> Sequence | None:
    """The sequence that is meant by its id, its title or a part of it; None where that names none or several."""
    try:
        return pick_sequence(sequences, only)
    except Mistake:
        return None


def _alike(sequences: list[Sequence], only: str) -> list[Sequence]:
    """The sequences with this in their title."""
    key = only.strip().casefold()
    return [it for it in sequences if key and key in it.title.casefold()]


def subject_among(mails: list[Mail], only: str, sequences: list[Sequence]) -> Subject:
    """The sender, member or client that is meant, by the whole name in any case.

    Args:
        mails: in which it has to be.
        only: the name.
        sequences: those of the account, of which several may have the name in their title.

    Raises:
        Mistake: when nobody in these mails is called so; it names some who are, or the sequences that may be meant.
    """
    known: list[tuple[By, str]] = sorted({(kind, mail.place(kind)[0]) for mail in mails for kind in _OTHERS})
    for kind, name in known:
        if name.casefold() == only.strip().casefold():
            return Subject(kind, name)
    if alike := _alike(sequences, only):
        titles = ", ".join(f"{one_line(it.title)} [{it.id}]" for it in alike[:_NAMED])
        more = f" and {len(alike) - _NAMED} more" if len(alike) > _NAMED else ""
        raise Mistake(
            f'only: "{only}" fits {len(alike)} sequences: {titles}{more}', "Give the id of the one that is meant"
        )
    some = ", ".join(f"{kind} {one_line(name)}" for kind, name in known[:_NAMED])
    raise Mistake(
        f'only: "{only}" is no title of a sequence, and no sender, member or client of the mails of these days',
        f"These had mails: {some}. list_sequences() has the titles" if some else "No mail was sent in these days",
    )
