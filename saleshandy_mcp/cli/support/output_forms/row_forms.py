"""How the rows of an export are written and read again: CSV, or JSON Lines. Pure."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence

from saleshandy_mcp.cli.support.output_forms.csv_export import csv_line
from saleshandy_mcp.features.exports.export_source import Row, Value
from saleshandy_mcp.untrusted.one_line import cleaned, visible

_LONGEST_CELL = 2**31 - 1


class CsvRows:
    """CSV with a header. No cell is a formula to a spreadsheet; an object is written as JSON."""

    def head(self, columns: Sequence[str]) -> str:
        return csv_line(columns)

    def line(self, columns: Sequence[str], row: Row) -> str:
        return csv_line([_cell(row.get(name)) for name in columns])

    def ids(self, lines: Iterable[str]) -> Iterator[str]:
        csv.field_size_limit(_LONGEST_CELL)  # 128 KB is the library's own; all fields of a person may be longer
        rows = csv.reader(lines, strict=True)
        next(rows, None)
        # An id that a spreadsheet might read as a formula has a mark before it.
        yield from (row[0].removeprefix("'") for row in rows)


class JsonRows:
    """An object on each line, with all columns in their order."""

    def head(self, columns: Sequence[str]) -> str:
        del columns
        return ""

    def line(self, columns: Sequence[str], row: Row) -> str:
        return json.dumps({name: cleaned(row.get(name)) for name in columns}, ensure_ascii=False) + "\n"

    def ids(self, lines: Iterable[str]) -> Iterator[str]:
        yield from (json.loads(line)["id"] for line in lines)


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            return json.dumps(cleaned(value), ensure_ascii=False)
        case _:
            return visible(str(value))
