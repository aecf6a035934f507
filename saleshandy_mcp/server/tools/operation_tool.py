"""An operation on its own as a tool: what has to be agreed to before it, and what it answered."""

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

from pydantic_core import to_jsonable_python

from saleshandy_mcp.api.operation import Operation, Page, Paged
from saleshandy_mcp.api.resources import inbox, notes
from saleshandy_mcp.api.resources.sequences import UpdateSequenceStatus
from saleshandy_mcp.api.resources.tasks import GetTask, UpdateTaskNote
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES, READING, Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value, listing
from saleshandy_mcp.core.uses import Uses
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.sequences.set_sequence_status import start_question
from saleshandy_mcp.lookups.by_name import find_sequence
from saleshandy_mcp.lookups.facts import effects_now
from saleshandy_mcp.policy.effects import Gate, would
from saleshandy_mcp.untrusted import html_text as reading
from saleshandy_mcp.untrusted.one_line import fence, one_line

_ROOM = 12_000
"""Characters of JSON that an answer may take."""
_LONGEST = 2_000
"""Characters of one text in it."""
_NAME = 120
"""Characters up to which a text counts as a name."""
_SHORT = 200
"""Characters of an argument up to which a question shows it on a line."""


def _mail(text: str) -> str:
    return reading.clean(text, quotes=True).text


_STRANGERS = {inbox.__name__: _mail, notes.__name__: _mail}
"""Where mails and notes come from: what is HTML there is read as a person would see it."""


def _is_secret(name: str) -> bool:
    """What a webhook sends along is between the operator and the receiver, and so is a password."""
    return name == "headers" or name.endswith("password")


class OperationAnswer(View):
    """What an operation answered, by the names it has in Python; ``value`` is None where it only says that it was done.

    Attributes:
        operation: its name.
        value: an object, or a list of objects.
        total: of a list with pages, how many there are, where the API tells.
        left_out: how many of the list did not fit in.
        next: the call that goes on.
    """

    untrusted = True
    operation: str
    value: Any = None
    total: int | None = None
    left_out: int = 0
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        value: Any = self.value
        if value is None:
            yield f"{self.operation}: done. Saleshandy tells nothing more."
            return
        total = "" if self.total is None else f" of {self.total:,}"
        items = cast("list[Any]", value) if isinstance(value, list) else None
        head = self.operation if items is None else f"{self.operation}: {counted(len(items), 'item')}{total}"
        body = _said(value) if items is None else "\n".join(f"- {_said(item)}" for item in items)
        yield fence(head, body) if _holds_texts(value) else f"{head}\n{body}".strip()
        if self.left_out:
            yield f"{counted(self.left_out, 'item')} of this answer did not fit; ask for a smaller page."
        yield f"More: {say(self.next)}" if self.next else None


async def prepare(
    operation: Operation[Any], context: Context, *, through: str | None = None
) -> Prepared[OperationAnswer]:
    """The operation as it will be carried out, with a question where it has consequences.

    Args:
        operation: which one, with its arguments.
        context: what it works with.
        through: the tool that runs it by its name; None when it is a tool itself.
    """

    async def execute() -> OperationAnswer:
        return answer(operation, await context.api.send(operation), through)

    if operation.route.reads:
        return Prepared(execute, READING)
    if isinstance(context.api, Gate):
        context.api.refuse_locked(operation)
    await operation.check(context.api)
    # One that can have but one effect needs no look at the account.
    settled = len(operation.route.effects) == 1
    effects = operation.route.effects if settled else await effects_now(context.api, operation)
    question = await _question(operation, effects, context) if effects & CONSEQUENCES else None
    return Prepared(execute, effects, question, uses=operation.uses)


async def _question(operation: Operation[Any], effects: frozenset[Effect], context: Context) -> Question:
    if isinstance(operation, UpdateSequenceStatus):
        return await _start_question(operation, context)
    arguments: dict[str, Any] = _told(operation)
    items: list[Item] = [Value("operation", operation.slug, " ".join((operation.__doc__ or "").split()))]
    items += _whereto(operation.uses())
    # A long text would push what follows out of sight.
    items += sorted((_item(name, value) for name, value in arguments.items()), key=lambda it: isinstance(it, Body))
    items.append(Bound("all arguments", operation.model_dump(mode="json", exclude_none=True)))
    items += [Body("replaced", text) for text in await _replaced(operation, context)]
    why = operation.route.why
    return Question(
        f"Run this operation of {operation.service}?", tuple(items), f"On yes it may {would(effects)}: {why}."
    )


def _whereto(uses: Uses) -> list[Item]:
    """Where mail or data goes, first and on lines of its own: among the arguments it may be cut."""
    places = {"data goes to": uses.webhooks, "mail server": uses.mail_servers, "mail also goes to": uses.copies}
    return [listing(label, list(dict.fromkeys(found))) for label, found in places.items() if found]


def _item(name: str, value: Any) -> Value | Body:
    words = _in_words(value)
    return Value(name, words) if len(words) <= _SHORT and "\n" not in words else Body(name, words)


async def _start_question(operation: UpdateSequenceStatus, context: Context) -> Question:
    """Starting by the bare operation shows and binds what starting by the everyday tool does."""
    if len(operation.sequence_ids) != 1:
        raise Mistake("sequence_ids: one sequence is started at a time", "Make a call for each.")
    sequence = await find_sequence(context.api, operation.sequence_ids[0])
    question, running, _ = await start_question(context, sequence)
    if running:
        raise Mistake(
            f"an import still runs into it: {running[0].job}",
            "Wait for its end, or start it by",
            NextCall.of("set_sequence_status", sequence=sequence.title, status="active"),
        )
    return question


async def _replaced(operation: Operation[Any], context: Context) -> list[str]:
    """The text that would be replaced, where a call tells it."""
    if not isinstance(operation, UpdateTaskNote):
        return []
    return [(await context.api.send(GetTask(task_id=operation.task_id))).task_note or ""]


def answer(operation: Operation[Any], result: Any, through: str | None) -> OperationAnswer:
    """What came back, bounded: what would not fit is left out and counted."""
    if not isinstance(result, Page):
        value, left_out = _fitting(_told(result, _STRANGERS.get(type(operation).__module__)))
        return OperationAnswer(operation=operation.slug, value=value, left_out=left_out)
    page = cast("Page[Any]", result)
    value, left_out = _fitting(_told(page.items, _STRANGERS.get(type(operation).__module__)))
    return OperationAnswer(
        operation=operation.slug,
        value=value,
        total=page.total,
        left_out=left_out,
        next=_next_page(cast("Paged[Any]", operation), through) if page.more else None,
    )


def _in_words(value: Any) -> str:
    parts = cast("list[Any]", value) if isinstance(value, list) else [value]
    if all(isinstance(it, str) for it in parts) and (len(parts) == 1 or not any("," in it for it in parts)):
        return ", ".join(parts)
    return json.dumps(value, ensure_ascii=False)


def _next_page(operation: Paged[Any], through: str | None) -> NextCall:
    arguments = {**_told(operation), "page": operation.page + 1}
    if through is None:
        return NextCall.of(operation.slug, **arguments)
    return NextCall.of(through, operation=operation.slug, arguments=arguments)


def _fitting(value: Any) -> tuple[Any, int]:
    """A list as far as it fits, and how many of it do not."""
    if not isinstance(value, list):
        return value, 0
    items, room = cast("list[Any]", value), _ROOM
    for place, item in enumerate(items):
        room -= len(json.dumps(item, ensure_ascii=False))
        if room < 0:
            return items[: max(place, 1)], len(items) - max(place, 1)
    return items, 0


def _told(value: Any, read: Callable[[str], str] | None = None) -> Any:
    """As JSON, without what is not there, and with texts of a bearable length, each read by ``read`` if given."""
    return _trimmed(to_jsonable_python(value, by_alias=False), read or str)


def _hidden(part: Any) -> Any:
    """The names of secrets without the secrets."""
    return sorted(cast("dict[str, Any]", part)) if isinstance(part, dict) else "(not shown)"


def _trimmed(value: Any, read: Callable[[str], str]) -> Any:
    match value:
        case dict():
            parts = cast("dict[str, Any]", value)
            told = {name: part for name, part in parts.items() if part not in (None, "", [], {})}
            return {name: _hidden(part) if _is_secret(name) else _trimmed(part, read) for name, part in told.items()}
        case list():
            return [_trimmed(part, read) for part in cast("list[Any]", value)]
        case str():
            text = read(value)
            return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… (cut: {len(text):,} characters)"
        case _:
            return value


def _holds_texts(value: Any) -> bool:
    """Whether there is more in it than names: somebody's mail, note or answer."""
    match value:
        case dict():
            return any(map(_holds_texts, cast("dict[str, Any]", value).values()))
        case list():
            return any(map(_holds_texts, cast("list[Any]", value)))
        case _:
            return isinstance(value, str) and len(value) > _NAME


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
            return one_line(str(value), _LONGEST + 100)
