"""Changes to a true answer: cut, replaced, or with text planted in it."""

import csv
import io
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, cast

from saleshandy_mcp.sandbox.faults.fault import Answer

# Control, zero-width, direction, variation and tag characters. None of them belongs into a text that people read.
CANARY = "\x07\x1b\x9b\u200b\u2060\ufeff\u202e\u2066\ufe0f\U000e0041"
LONE_SURROGATE = "\ud800"
BOMB_BYTES = 50 * 1024 * 1024
# Ids, dates, links, numbers and addresses: what a machine reads would be something else when it is changed.
MACHINE_KEY = re.compile(
    r"(.*[a-z ])?(id|Id|ids|Ids|At|Date|URL|Url|url|Link|[tT]imestamp)|code|emailServiceProvider|timezone|headers"
)
MACHINE_VALUE = re.compile(r"-?\d+(\.\d+)?%?|\S+@\S+|https?://\S+")


def empty(answer: Answer) -> Answer:
    return replace(answer, body=b"")


def html(answer: Answer) -> Answer:
    page = b"<!doctype html><html><body><h1>Welcome</h1></body></html>"
    return replace(answer, body=page, headers={"content-type": "text/html"})


def wrong_shape(answer: Answer) -> Answer:
    return answer.with_json({"message": "Success", "payload": {"x": [None]}})


def drifted(answer: Answer) -> Answer:
    """Each object has a key more than the contract knows, and numbers are texts."""
    return answer.with_json(_drifted(answer.json()))


def elsewhere(answer: Answer) -> Answer:
    """Links of the answer lead to another host."""
    return replace(answer, body=re.sub(rb'"https?://[^/"]*', b'"https://elsewhere.example', answer.body))


def formulas(answer: Answer) -> Answer:
    """Cells of a CSV begin as formulas of a spreadsheet do."""
    rows = csv.reader(io.StringIO(answer.body.decode()))
    head = next(rows, list[str]())
    cells = (["=HYPERLINK(0)" + cell for cell in row] for row in rows)
    text = io.StringIO()
    csv.writer(text).writerows([head, *cells])
    return replace(answer, body=text.getvalue().encode())


def gzip_bomb(answer: Answer) -> Answer:
    """A small body that becomes fifty megabytes when it is unpacked."""
    return replace(answer, body=_bomb(), headers={**answer.headers, "content-encoding": "gzip"})


def in_texts(text: str) -> Callable[[Answer], Answer]:
    """Plant a text in every text of the answer that a person may have written."""

    def change(answer: Answer) -> Answer:
        return answer.with_json(_planted(answer.json(), text, ""))

    return change


def _drifted(value: Any) -> Any:
    match value:
        case dict():
            row = cast("dict[str, Any]", value)
            return {**{name: _drifted(part) for name, part in row.items()}, "addedLater": {"version": 2}}
        case list():
            return [_drifted(part) for part in cast("list[Any]", value)]
        case int() | float() if not isinstance(value, bool):
            return str(value)
        case _:
            return value


def _planted(value: Any, text: str, key: str) -> Any:
    match value:
        case dict():
            row = cast("dict[str, Any]", value)
            return {name: _planted(part, text, name) for name, part in row.items()}
        case list():
            return [_planted(part, text, key) for part in cast("list[Any]", value)]
        case str() if _is_text(key, value):
            return f"{value[:1]}{text}{value[1:]}{text}"
        case _:
            return value


def _is_text(key: str, value: str) -> bool:
    """Whether a person may have written it."""
    if not value or value in _fixed_words():
        return False
    return not (MACHINE_KEY.fullmatch(key) or MACHINE_VALUE.fullmatch(value))


@cache
def _fixed_words() -> frozenset[str]:
    """The words of all enumerations of the contract."""
    text = files("saleshandy_mcp.sandbox").joinpath("openapi.json").read_text(encoding="utf-8")
    words: set[str] = set()

    def collect(row: dict[str, Any]) -> dict[str, Any]:
        words.update(word for word in row.get("enum", []) if isinstance(word, str))
        return row

    json.loads(text, object_hook=collect)
    return frozenset(words)


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    block = bytes(1024 * 1024)
    parts = [packer.compress(block) for _ in range(BOMB_BYTES // len(block))]
    return b"".join([*parts, packer.flush()])
