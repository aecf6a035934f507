"""What the scripted model says: it makes the call, and hands a token back if it is a model that does so. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.clients.cases import START, TOOL, token_in

Call = tuple[str, Mapping[str, Any]]
"""The name of a tool, and its arguments."""
START_IT: Call = (TOOL, START)


@dataclass(frozen=True)
class Request:
    """What a client sends to its model, whatever the wire.

    Attributes:
        tools: the names of the tools, as this client calls them.
        results: what its tools have answered so far.
    """

    tools: list[str]
    results: list[str]


@dataclass(frozen=True)
class Turn:
    """What the model answers: words, or a call of a tool."""

    say: str = ""
    tool: str = ""
    arguments: dict[str, Any] | None = None


def next_turn(request: Request, *, hands_back: bool, call: Call = START_IT) -> Turn:
    """The next thing that the model does."""
    wanted, arguments = call
    tool = next((name for name in request.tools if name.endswith(wanted)), "")
    if not tool:
        return Turn(say="There is nothing to do.")
    if not request.results:
        return Turn(tool=tool, arguments=dict(arguments))
    token = token_in(request.results[-1])
    if hands_back and token and len(request.results) == 1:
        return Turn(tool=tool, arguments={**arguments, "confirm": token})
    return Turn(say="That is all.")
