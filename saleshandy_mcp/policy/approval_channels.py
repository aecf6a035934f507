"""By which channel a person is asked, and what the answer of a client means. Pure: nothing here asks anybody."""

from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, get_args

Approval = Literal["auto", "person", "terminal", "page", "token", "deny"]
"""How the operator wants agreements to come about."""
APPROVALS: tuple[Approval, ...] = get_args(Approval)

Channel = Literal["dialogue", "card", "terminal", "page", "token"]
"""How somebody agreed."""

COMMAND = "saleshandy-mcp approvals"
"""The command at which a person answers."""
TOO_QUICK = 0.5
"""Seconds within which nobody can have read a question: such an answer is the client's own."""

_NO_TERMINAL = "and no terminal sees the questions of this process, for nothing of it is kept on disk"
_OPERATOR = "The operator of this server can change that with --approval or SALESHANDY_APPROVAL."


@dataclass(frozen=True)
class Reach:
    """By what the person behind a call can be reached.

    Attributes:
        form: the client shows forms.
        card: the client shows cards in the chat (MCP Apps).
        url: the client opens addresses.
        terminal: other processes of this machine see the questions of this one.
        page: this server shows its page.
    """

    form: bool = False
    card: bool = False
    url: bool = False
    terminal: bool = False
    page: bool = False


class Choice(NamedTuple):
    """The channel of a call.

    Attributes:
        channel: None when nobody can be asked; the call is refused then.
        why: a sentence on it, for a person.
    """

    channel: Channel | None
    why: str


def choose(approval: Approval, reach: Reach) -> Choice:
    """The best channel that can be used."""
    if approval in _FIXED:
        return _FIXED[approval]
    if approval == "page" and reach.page:
        return Choice("page", "the operator chose the page")
    if approval in ("page", "terminal"):
        return _terminal(f"the operator chose the {approval}", reach)
    if reach.form or reach.card:
        return _DIALOGUE if reach.form else _CARD
    if approval == "person":
        return _terminal("this client cannot show a question, and the operator wants a person to answer", reach)
    return Choice("token", "this client cannot show a question")


_DIALOGUE = Choice("dialogue", "the client shows questions to its user")
_CARD = Choice("card", "the client shows no questions, but cards")
_FIXED: dict[Approval, Choice] = {
    "deny": Choice(None, "the operator of this server lets nobody agree to that from here"),
    "token": Choice("token", "the operator chose tokens"),
}


def _terminal(why: str, reach: Reach) -> Choice:
    if reach.terminal:
        return Choice("terminal", why)
    return Choice(None, f"{why}, {_NO_TERMINAL}")


Meaning = Literal["yes", "no", "unclear", "unasked"]


@dataclass(frozen=True)
class Answer:
    """What a client answered to a question.

    Attributes:
        action: accept, decline or cancel; "error" when the client answered with one, "silence" when nobody answered
            in time, "vanished" when questions never came back from it, "unreadable" when that is no answer.
        content: the filled-in form.
        seconds: after how many it came.
        fields: whether the form had a field to fill in.
    """

    action: str
    content: Any = None
    seconds: float = 0.0
    fields: bool = True

    @property
    def meaning(self) -> Meaning:
        """What it says. Only "unasked" is certain to come from a client that showed nothing."""
        # Less than none: the clock was set back meanwhile.
        quick = 0 <= self.seconds < TOO_QUICK
        filled = self.content.get("confirm") if isinstance(self.content, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - any JSON
        match self.action:
            case "accept" if filled is True or not self.fields:
                return "yes"
            case "accept" if filled is False:
                return "no"
            case "decline" if not quick:
                return "no"
            case "error" if quick:
                return "unasked"
            case _:
                return "unclear"

    @property
    def words(self) -> str:
        """What came, where it is neither a yes nor a no."""
        return _WORDS.get(self.action, "the answer of the client cannot be read")


_WORDS = {
    "error": "the client has answered the question with an error",
    "silence": "nobody answered the question within 10 minutes",
    "vanished": "the client was asked before, and brought no answer",
    "decline": "the client declined before anybody can have read the question",
    "accept": "the client accepted, but did not fill in the form",
    "cancel": "the question was closed without an answer",
}


def instead(answer: Answer, approval: Approval, reach: Reach) -> Choice:
    """The next channel, when an answer is neither a yes nor a no.

    Whoever gave the answer may have been a person, so a token does not take its place; only where the client showed
    nothing it is treated as one that cannot ask.
    """
    without = replace(reach, form=False)
    choice = choose("person" if approval == "auto" and answer.meaning == "unclear" else approval, without)
    return choice._replace(why=answer.words if choice.channel else f"{answer.words}, {_NO_TERMINAL}")


def shows_card(approval: Approval) -> bool:
    """Whether the operator leaves room for a card."""
    return choose(approval, Reach(card=True)).channel == "card"


def instead_of_card(reach: Reach) -> Choice:
    """The next channel, when a card was asked for and did not come up.

    It is never a token: otherwise a model need only wait until a card counts as missing.
    """
    return _terminal("no card came up in this client", reach)


def remedy(approval: Approval) -> str:
    """What to do where nobody can be asked."""
    if approval == "deny":
        return f"It can be done in Saleshandy itself. {_OPERATOR}"
    return f"Use a client that shows questions to its user, or a server that keeps its data on disk. {_OPERATOR}"
