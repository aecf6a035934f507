"""What may be wrong with the values that would be stored for a row. Pure."""

import re
from collections.abc import Collection, Iterator

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.import_engine.mapping.synonyms import FIRST_NAME, LAST_NAME

_UNDIVIDED = "no sure first name (kept whole as Last Name)"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def doubts(row: Row, numbers: Collection[str], *, splits: bool) -> Iterator[tuple[str, str]]:
    """What is doubtful about values, and the value, to be told as "1 value has …".

    Args:
        row: what would be stored, by label.
        numbers: labels of fields that take numbers alone. With text in one the live API refuses the whole row
            ("Mismatch in custom field type", seen 2026-09-22).
        splits: whether the names come out of a full name.
    """
    if splits and LAST_NAME in row and FIRST_NAME not in row:
        yield _UNDIVIDED, row[LAST_NAME]
    for label in numbers:
        if (value := row.get(label)) and not _NUMBER.fullmatch(value):
            yield f'text where "{label}" takes numbers alone (Saleshandy refuses such a row as a whole)', value
