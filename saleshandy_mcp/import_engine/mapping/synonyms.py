"""How well a column fits a field, and which column gets a field that several fit. Pure."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Literal, NamedTuple

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.mapping.presets import FULL_NAME, Preset, never_second, pairs, synonyms, word

FIRST_NAME, LAST_NAME, EMAIL = "First Name", "Last Name", "Email"

How = Literal["given", "remembered", "exact", "preset", "known", "part", ""]
_STRENGTH: tuple[How, ...] = ("given", "exact", "remembered", "preset", "known", "part")
"""Who wins. What was agreed to for another table does not take a field from the column that is named like it."""


_PARTS = re.compile(r"[/|()]")
_LAST = 1_000


class Claim(NamedTuple):
    """What a column would be; no label: it is to be left out."""

    label: str
    how: How


class Fields:
    """The labels of an account, found by what people and products call them."""

    def __init__(self, labels: list[str]) -> None:
        self.labels = labels
        self._by_shape = {_shape(label): label for label in reversed(labels)}
        self._splits = {FIRST_NAME, LAST_NAME} <= set(labels)
        self._by_word: dict[str, tuple[str, int]] = {}
        known = {label: self.named(label) for label in synonyms()}
        for label in labels:
            self._by_word.setdefault(word(label), (label, 0))
        for name, label in known.items():
            for place, synonym in enumerate(synonyms()[name]) if label else ():
                self._by_word.setdefault(synonym, (label, place))

    def named(self, name: str) -> str:
        """The label of that name; empty when there is none."""
        if _shape(name) == _shape(FULL_NAME):
            return FULL_NAME if self._splits else ""
        return name if name in self.labels else self._by_shape.get(_shape(name), "")

    def known(self, column: str, there: frozenset[str]) -> str:
        """The label that has this as another name; ``there`` are the words of all columns."""
        here = word(column)
        for pair in pairs():
            if pair.column == here and pair.beside in there and (label := self.named(pair.label)):
                return label
        return self._by_word.get(here, ("", 0))[0] or self._in_two_languages(column)

    def _in_two_languages(self, column: str) -> str:
        """The label that all parts of a name mean: "Société / Company", "Nom (Last Name)". City / State means none."""
        parts = [found for it in _PARTS.split(column) if (found := word(it))]
        labels = {self._by_word.get(part, ("", 0))[0] for part in parts}
        return labels.pop() if len(parts) > 1 and len(labels) == 1 else ""

    def rank(self, column: str) -> int:
        """How good another name it is, 0 being the best; what is none comes last."""
        return self._by_word.get(word(column), ("", _LAST))[1]

    def nearest(self, name: str, among: Iterable[str], *, most: int, alike: float) -> list[str]:
        by_word = {word(label): label for label in among}
        return [by_word[it] for it in get_close_matches(word(name), by_word, n=most, cutoff=alike)]


def said(given: Mapping[str, str], columns: list[str], fields: Fields) -> tuple[dict[str, Claim], list[str]]:
    """What the user says of columns, and the labels that have to be made for it.

    Raises:
        Mistake: for a column or a field that is not there.
    """
    claims: dict[str, Claim] = {}
    creates: list[str] = []
    for name, wish in given.items():
        column = column_named(name, columns)
        if column in claims:
            raise Mistake(f'map: "{column}" is there twice', "Keep one of them.")
        label, new = _label(wish.strip(), fields)
        if new:
            label = next((it for it in creates if _shape(it) == _shape(label)), label)
            creates.append(label)
        claims[column] = Claim(label, "given")
    return claims, list(dict.fromkeys(creates))


def column_named(name: str, columns: list[str], what: str = "map") -> str:
    """The column that is called so, letter by letter or but for case, blanks, - and _.

    Args:
        name: as somebody says it.
        columns: of the table.
        what: the argument that is wrong when there is none.

    Raises:
        Mistake: when there is none, or more than one.
    """
    same = [it for it in columns if it == name] or [it for it in columns if it and _shape(it) == _shape(name)]
    if len(same) == 1:
        return same[0]
    near = get_close_matches(name, [it for it in columns if it], n=3, cutoff=0.4) or [it for it in columns if it][:8]
    wrong = "more than one column is called" if same else "there is no column"
    raise Mistake(f'{what}: {wrong} "{name}"', f"Nearest: {', '.join(near)}.")


def _label(wish: str, fields: Fields) -> tuple[str, bool]:
    """The label that is meant, and whether it is a new one."""
    if not wish:
        return "", False
    new = wish.startswith("+")
    name = wish.removeprefix("+").strip()
    if not name:
        raise Mistake('map: "+" without the name of a field', 'Write it so: "Score=+Lead Score".')
    if label := fields.named(name):
        return label, False
    if new:
        return name, True
    near = fields.nearest(name, fields.labels, most=3, alike=0.5) or fields.labels[:8]
    raise Mistake(
        f'map: "{name}" is no field of this account', f"Nearest: {', '.join(near)}. To make it a new field: +{name}."
    )


def claims(
    columns: list[str], fields: Fields, sayings: dict[str, Claim], remembered: Mapping[str, str], preset: Preset | None
) -> dict[str, Claim]:
    """What a column would be by the strongest that speaks for it; a column for which nothing speaks is not there."""
    there = frozenset(map(word, columns))
    natural = {it: claim for it in columns if it and (claim := _natural(it, fields, there, preset))}
    found = dict(natural)
    for column, before in remembered.items():
        if column and column in columns and (claim := _again(column, before, natural.get(column), fields)):
            found[column] = claim
    found |= sayings
    if all(claim.label != EMAIL for claim in found.values()):
        # An address column that was left out beside a better one: here there is none.
        found |= {it: claim for it, claim in natural.items() if claim.label == EMAIL and it not in sayings}
    return {it: found[it] for it in columns if it in found}


def _natural(column: str, fields: Fields, there: frozenset[str], preset: Preset | None) -> Claim | None:
    """What the names alone say."""
    label = fields.named(column)
    if label and label != FULL_NAME:
        return Claim(label, "exact")
    if label := _of_preset(column, fields, preset):
        return _part_or(label, "preset")
    if preset and preset.leaves(column):
        return Claim("", "preset")
    label = fields.known(column, there)
    return _part_or(label, "known") if label else None


def _of_preset(column: str, fields: Fields, preset: Preset | None) -> str:
    """The label that a product's own names give to this column, or ""."""
    listed = preset.columns.items() if preset else ()
    labels = (fields.named(name) for name, names in listed if word(column) in names)
    return next((label for label in labels if label), "")


def _part_or(label: str, how: How) -> Claim:
    """A full name is the weakest claim: it is split into two fields."""
    return Claim(label, "part" if label == FULL_NAME else how)


def _again(column: str, before: str, natural: Claim | None, fields: Fields) -> Claim | None:
    """What was agreed to for this column in an earlier table, if it holds in this one."""
    label = fields.named(before)
    if before and not label:
        return None
    if natural and natural.label == label:
        return natural if natural.how == "exact" else Claim(label, "remembered")
    # "Name" beside "Vorname" is not "Name" alone.
    twofold = any(pair.column == word(column) for pair in pairs())
    return None if label and twofold else Claim(label, "remembered")


def settle(
    wanted: dict[str, Claim], fields: Fields, preset: Preset | None, where: str, said: Iterable[str]
) -> dict[str, list[str]]:
    """By label, the columns that get it, in the order in which they are asked for a value: the first filled one wins.

    Args:
        wanted: what each column would be.
        fields: of the account.
        preset: of the product that wrote the table.
        where: what a refusal calls the table.
        said: columns of which the user says something, in that order.

    Raises:
        Mistake: when two columns have an equal right to one label.
    """
    rivals: dict[str, list[str]] = {}
    for column, claim in wanted.items():
        if claim.label:
            rivals.setdefault(claim.label, []).append(column)
    _whole_or_parts(rivals, wanted, where)
    by_user: dict[str, list[str]] = {}
    for column in said:
        by_user.setdefault(wanted[column].label, []).append(column)
    return {
        label: by_user.get(label) or _winners(label, names, wanted, fields, preset, where=where)
        for label, names in rivals.items()
    }


def _whole_or_parts(rivals: dict[str, list[str]], wanted: dict[str, Claim], where: str) -> None:
    """Keep either the full name or its parts: the parts, unless somebody said that the full name is to be split."""
    whole = rivals.get(FULL_NAME, [])
    if not any(wanted[it].how == "given" for it in whole):
        if FIRST_NAME in rivals or LAST_NAME in rivals:
            rivals.pop(FULL_NAME, None)
        return
    for part in (FIRST_NAME, LAST_NAME):
        for column in rivals.pop(part, []):
            if wanted[column].how == "given":
                _refuse(column, whole[0], part, "given", where)


def _winners(
    label: str, rivals: list[str], wanted: dict[str, Claim], fields: Fields, preset: Preset | None, *, where: str
) -> list[str]:
    """The best column first, and behind it those that are asked where it is empty."""
    how = min({wanted[it].how for it in rivals}, key=_STRENGTH.index)
    best = [it for it in rivals if wanted[it].how == how]
    order = preset.columns.get(label, []) if preset else []
    if all(word(it) in order for it in best):
        listed = [it for it in rivals if word(it) in order]
        return sorted(listed, key=lambda it: order.index(word(it)))
    if how == "exact" and len(best) > 1:
        _refuse(best[0], best[1], label, how, where)
    first, *others = sorted(rivals, key=lambda it: (_STRENGTH.index(wanted[it].how), fields.rank(it)))
    return [first, *(it for it in others if word(it) not in never_second())]


def _refuse(one: str, other: str, label: str, how: str, where: str) -> None:
    if how == "given":
        raise Mistake(f'map: "{one}" and "{other}" are both said to be {label}', "Keep one of them.")
    raise Mistake(
        f'{where}: "{one}" and "{other}" are both {label}, and only one can be stored',
        f'Say which one to leave out: map ["{other}="].',
    )


def _shape(label: str) -> str:
    return re.sub(r"[\s_\-]+", "", label).casefold()
