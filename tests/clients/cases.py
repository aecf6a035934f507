"""What each client is put through, and what has to come of it. Pure: nothing is started here."""

import re
from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["accept", "decline", "cancel"]
"""What somebody answers to a question in a dialogue of the client."""

TOOL = "set_sequence_status"
START = {"sequence": "SaaS founders", "status": "active"}
"""The call that is made: it would mail people."""
EFFECT = "POST /sequences/status"
"""The call of the API by which they are mailed; the sandbox counts it."""

THINKS = 0.8
"""Seconds that somebody thinks before they answer: nobody reads faster."""


@dataclass(frozen=True)
class Case:
    """One conversation.

    Attributes:
        name: what happens in it.
        answer: what is answered to a dialogue; None: the client is told that it has none.
        approval: what the operator of the server chose.
        hands_back: the model hands a token back at once, although nobody was asked: a hijacked model.
        terminal: after it somebody says yes at a terminal, and the call is made again.
        starts: how many starts are allowed.
    """

    name: str
    answer: Answer | None = None
    approval: str = "auto"
    hands_back: bool = False
    terminal: bool = False
    starts: tuple[int, ...] = (0,)


CASES = (
    Case("agreed", "accept", starts=(0, 1)),
    Case("declined", "decline", hands_back=True),
    Case("cancelled", "cancel", hands_back=True),
    Case("unasked"),
    Case("token", hands_back=True, starts=(0, 1)),
    Case("person", approval="person", hands_back=True),
    Case("terminal", approval="terminal", hands_back=True, terminal=True, starts=(1,)),
)

_TOKEN = re.compile(r"""confirm\\*["']?\s*[=:]\s*\\*["']([^"'\\]{20,})""")
_FAULTS = ("fault inside this server", "Traceback (most recent call last)")
_DIALOGUE = "Agreed to by the user, in the dialogue of the client"


def token_in(text: str) -> str | None:
    """The token that stands in an answer, however the client quotes it."""
    found = _TOKEN.search(text)
    return found[1] if found else None


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Attributes:
        starts: how often the sandbox was told to start the sequence.
        seen: all that the client printed and its model was sent.
    """

    case: Case
    starts: int
    seen: str

    @property
    def dialogue(self) -> bool:
        return _DIALOGUE in self.seen

    @property
    def wrong(self) -> list[str]:
        """What must not be; nothing, if all is well."""
        faults = [f"{self.case.name}: it says {fault!r}" for fault in _FAULTS if fault in self.seen]
        if self.starts not in self.case.starts:
            faults.append(f"{self.case.name}: {self.starts} starts, allowed: {self.case.starts}")
        return faults


@dataclass(frozen=True)
class Row:
    """A client over a transport, with all that came of it."""

    client: str
    version: str
    transport: str
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    missing: str = ""

    @property
    def asks(self) -> bool:
        return "agreed" in self.outcomes and self.outcomes["agreed"].dialogue

    @property
    def asked(self) -> str:
        """Where the question stands that somebody has to answer."""
        if self.asks:
            return "in its dialogue"
        return "in the chat" if token_in(self.outcomes["unasked"].seen) else "at the terminal"

    @property
    def tokens(self) -> bool:
        """Whether a token that is handed back counts."""
        return self.outcomes["token"].starts == 1

    @property
    def wrong(self) -> list[str]:
        if self.missing:
            return []
        wrong = [fault for outcome in self.outcomes.values() for fault in outcome.wrong]
        if not self.asks and not self.tokens and self.outcomes["terminal"].starts != 1:
            wrong.append("there is no way to a yes")
        return wrong
