"""What the scripted model says: it makes the call, and hands a token back if it is a model that does so. Pure."""

from dataclasses import dataclass
from typing import Any

from tests.clients.cases import START, TOOL, token_in


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


def next_turn(request: Request, *, hands_back: bool) -> Turn:
    """The next thing that the model does."""
    tool = next((name for name in request.tools if name.endswith(TOOL)), "")
    if not tool:
        return Turn(say="There is nothing to do.")
    if not request.results:
        return Turn(tool=tool, arguments=dict(START))
    token = token_in(request.results[-1])
    if hands_back and token and len(request.results) == 1:
        return Turn(tool=tool, arguments=START | {"confirm": token})
    return Turn(say="That is all.")
