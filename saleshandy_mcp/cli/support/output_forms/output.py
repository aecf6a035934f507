"""The result of an operation, written for a person or a program."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast

import click
from pydantic_core import to_jsonable_python

from saleshandy_mcp.cli.support.at_terminal.terminal import width_of_output
from saleshandy_mcp.cli.support.output_forms.csv_export import csv_line
from saleshandy_mcp.cli.support.output_forms.tables import Row, table
from saleshandy_mcp.cli.support.output_forms.yaml_output import as_yaml
from saleshandy_mcp.untrusted.one_line import cleaned, json_text, visible

Format = Literal["table", "json", "csv", "yaml"]

_MOST_COLUMNS = 8
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class OutputChoice:
    """How a result is written.

    Attributes:
        form: the format; None is what a person reads without having chosen.
        columns: the names that are shown of each row; all when empty.
    """

    form: Format | None = None
    columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, form: Format | None, columns: str, *, as_json: bool) -> "OutputChoice":
        """What the options say.

        Raises:
            click.UsageError: when they contradict each other.
        """
        if as_json and form not in {None, "json"}:
            raise click.UsageError(f"--json means --format json: leave it out, or leave out --format {form}.")
        names = tuple(filter(None, (name.strip() for name in columns.split(","))))
        return cls("json" if as_json else form, names)

    @property
    def chosen(self) -> bool:
        return self.form is not None or bool(self.columns)


def write(result: Any, choice: OutputChoice) -> None:
    """Write a result: the data to stdout, words about it to stderr.

    Raises:
        click.UsageError: when the result has no such columns, or no rows where the format needs them.
    """
    document = to_jsonable_python(result, by_alias=False)
    if choice.columns:
        document = _picked(document, choice.columns)
    match choice.form:
        case "json":
            click.echo(json_text(document))
        case "yaml":
            click.echo(as_yaml(cleaned(document)), nl=False)
        case "csv":
            click.echo("".join(_csv(rows_in(document))), nl=False)
        case _:
            _write_for_people(document, choice)


def as_text(result: Any) -> str:
    """A table for a list, lines of names and values for an object."""
    data, words = _told(to_jsonable_python(result, by_alias=False), OutputChoice())
    return "\n".join([*data, *words])


def rows_in(document: Any) -> list[Row]:
    """The rows of a result: its list of objects, or the object itself.

    Raises:
        click.UsageError: when there is no such list, or more than one.
    """
    if isinstance(document, list):
        return _as_rows(cast("list[Any]", document))
    if not isinstance(document, dict):
        raise click.UsageError("this answer has no rows: --format json shows it.")
    body = cast("Row", document)
    lists = [name for name, value in body.items() if _is_rows(value)]
    if _is_page(body):
        lists = ["items"]
    if len(lists) > 1:
        raise click.UsageError(f"this answer has more than one list ({', '.join(lists)}): --format json shows them.")
    return _as_rows(body[lists[0]]) if lists else [body]


def _is_page(body: Row) -> bool:
    return "items" in body and isinstance(body["items"], list)


def _is_rows(value: Any) -> bool:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return bool(items) and all(isinstance(it, dict) for it in items)


def _as_rows(items: list[Any]) -> list[Row]:
    return [cast("Row", item) if isinstance(item, dict) else {"value": item} for item in items]


def _picked(document: Any, names: tuple[str, ...]) -> Any:
    """The rows with these columns alone.

    Raises:
        click.UsageError: when there is no such column.
    """
    rows = rows_in(document)
    known = list(dict.fromkeys(name for row in rows for name in row))
    unknown = [name for name in names if name not in known]
    if rows and unknown:
        raise click.UsageError(f"--columns: there is no column {', '.join(unknown)}. There are: {', '.join(known)}.")
    return [{name: row.get(name) for name in names} for row in rows]


def _csv(rows: list[Row]) -> Iterable[str]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    if names:
        yield csv_line(names)
    for row in rows:
        yield csv_line([visible(_whole(row.get(name))) for name in names])


def _write_for_people(document: Any, choice: OutputChoice) -> None:
    data, words = _told(rows_in(document) if choice.chosen else document, choice)
    if data:
        click.echo("\n".join(data))
    rest = _remainder(cast("Row", document)) if isinstance(document, dict) and choice.chosen else []
    for line in (*words, *rest):
        click.echo(line, err=True)


def _told(document: Any, choice: OutputChoice) -> tuple[list[str], list[str]]:
    """The data, and words about it."""
    if document is None:
        return [], ["Done."]
    if isinstance(document, dict):
        body = cast("Row", document)
        if _is_page(body):
            data, words = _listed(body["items"], choice)
            return data, [*words, *_remainder(body)]
        return _lines(body)
    return (
        _listed(cast("list[Any]", document), choice) if isinstance(document, list) else ([visible(str(document))], [])
    )


def _lines(body: Row) -> tuple[list[str], list[str]]:
    known = [f"{name}: {visible(_whole(value))}" for name, value in body.items() if value not in _EMPTY]
    return known, [] if known else ["The answer is empty."]


def _listed(items: list[Any], choice: OutputChoice) -> tuple[list[str], list[str]]:
    if not items:
        return [], ["None."]
    if not all(isinstance(item, dict) for item in items):
        return [visible(_whole(item)) for item in items], []
    return _table(cast("list[Row]", items), choice)


def _table(rows: list[Row], choice: OutputChoice) -> tuple[list[str], list[str]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    told = list(choice.columns) or [name for name in names if any(row.get(name) not in _EMPTY for row in rows)] or names
    first = told if choice.columns else told[:_MOST_COLUMNS]
    laid = table(
        [visible(name) for name in first],
        [[_cell(row.get(name)) for name in first] for row in rows],
        width_of_output(),
        whole=bool(choice.columns),
    )
    header, *lines = laid.lines
    rule = ["─" * max(map(len, laid.lines))] if sys.stdout.isatty() else []
    left_out = [*laid.left_out, *told[len(first) :]]
    words = [f"(also, with --columns or --format json: {', '.join(left_out)})"] if left_out else []
    return [header, *rule, *lines], words


def _remainder(page: Row) -> list[str]:
    """A line about the rest of the list, when there is more."""
    if not (_is_page(page) and page.get("more")):
        return []
    shown, total = len(page["items"]), page.get("total")
    there = f"{shown} of {total}" if total is not None else f"{shown}, and there may be more"
    return [f"({there}: --page for another page, --all for all)"]


def _cell(value: Any) -> str:
    """The value on one line; of a list of objects, their number."""
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in cast("list[Any]", value)):
        number = len(cast("list[Any]", value))
        return f"{number} item{'' if number == 1 else 's'}"
    return " ".join(visible(_whole(value)).split())


def _whole(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in cast("list[Any]", value)):
        return ", ".join(_whole(item) for item in cast("list[Any]", value))
    return json.dumps(cleaned(value), ensure_ascii=False) if isinstance(value, dict | list) else str(value)
