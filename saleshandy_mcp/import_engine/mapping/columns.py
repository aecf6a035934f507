"""Which column of a table is stored in which field, how this is shown, and the rows by field. Pure."""

import re
from collections.abc import Collection
from collections.abc import Mapping as Words
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import accumulate

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.mapping import synonyms as matching
from saleshandy_mcp.import_engine.mapping.full_names import split
from saleshandy_mcp.import_engine.mapping.presets import FULL_NAME, last_names_before, recognised, synonyms, word
from saleshandy_mcp.import_engine.mapping.synonyms import EMAIL, FIRST_NAME, LAST_NAME, Claim, Fields, How

UNNAMED = "(a column without a name)"

_BREAK = re.compile(r"\r\n?|\n")
_LONGEST = 60
"""Signs of a column's name that are told."""
_MOST_TOLD = 30
_ALIKE = 0.75
"""A misspelt label, not one that shares a word with it."""
_MISSPELT = 0.8
"""How like a name of the address column one has to be to be named as it."""
_LONGEST_LIST = 450
"""Signs of a list of columns; the rest is counted."""


@dataclass(frozen=True)
class Column:
    """What becomes of one column.

    Attributes:
        label: field label of the account, or FULL_NAME for a name that is split; None: left out.
        how: what speaks for that: "exact" (letter by letter but for case, blanks, - and _), "known" (another name of
            the field), "preset" (of the product that wrote the table), "part" (a full name that is split), "given" or
            "remembered" (said by the user, also of a column to be left out); empty when nothing does.
        near: for a column that is left out, the nearest label that no other column has.
        place: where several columns have one label, the order in which they are asked for a value.
        taken: for a column that is left out, the label it would have had, had another column not got it.
    """

    name: str
    label: str | None
    how: How
    near: str = ""
    place: int = 0
    taken: str = ""


@dataclass(frozen=True)
class Mapping:
    """The columns of a table, in its order.

    Attributes:
        preset: the product whose export was recognised.
        creates: labels of custom fields that have to be made first.
    """

    columns: tuple[Column, ...]
    preset: str = ""
    creates: tuple[str, ...] = ()

    def row(self, values: Row, *, plain: bool = False) -> Row:
        """What would be sent for a row, by label; what is empty is not there.

        Args:
            values: by column.
            plain: whether it is known that none has a line break or an apostrophe in front.
        """
        found: Row = {label: value for label, name in self._firsts if (value := values.get(name))}
        if self._seconds and len(found) < len(self._firsts):
            found = self._in_order(values)
        if not plain:
            found = {label: _sendable(value) for label, value in found.items()}
        if FULL_NAME in found:
            before = next(number for name, number in self._full_names.items() if values.get(name))
            first, last = split(found.pop(FULL_NAME).replace("<br>", " "), last_names_before=before)
            found |= {label: part for label, part in ((FIRST_NAME, first), (LAST_NAME, last)) if part}
        return found

    def _in_order(self, values: Row) -> Row:
        """As `row` does it, where a column is empty and another one may have its value."""
        filled = ((label, next(filter(None, map(values.get, names)), "")) for label, names in self._plan)
        return {label: value for label, value in filled if value}

    @property
    def labels(self) -> list[str]:
        """All that rows may hold."""
        parts = {FULL_NAME: [FIRST_NAME, LAST_NAME]}
        return [part for label, _ in self._plan for part in parts.get(label, [label])]

    @property
    def left_out(self) -> list[str]:
        return [it.name or UNNAMED for it in self.columns if it.label is None]

    @cached_property
    def splits(self) -> bool:
        """Whether a full name is taken apart."""
        return any(label == FULL_NAME for label, _ in self._plan)

    @property
    def without_field(self) -> list[str]:
        """Columns that nobody knows; not a full name beside its parts, and not what a product always has."""
        return [it.name for it in self.columns if it.label is None and not it.how and it.taken != FULL_NAME]

    @property
    def guessed(self) -> bool:
        """Whether anything but names that fit, what the user said and a product that is known was used."""
        return any(it.how in {"known", "part"} for it in self.columns if it.label is not None)

    def memory(self) -> dict[str, str]:
        """Column to label, for `remembered` when a column of that name comes again; none for what goes without saying.

        A column is remembered as left out only if the user said so: a field for it may be made later.
        """
        natural = {"exact", ""}
        return {
            it.name: it.label or "" for it in self.columns if it.how not in natural and (it.label or it.how != "preset")
        }

    def sentences(self, screened: Collection[str] = (), choosing: Collection[str] = ()) -> list[str]:
        """The mapping as it is told, in short lines; every column that is stored or left out stands in exactly one.

        A long list of columns left out is cut, and the number of the others is told.

        Args:
            screened: columns that say whom not to mail.
            choosing: columns by which rows are chosen.
        """
        no_field = [it.name for it in self.columns if it.label is None and it.name not in screened]
        chosen = [it for it in no_field if it in choosing]
        told = (("who is out and which addresses are bad", screened), ("which rows are taken", chosen))
        read = [f"Read for {what}: {', '.join(map(_quoted, those))}" for what, those in told if those]
        return [*self._stored(), *read, *self._left_out({*screened, *chosen})]

    def _stored(self) -> list[str]:
        turned = "last name first; " if any(self._full_names.values()) else ""
        notes = {FULL_NAME: f" ({turned}without titles and degrees)"} | dict.fromkeys(self.creates, " (a new field)")
        same = [label for label, names in self._plan if names == (label,) and label not in notes]
        moved = [
            f"{', else '.join(map(_quoted, names))} → {label}{notes.get(label, '')}"
            for label, names in self._plan
            if label not in same
        ]
        return [f"As they are: {', '.join(same)}", *moved] if same else moved

    def _left_out(self, screened: Collection[str]) -> list[str]:
        said = {"given", "remembered"}
        out = [it for it in self.columns if it.label is None and (it.how in said or it.name not in screened)]
        strange = [_quoted(it.name) + _near(it) for it in out if not (it.how or it.taken)]
        known = [_quoted(it.name) for it in out if it.how == "preset"]
        others = [f"{_quoted(it.name)} ({self._why(it)})" for it in out if it.how in said or it.taken]
        told = (
            ("Left out, no such field", strange),
            (f"Left out of every export of {self.preset}", known),
            ("Left out", others),
        )
        return [f"{what}: {_few(those)}" for what, those in told if those]

    def _why(self, column: Column) -> str:
        if column.how:
            return "as you said" if column.how == "given" else "as before"
        names = dict(self._plan)
        source = names.get(column.taken) or names.get(FULL_NAME)
        return f"{column.taken} comes from {_quoted(source[0])}" if source else "the name has columns of its own"

    @cached_property
    def _firsts(self) -> tuple[tuple[str, str], ...]:
        """Labels, each with the column that is asked first."""
        return tuple((label, names[0]) for label, names in self._plan)

    @cached_property
    def _full_names(self) -> dict[str, int]:
        """Columns of full names, each with how many last names are usual before the first name."""
        return {name: last_names_before(name) for name in self.columns_of(FULL_NAME)}

    def columns_of(self, label: str) -> tuple[str, ...]:
        """The columns that a label takes its values from, in the order they are asked."""
        return dict(self._plan).get(label, ())

    @cached_property
    def _seconds(self) -> bool:
        """Whether a label has more columns than one."""
        return any(len(names) > 1 for _, names in self._plan)

    @cached_property
    def _plan(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Labels in order of their first column, each with its columns in the order they are asked."""
        names: dict[str, list[str]] = {it.label: [] for it in self.columns if it.label is not None}
        for it in sorted(self.columns, key=lambda it: it.place):
            if it.label is not None:
                names[it.label].append(it.name)
        return tuple((label, tuple(those)) for label, those in names.items())


def map_columns(
    columns: list[str],
    labels: list[str],
    *,
    given: Words[str, str] | None = None,
    remembered: Words[str, str] | None = None,
    where: str = "file",
) -> Mapping:
    """Find a field for each column.

    Args:
        columns: of the table.
        labels: of the account's fields.
        given: what the user says, column to label; "" leaves the column out, "+Label" makes a custom field,
            FULL_NAME splits it.
        remembered: `memory()` of earlier tables.
        where: what a refusal calls the table.

    Raises:
        Mistake: for a column or label that is not there, for two columns of equal right, and without an Email column.
    """
    fields, preset = Fields(labels), recognised(columns)
    sayings, creates = matching.said(given or {}, columns, fields)
    wanted = matching.claims(columns, fields, sayings, remembered or {}, preset)
    settled = matching.settle(wanted, fields, preset, where, sayings)
    if EMAIL not in settled:
        raise _without_email(columns, where)
    free = [label for label in labels if label not in settled and not _is_part(label, settled)]
    told = tuple(_column(name, wanted.get(name), settled, fields, free) for name in columns)
    return Mapping(told, preset.name if preset else "", tuple(creates))


def _column(name: str, claim: Claim | None, settled: dict[str, list[str]], fields: Fields, free: list[str]) -> Column:
    if claim is None:
        near = fields.nearest(name, free, most=1, alike=_ALIKE)
        return Column(name, None, "", near=near[0] if near else "")
    if not claim.label:
        return Column(name, None, claim.how)
    names = settled.get(claim.label, [])
    if name in names:
        return Column(name, claim.label, claim.how, place=names.index(name))
    return Column(name, None, "", taken=claim.label)


def _is_part(label: str, settled: dict[str, list[str]]) -> bool:
    return FULL_NAME in settled and label in {FIRST_NAME, LAST_NAME}


def _without_email(columns: list[str], where: str) -> Mistake:
    there = [_quoted(it) for it in columns]
    more = f" and {len(there) - _MOST_TOLD} more" if len(there) > _MOST_TOLD else ""
    near = next((it for it in columns if get_close_matches(word(it), synonyms()[EMAIL], n=1, cutoff=_MISSPELT)), "")
    nearest, column = (f'Nearest: "{near}". ', near) if near else ("", "<column>")
    return Mistake(
        f"{where}: there is no Email column",
        f'There is: {", ".join(there[:_MOST_TOLD])}{more}. {nearest}Say which one it is: map ["{column}=Email"].',
    )


def _sendable(value: str) -> str:
    """Line breaks become <br>: a field value is put into HTML mail. Apollo keeps spreadsheets off a number with a '."""
    return _BREAK.sub("<br>", value[1:] if value.startswith("'+") else value)


def _few(names: list[str]) -> str:
    """The first of them, as many as a line holds, and where the others are."""
    ends = accumulate(len(it) + 2 for it in names)
    shown = max(1, sum(end <= _LONGEST_LIST for end in ends))
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {rest} more, all in left_out (command line: --json)" if rest else "")


def _near(column: Column) -> str:
    return f" (nearest: {column.near})" if column.near else ""


def _quoted(name: str) -> str:
    line = " ".join(name.split())
    return f'"{line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"}"' if line else UNNAMED
