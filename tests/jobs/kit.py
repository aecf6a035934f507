"""An assistant at work: it knows what a person said and what it has read, and uses no id from anywhere else."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from mcp import Client
from mcp.types import CallToolResult, TextContent

from saleshandy_mcp.sandbox import Sandbox
from tests.jobs.difference import ids_of, ids_of_crm

Arguments = dict[str, Any]


@dataclass
class Seller:
    """Calls tools for a person, who is asked through the client where something has to be agreed to.

    ``called`` holds the tools of all calls so far, ``told`` the texts of their answers.
    """

    client: Client
    box: Sandbox
    called: list[str] = field(default_factory=list[str])
    told: list[str] = field(default_factory=list[str])

    async def call(self, tool: str, **arguments: Any) -> str:
        """The text of an answer that is no error."""
        text, is_error = await self._answer(tool, arguments)
        assert not is_error, text
        return text

    async def refused(self, tool: str, **arguments: Any) -> str:
        """The text of an error, which a call has to end with."""
        text, is_error = await self._answer(tool, arguments)
        assert is_error, text
        return text

    async def follow(self, answer: str, where: str, **filled: Any) -> str:
        """Make a call that an answer has printed, as it stands there but for what is ``filled`` in.

        Args:
            answer: its text.
            where: the words before the call, or the tool.
            filled: what takes the place of an ellipsis, or is added.
        """
        tool, arguments = printed_call(answer, where)
        arguments |= filled
        assert "…" not in json.dumps(arguments, ensure_ascii=False), f"fill in {arguments}"
        return await self.call(tool, **arguments)

    async def _answer(self, tool: str, arguments: Arguments) -> tuple[str, bool]:
        read = "\n".join(self.told)
        unread = [value for value in ids_in(self.box, arguments) if not printed(value, read)]
        assert not unread, f"{tool} was given {unread}, which no earlier answer has printed"
        self.called.append(tool)
        result = await self.client.call_tool(tool, arguments)
        text = text_of(result)
        self.told.append(text)
        return text, bool(result.is_error)


def text_of(result: CallToolResult) -> str:
    part, *_pictures = result.content  # a picture comes after the text
    assert isinstance(part, TextContent)
    return part.text


def ids_in(box: Sandbox, arguments: Arguments) -> list[str]:
    """The ids among the arguments: of anything in the world or the CRM, of our jobs, a handle, or a token."""
    known = ids_of(box.world) | ids_of_crm(box.salessheet)
    return [
        value
        for name, value in _values("", arguments)
        if value in known or name == "confirm" or re.fullmatch(r"(imp|sel)_\w+", value)
    ]


def printed(id_: str, text: str) -> bool:
    """Whether a text has it as a word of its own."""
    return re.search(rf"(?<![\w-]){re.escape(id_)}(?![\w-])", text) is not None


def printed_call(answer: str, where: str) -> tuple[str, Arguments]:
    """A call that an answer writes down: ``list_inbox(page=2)`` after ``More:``, or found by its own name."""
    found = re.search(rf"{re.escape(where)}(?:\W*([a-z_]+))?\(", answer)
    assert found, f"no call at {where!r} in: {answer}"
    arguments: Arguments = {}
    rest, decoder = answer[found.end() :], json.JSONDecoder()
    while argument := re.match(r"(?:, )?(\w+)=", rest):
        value, end = decoder.raw_decode(rest, argument.end())
        arguments[argument[1]] = value
        rest = rest[end:]
    assert rest.startswith(")"), f"no end of the call in: {answer}"
    return found[1] or where, arguments


def token_in(preview: str) -> str:
    found = re.search(r'confirm="([a-z0-9-]+)"', preview)
    assert found, f"no token in: {preview}"
    return found[1]


def id_of(name: str, text: str) -> str:
    """The id in brackets that comes next after a name, in its line."""
    found = re.search(rf"{re.escape(name)}[^\n\[]*\[(\w+)\]", text)
    assert found, f"no id of {name!r} in: {text}"
    return found[1]


def _values(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """All texts and whole numbers in it, however deep, each with the name it is given under."""
    match value:
        case dict():
            for key, part in cast("dict[str, Any]", value).items():
                yield from _values(key, part)
        case list():
            for part in cast("list[Any]", value):
                yield from _values(name, part)
        case bool() | None:
            return
        case _:
            yield name, str(value)


def sequence_of(box: Sandbox, title: str) -> dict[str, Any]:
    """A sequence as it is stored."""
    return next(row for row in box.world.sequences.values() if row["title"] == title)


def person(box: Sandbox, email: str) -> dict[str, Any]:
    """A prospect as it is stored."""
    row = box.world.prospect(email)
    assert row is not None, f"{email} is not stored"
    return row
