"""The rows of a file as records of the CRM: their cells become the types that the records of the CRM show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.crm_changes import ID
from saleshandy_mcp.import_engine.sources import open_file
from saleshandy_mcp.integrations.crm import CrmRecord
from saleshandy_mcp.integrations.field_roles import fields_seen

MOST_ROWS = 10_000
_YES, _NO = frozenset({"yes", "true", "1", "x"}), frozenset({"no", "false", "0"})


@dataclass(frozen=True)
class FileRows:
    """A file, read to its end.

    Attributes:
        name: of the file, without folders.
        numbers: what a person knows each row by.
        records: the values of each row, by column; empty cells are left out.
        remarks: what a person should hear of how it was read.
    """

    name: str
    numbers: Sequence[int]
    records: Sequence[Mapping[str, str]]
    remarks: Sequence[str]


def read_rows(name: str, folder: Path | None) -> FileRows:
    """All rows.

    Raises:
        Mistake: when the file may not be read, is no table, has too many rows, or a row cannot be read.
    """
    numbers: list[int] = []
    records: list[Mapping[str, str]] = []
    with open_file(name, folder) as source:
        for row in source.rows:
            if row.flaw:
                raise Mistake(f"file: row {row.number} cannot be read ({row.flaw})", "Mend it; nothing was written.")
            if len(records) == MOST_ROWS:
                raise Mistake(f"file: {name} has over {MOST_ROWS:,} rows, the most that are taken", "Split it.")
            if row.values:
                numbers.append(row.number)
                records.append(row.values)
        found = FileRows(source.name, numbers, records, source.remarks.sentences)
    if not records:
        raise Mistake(f"file: {name} has no rows with values", "It needs a header line and rows.")
    return found


def typed_values(record: Mapping[str, Any], sample: Sequence[CrmRecord]) -> dict[str, Any]:
    """The values of a row by the names of the CRM, each as the type that the CRM's own records have in this field."""
    kinds = {it.name: it.kinds for it in fields_seen(sample)}
    return {name: value if name == ID else _typed(value, kinds.get(name, ())) for name, value in record.items()}


def _typed(value: Any, kinds: Sequence[str]) -> Any:
    if not isinstance(value, str) or len(kinds) != 1:
        return value
    match kinds[0]:
        case "boolean" if (word := value.casefold()) in _YES | _NO:
            return word in _YES
        case "number" if (number := _number(value)) is not None:
            return number
        case "list":
            return [part.strip() for part in value.split(",") if part.strip()]
        case _:
            return value


def _number(text: str) -> int | float | None:
    """A number as JSON has it; None for one whose separators could mean another number."""
    try:
        return int(text) if text.removeprefix("-").isdecimal() else float(text)
    except ValueError:
        return None
