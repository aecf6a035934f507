"""How a table is to be read, as its importer says it: where it is, which rows, which columns do not count. Pure.

One text holds all of it: ``sheet: People; only: Newsletter=ja; ignore: Email Opt Out``. Each part is a word, a colon
and a value; parts are separated by ``;`` or a line break. A ``;`` inside a value does no harm: a new part begins
only where one of the known words and a colon follow.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources import reading
from saleshandy_mcp.import_engine.sources.reading import Reading

_LISTS = {"only": "only", "except": "excluded", "ignore": "ignored"}
"""A word that can be said more than once, and the attribute that holds its values."""
_WORDS = (*reading.WORDS, *_LISTS)
_PART = re.compile(rf"(?:^|[;\n])\s*({'|'.join(map(re.escape, _WORDS))})\s*:", re.IGNORECASE)


@dataclass(frozen=True)
class ReadAs:
    """How a table is to be read.

    Attributes:
        only: "Column=value"; only rows with the value are taken. Of several values of one column, one is enough.
        excluded: "Column=value"; rows with the value are not taken.
        ignored: columns that say who opted out or which address is bad, and whose word does not count.
        table: where the table is in the file, and how its text is written.
    """

    only: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    table: Reading = reading.AS_IT_IS

    @classmethod
    def parse(cls, text: str) -> Self:
        """What the text says.

        Raises:
            Mistake: for a word that is not known, one without a value, or a value that cannot be.
        """
        text = text.strip()
        parts = list(_PART.finditer(text))
        if text and (not parts or parts[0].start() > 0):
            raise Mistake(
                f'read_as: "{text[:60]}" begins with no known word',
                f'Known words: {", ".join(_WORDS)}. Example: "only: Newsletter=yes; ignore: Email Opt Out".',
            )
        ends = [*(part.start() for part in parts), len(text)][1:]
        pairs = [(part[1].lower(), text[part.end() : end].strip()) for part, end in zip(parts, ends, strict=True)]
        if empty := next((name for name, value in pairs if not value), None):
            raise Mistake(f'read_as: "{empty}:" has no value', 'Write it so: "only: Newsletter=yes".')
        lists = {attribute: _values(pairs, name) for name, attribute in _LISTS.items()}
        return cls(**lists, table=Reading.said({name: value for name, value in pairs if name in reading.WORDS}))


AS_IT_IS = ReadAs()
"""All rows, and what the table says counts."""


def _values(pairs: Iterable[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(value for word, value in pairs if word == name)
