"""What a text costs, and which facts of its view have to be in it."""

from collections.abc import Iterator
from datetime import date, datetime
from importlib import import_module
from typing import Any, cast

from saleshandy_mcp.core.view import View


def cost(text: str) -> int:
    """What it costs a model to read this, in tokens."""
    encodings: Any = import_module("rs_bpe.bpe").openai
    return encodings.o200k_base().count(text)


def facts(view: View) -> list[tuple[str, Any]]:
    """Every value of a view with its name."""
    return list(_leaves(view.model_dump(exclude_none=True)))


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, part in cast("dict[str, Any]", value).items():
            yield from _leaves(part, key)
    elif isinstance(value, list):
        for part in cast("list[Any]", value):
            yield from _leaves(part, name)
    else:
        yield name, value


def words(value: Any) -> str:
    """A value as a text shows it."""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return value if "(" in value else value.replace("_", " ")
