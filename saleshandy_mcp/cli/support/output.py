"""The result of an operation, written for a person or a program. Only tables load rich."""

import io
import json
import shutil
import sys
from typing import Any, cast

from pydantic_core import to_jsonable_python

from saleshandy_mcp.untrusted.one_line import cleaned, json_text, visible

_MOST_COLUMNS = 8
_LONGEST_CELL = 64
_WIDTH_OF_A_PIPE = 200


def as_json(result: Any) -> str:
    """The result as JSON, with the names that it has in Python."""
    return json_text(to_jsonable_python(result, by_alias=False))


def as_text(result: Any) -> str:
    """A table for a list, lines of names and values for an object."""
    document = to_jsonable_python(result, by_alias=False)
    if document is None:
        return "Done."
    if isinstance(document, dict):
        body = cast("dict[str, Any]", document)
        if isinstance(body.get("items"), list):
            return "\n".join([_listed(body["items"]), *_remainder(body)])
        return _lines(body)
    return _listed(cast("list[Any]", document)) if isinstance(document, list) else visible(str(document))


def _lines(body: dict[str, Any]) -> str:
    known = {name: value for name, value in body.items() if value not in (None, "", [], {})}
    return "\n".join(f"{name}: {visible(_whole(value))}" for name, value in known.items()) or "The answer is empty."


def _listed(items: list[Any]) -> str:
    if not items:
        return "None."
    if not all(isinstance(item, dict) for item in items):
        return "\n".join(visible(_whole(item)) for item in items)
    return _table(cast("list[dict[str, Any]]", items))


def _table(rows: list[dict[str, Any]]) -> str:
    # PLC0415: rich takes its time to load, and only tables need it.
    from rich import box  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    names = dict.fromkeys(name for row in rows for name in row)
    told = [name for name in names if any(row.get(name) not in (None, "", [], {}) for row in rows)]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in told[:_MOST_COLUMNS]:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(_cell(row.get(name)))) for name in told[:_MOST_COLUMNS]))
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH_OF_A_PIPE
    page = io.StringIO()
    Console(file=page, width=width).print(table)
    lines = [line.rstrip() for line in page.getvalue().splitlines()]
    hidden = [f"(also, with --json: {', '.join(told[_MOST_COLUMNS:])})"] if len(told) > _MOST_COLUMNS else []
    return "\n".join([*(line for line in lines if line), *hidden])


def _remainder(page: dict[str, Any]) -> list[str]:
    """A line about the rest of the list, when there is more."""
    if not page.get("more"):
        return []
    shown, total = len(page["items"]), page.get("total")
    there = f"{shown} of {total}" if total is not None else f"{shown}, and there may be more"
    return [f"({there}: --page for another page, --all for all)"]


def _cell(value: Any) -> str:
    """The value as a text that fits a column; a list of objects becomes its number."""
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in cast("list[Any]", value)):
        return f"{len(cast('list[Any]', value))} items"
    text = " ".join(visible(_whole(value)).split())
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"


def _whole(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in cast("list[Any]", value)):
        return ", ".join(_whole(item) for item in cast("list[Any]", value))
    return json.dumps(cleaned(value), ensure_ascii=False) if isinstance(value, dict | list) else str(value)
