"""Operations in text: what was found, and what any of them answered."""

from typing import Any, cast

from saleshandy_mcp.core.view import counted
from saleshandy_mcp.server.render.base import lines, more, plain, render
from saleshandy_mcp.server.tools.discovery import FoundOperations, OperationLine
from saleshandy_mcp.server.tools.operation_tool import OperationAnswer
from saleshandy_mcp.untrusted.fence import fence

_NAME = 120
"""Characters up to which a text counts as a name."""
_LONGEST = 2_100
"""Characters of a value; longer ones have been cut before, with a mark."""


@render.register
def _(view: FoundOperations) -> str:
    if not view.found:
        return f'No operation of {view.of} fits "{plain(view.query)}". Other words: tag, note, webhook, domain.'
    return lines(
        f'{counted(len(view.found), "operation")} of {view.of} for "{plain(view.query)}"',
        *(_found(it) for it in view.found),
        f"Fit less well: {', '.join(view.others)}" if view.others else None,
    )


@render.register
def _(view: OperationAnswer) -> str:
    if view.value is None:
        return f"{view.operation}: done. Saleshandy tells nothing more."
    value: Any = view.value
    total = "" if view.total is None else f" of {view.total:,}"
    items = cast("list[Any]", value) if isinstance(value, list) else None
    head = view.operation if items is None else f"{view.operation}: {counted(len(items), 'item')}{total}"
    body = _said(value) if items is None else lines(*(f"- {_said(item)}" for item in items))
    return lines(
        fence(head, body) if _holds_texts(value) else lines(head, body),
        f"{counted(view.left_out, 'item')} of this answer did not fit; ask for a smaller page."
        if view.left_out
        else None,
        more(view.next),
    )


def _holds_texts(value: Any) -> bool:
    """Whether there is more in it than names: somebody's mail, note or answer."""
    match value:
        case dict():
            return any(map(_holds_texts, cast("dict[str, Any]", value).values()))
        case list():
            return any(map(_holds_texts, cast("list[Any]", value)))
        case _:
            return isinstance(value, str) and len(value) > _NAME


def _found(it: OperationLine) -> str:
    return lines(
        f"{it.name} ({it.effect}): {it.does}",
        *(f"  {line}" for line in it.arguments),
        f'  and {counted(it.left_out, "argument")} more: find_operations(query="{it.name}")' if it.left_out else None,
        f"  {it.run}",
    )


def _said(value: Any) -> str:
    match value:
        case dict():
            return " · ".join(f"{name}: {_inner(part)}" for name, part in cast("dict[str, Any]", value).items())
        case _:
            return _inner(value)


def _inner(value: Any) -> str:
    match value:
        case dict():
            return f"{{{_said(value)}}}"
        case list():
            return ", ".join(_inner(part) for part in cast("list[Any]", value)) or "none"
        case bool():
            return "yes" if value else "no"
        case _:
            return plain(str(value), _LONGEST)
