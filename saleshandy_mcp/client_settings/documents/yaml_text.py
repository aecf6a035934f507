"""YAML, changed by small edits of its text; the places come from a parser. Pure."""

import io
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from saleshandy_mcp.client_settings.documents.placement import Broken, Placement

_WIDE = 10_000


@dataclass(frozen=True)
class _Node:
    """A part of the document with its place.

    Attributes:
        kind: "mapping", "sequence" or "scalar".
        start: where its text begins.
        end: where its text ends, without blanks and remarks after its last word.
        line: its first line, from 1.
        column: its first column, from 0.
        word: the text of a scalar.
        empty: whether it holds nothing.
        flow: whether it is written as ``{…}`` or ``[…]``.
        parts: the members of a mapping by their keys, or the items of a sequence without any.
    """

    kind: str
    start: int
    end: int
    line: int
    column: int
    word: str
    empty: bool
    flow: bool
    parts: "tuple[tuple[_Node | None, _Node], ...]"

    def child(self, name: str) -> "tuple[_Node, _Node] | None":
        """A member of this mapping with its key."""
        if self.kind != "mapping":
            raise Broken(f"{name} should stand in a table here", self.line)
        return next(((key, value) for key, value in self.parts if key and key.word == name), None)

    def item(self, it: Placement) -> "_Node | None":
        """The thing in this sequence."""
        for _, item in self.parts:
            named = item.child(it.by or "") if item.kind == "mapping" else None
            if named and named[1].word == it.name:
                return item
        return None


def read(text: str) -> Any:
    """The data of the text; None for an empty one.

    Raises:
        Broken: when it is not YAML.
    """
    reader: Any = YAML(typ="safe", pure=True)
    try:
        return reader.load(text)
    except MarkedYAMLError as error:
        fault: Any = error
        mark = fault.problem_mark or fault.context_mark
        raise Broken(str(fault.problem or fault.context), mark.line + 1 if mark else None) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise Broken(str(error).splitlines()[0]) from None


def put(text: str, it: Placement) -> str:
    """The text with the thing at its place."""
    eol = "\r\n" if "\r\n" in text else "\n"
    node = _composed(text)
    if node is None:
        return _appended(text, _block(it.nested(0), 0, eol), eol)
    for depth, word in enumerate(it.path):
        child = node.child(word)
        if child is None:
            return _into(text, node, word, it.nested(depth + 1), eol)
        key, value = child
        if value.empty:
            return _swapped(text, key, value, {word: it.nested(depth + 1)}, eol)
        node = value
    if it.by:
        return _item_put(text, node, it, eol)
    old = node.child(it.name)
    if old is None:
        return _into(text, node, it.name, it.value, eol)
    return _swapped(text, *old, {it.name: it.value}, eol)


def take(text: str, it: Placement) -> str:
    """The text without the thing."""
    node = _composed(text)
    for word in it.path:
        child = node.child(word) if node else None
        if child is None:
            return text
        node = child[1]
    place = _place(text, node, it) if node else None
    if node is None or place is None:
        return text
    if node.flow:
        raise Broken(f"{it.name} stands in a table of one line, which cannot be changed safely", node.line)
    start, end = place
    if len(node.parts) == 1:
        return f"{text[: node.start].rstrip()} {'[]' if it.by else '{}'}{text[end:]}"
    line, rest = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    return text[:line] + (text[rest + 1 :] if rest >= 0 else "")


def _composed(text: str) -> _Node | None:
    read(text)
    reader: Any = YAML(pure=True)
    root = reader.compose(text)
    try:
        return None if root is None else _node(text, root)
    except RecursionError:
        raise Broken("it is nested too deeply") from None


def _node(text: str, raw: Any) -> _Node:
    parts: list[tuple[_Node | None, _Node]] = []
    if raw.id == "mapping":
        parts = [(_node(text, key), _node(text, value)) for key, value in raw.value]
    elif raw.id == "sequence":
        parts = [(None, _node(text, item)) for item in raw.value]
    end: int = raw.end_mark.index
    flow = bool(parts) and bool(raw.flow_style)
    if parts and not flow:
        end = parts[-1][1].end
    elif text[:end].endswith(("\n", "\r")):  # a text of several lines
        end = len(text[:end].rstrip())
    return _Node(
        raw.id,
        raw.start_mark.index,
        end,
        raw.start_mark.line + 1,
        raw.start_mark.column,
        raw.value if raw.id == "scalar" else "",
        not raw.value if raw.id != "scalar" else str(raw.tag).endswith(":null"),
        flow,
        tuple(parts),
    )


def _place(text: str, node: _Node, it: Placement) -> tuple[int, int] | None:
    """From where to where the thing stands in its table or list."""
    if it.by:
        item = node.item(it) if node.kind == "sequence" else None
        return (_dash(text, item), item.end) if item else None
    child = node.child(it.name)
    return (child[0].start, child[1].end) if child else None


def _dash(text: str, item: _Node) -> int:
    return text.rfind("-", 0, item.start)


def _item_put(text: str, node: _Node, it: Placement, eol: str) -> str:
    if node.kind != "sequence" or node.flow:
        raise Broken(f"{it.path[-1]} is no list with a line for each item", node.line)
    old, dash = node.item(it), _dash(text, node.parts[0][1])
    block = _block([it.value], dash - text.rfind("\n", 0, dash) - 1, eol)
    if old is None:
        return _after_line(text, node.end, block, eol)
    return text[: _dash(text, old)] + block.strip() + text[old.end :]


def _into(text: str, node: _Node, name: str, value: Any, eol: str) -> str:
    """A further member of a mapping."""
    if node.flow:
        raise Broken(f"{name} should stand in a table of one line, which cannot be changed safely", node.line)
    if not node.parts:
        return text[: node.start] + _block({name: value}, 0, eol).strip() + text[node.end :]
    key = node.parts[0][0]
    return _after_line(text, node.end, _block({name: value}, key.column if key else 0, eol), eol)


def _swapped(text: str, key: _Node, value: _Node, new: Any, eol: str) -> str:
    """A member of a mapping in place of the one with this key and value."""
    return text[: key.start] + _block(new, key.column, eol).strip() + text[value.end :]


def _after_line(text: str, place: int, block: str, eol: str) -> str:
    line = text.find("\n", place)
    return _appended(text, block, eol) if line < 0 else text[: line + 1] + block + text[line + 1 :]


def _appended(text: str, block: str, eol: str) -> str:
    return (text if not text.strip() or text.endswith("\n") else text + eol) + block


def _block(value: Any, indent: int, eol: str) -> str:
    writer: Any = YAML(pure=True)
    writer.width = _WIDE
    writer.indent(mapping=2, sequence=4, offset=2)
    page = io.StringIO()
    writer.dump(value, page)
    lines = page.getvalue().splitlines()
    if isinstance(value, list):  # the writer indents it by the offset; here it stands where its neighbours stand
        lines = [line[2:] for line in lines]
    return "".join(f"{' ' * indent}{line}{eol}" for line in lines)
