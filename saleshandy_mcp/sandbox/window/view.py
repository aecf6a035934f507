"""What a page is made from, and what it is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from saleshandy_mcp.sandbox.http.app import Sandbox
from saleshandy_mcp.sandbox.window.call_log import CallLog
from saleshandy_mcp.sandbox.window.html import Child
from saleshandy_mcp.sandbox.window.parts import Stretch
from saleshandy_mcp.sandbox.world.tables import World


class ToolCall(NamedTuple):
    """What an MCP server or a command wrote down about a call that changed something."""

    at: str
    tool: str
    arguments: Sequence[str]  # names only
    outcome: str
    operations: Sequence[str]
    agreed: str  # by which way a person agreed; empty where nobody had to
    who: str


@dataclass(frozen=True)
class Callers:
    """What is known of those who call the sandbox. The sandbox itself sees requests only.

    Attributes:
        effects: what each endpoint can do: `POST /sequences/{}/steps` -> "write". Braces are empty.
        tool_calls: what was written down on this machine about calls to this sandbox, the oldest first.
    """

    effects: Callable[[], Mapping[str, str]] = dict
    tool_calls: Callable[[], Iterable[ToolCall]] = list


@dataclass(frozen=True)
class View:
    """One look at the window.

    Attributes:
        box: the sandbox.
        log: the requests that it got.
        callers: what is known of those who sent them.
        address: of this server, such as `http://127.0.0.1:8787`.
        here: the path and the query of the page.
        id: the id in the path, if there is one.
        query: what the page was asked for.
    """

    box: Sandbox
    log: CallLog
    callers: Callers
    address: str = ""
    here: str = "/window"
    id: str = ""
    query: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def world(self) -> World:
        return self.box.world

    def asked(self, name: str) -> str:
        return self.query.get(name, "")

    def stretch(self, total: int) -> Stretch:
        """The part of a list of this length that was asked for."""
        text = self.asked("page")
        number = int(text) if text.isdecimal() and len(text) < 9 else 1
        return Stretch(min(max(1, number), Stretch(1, total).last), total)


class Page(NamedTuple):
    title: str
    body: Child


class Missing(Exception):
    """There is nothing at this address. The text says what was looked for."""
