"""An entry and its place in a settings document. Pure."""

from dataclasses import dataclass
from typing import Any, cast


class Broken(ValueError):
    """A document that cannot be read, or not be changed safely.

    Attributes:
        line: the line of the fault, from 1; None when it has none.
        what: what is wrong there.
    """

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {what}" if line else what)
        self.line, self.what = line, what


@dataclass(frozen=True)
class Placement:
    """A thing and its place.

    Attributes:
        path: the names of the tables around it, the outermost first.
        name: its own name.
        value: what stands there.
        by: for a thing in a list, the field of ``value`` that holds its name; None in a table.
    """

    path: tuple[str, ...]
    name: str
    value: Any
    by: str | None = None

    def nested(self, depth: int) -> Any:
        """The thing with the tables around it from this depth on."""
        inner: Any = [self.value] if self.by else {self.name: self.value}
        for word in reversed(self.path[depth:]):
            inner = {word: inner}
        return inner

    def is_item(self, value: Any) -> bool:
        """Whether an item of a list is this thing."""
        return bool(self.by) and _member(value, self.by or "") == self.name


def found(data: Any, it: Placement) -> Any:
    """What stands at the place now; None when nothing does."""
    holder = data
    for word in it.path:
        holder = _member(holder, word)
    if it.by:
        items = cast("list[Any]", holder) if isinstance(holder, list) else []
        return next((item for item in items if it.is_item(item)), None)
    return _member(holder, it.name)


def with_it(data: Any, it: Placement) -> Any:
    """The data with the thing at its place, in place of what stands there."""
    whole: Any = _copied(data) if data is not None else {}
    holder = whole
    for word in it.path[:-1]:
        holder = _made(holder, word, {})
    holder = _made(holder, it.path[-1], [] if it.by else {})
    if not it.by:
        holder[it.name] = it.value
        return whole
    at = [number for number, item in enumerate(holder) if it.is_item(item)]
    if at:
        holder[at[0]] = it.value
    else:
        holder.append(it.value)
    return whole


def without_it(data: Any, it: Placement) -> Any:
    """The data without the thing; the tables around it stay."""
    whole: Any = _copied(data)
    if found(whole, it) is None:
        return whole
    holder = whole
    for word in it.path:
        holder = holder[word]
    if it.by:
        holder.remove(found(whole, it))
    else:
        del holder[it.name]
    return whole


def pruned(data: Any, it: Placement) -> Any:
    """The data without the tables around the thing that are empty; None when nothing is left."""
    whole: Any = _copied(data)
    for depth in reversed(range(len(it.path))):
        holder = whole
        for word in it.path[:depth]:
            holder = _member(holder, word)
        if _is_empty(holder, it.path[depth]):
            del holder[it.path[depth]]
    return whole or None


def _copied(data: Any) -> Any:
    """A copy in which nothing is shared: a part that an alias of YAML names twice is there twice."""
    if isinstance(data, dict):
        return {name: _copied(value) for name, value in cast("dict[Any, Any]", data).items()}
    return [_copied(item) for item in cast("list[Any]", data)] if isinstance(data, list) else data


def _member(data: Any, name: str) -> Any:
    return cast("dict[str, Any]", data).get(name) if isinstance(data, dict) else None


def _is_empty(data: Any, name: str) -> bool:
    return isinstance(data, dict) and name in data and not _member(data, name)


def _made(holder: Any, word: str, empty: Any) -> Any:
    if holder.get(word) is None:
        holder[word] = empty
    return holder[word]
