"""A job: what a prompt is called, what it takes, and its text, out of one file of ``jobs/``.

The file begins with TOML between lines of ``+++``. The text below names tools in code marks, alone or as calls. Each
numbered step and each point of a list stands on a line of its own: one that names a tool which is not offered is left
out, so that the text never names a tool that a client does not have.
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Completes = Literal[
    "sequences", "senders", "sequences and senders", "domains", "files", "periods", "DNC lists", "stages"
]
"""What the value of an argument may be completed from."""

_HEAD = "+++\n"
_NAMED = re.compile(r"`([a-z_]+)(?:\([^`]*\))?`")
"""A tool, or a call of it."""
_ITEM = re.compile(r"(?:\d+\.|-) ")
_NUMBER = re.compile(r"\d+(?=\. )")


@dataclass(frozen=True)
class Argument:
    """An argument of a job.

    Attributes:
        description: what it is, for the person who fills it in.
        longest: how many characters it may have.
        completes: what its values are completed from; None for free words.
    """

    name: str
    description: str
    longest: int = 200
    completes: Completes | None = None


@dataclass(frozen=True)
class Job:
    """A whole job.

    Attributes:
        title: its name for people.
        description: what comes of it, in a sentence.
        needs: the tools without which there is nothing left of it.
        arguments: what a person may give.
        text: what a model reads, with all steps.
    """

    name: str
    title: str
    description: str
    needs: tuple[str, ...]
    arguments: tuple[Argument, ...]
    text: str

    def fits(self, offered: Collection[str]) -> bool:
        """Whether it can be done with these tools."""
        return set(self.needs) <= {*offered}

    def with_tools(self, offered: Collection[str]) -> str:
        """The text for a client that has these tools."""
        lines = [line for line in self.text.split("\n") if {*tools_in(line)} <= {*offered}]
        return "\n".join(_numbered(_without_empty_lists(lines)))


@cache
def jobs() -> tuple[Job, ...]:
    """All jobs in the order in which they are listed."""
    found = [it for it in files("saleshandy_mcp.server.prompts").joinpath("jobs").iterdir() if it.name.endswith(".md")]
    read = [(it.name.removesuffix(".md"), it.read_text(encoding="utf-8")) for it in found]
    return tuple(parse(name, text) for name, text in sorted(read))


def parse(name: str, text: str) -> Job:
    """The job of a file.

    Args:
        name: of the file, without its ending.
        text: its content.
    """
    _, head, body = text.split(_HEAD, maxsplit=2)
    stated: dict[str, Any] = tomllib.loads(head)
    arguments = tuple(Argument(name, **it) for name, it in stated.pop("arguments", {}).items())
    return Job(name, needs=tuple(stated.pop("needs")), arguments=arguments, text=body.strip(), **stated)


def tools_in(text: str) -> list[str]:
    """The tools that a text names, each once, in the order in which it names them first."""
    return list(dict.fromkeys(_NAMED.findall(text)))


def _without_empty_lists(lines: list[str]) -> Iterator[str]:
    """The lines without headings that have lost all their points, and without the blank lines before those."""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.endswith(":") or _ITEM.match(line) or _ITEM.match(following):
            yield line


def _numbered(lines: Iterator[str]) -> Iterator[str]:
    number, blank = 0, False
    for line in lines:
        if blank and not line:
            continue
        blank = not line
        number = number + 1 if _NUMBER.match(line) else number
        yield _NUMBER.sub(str(number), line, count=1) if _NUMBER.match(line) else line
