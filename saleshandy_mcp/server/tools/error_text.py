"""From an exception to what a model can act on: what happened, whether anything was changed, what to do next. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any, Literal

from saleshandy_mcp.core.errors import (
    BadKey,
    Doubtful,
    Forbidden,
    Mistake,
    NoKey,
    NotSent,
    OutOfTime,
    Rejected,
    SaleshandyError,
    Throttled,
    Unreadable,
)
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.variables import BASE_URL, CRM_BASE_URL, CRM_KEY, KEY, KEY_FILE
from saleshandy_mcp.core.view import NextCall, Say
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.policy.rules import RuleRefused
from saleshandy_mcp.untrusted.one_line import cleaned, visible

if TYPE_CHECKING:
    from mcp.types import CallToolResult

LONGEST_ERROR = 1_500
"""Characters of what is wrong, and of what to do next."""

Told = tuple[str, str, str]
"""The kind of a failure, what is wrong, and what to do next."""

_CHECK = "Check {}: `saleshandy-mcp doctor` tells where the key comes from. Then start this again."
CHECK_THE_KEY = {Service.SALESHANDY: _CHECK.format(KEY), Service.SALESSHEET: _CHECK.format(CRM_KEY)}
_BASE_URL = {Service.SALESHANDY: BASE_URL, Service.SALESSHEET: CRM_BASE_URL}
SET_A_KEY = {
    Service.SALESHANDY: (
        "Run `saleshandy-mcp login` in a terminal: it asks for the key (in Saleshandy: Settings, API Key). "
        f"Or set {KEY}, or {KEY_FILE} for a file that holds it. Then start this again. "
        "Without a key, --sandbox uses invented data."
    ),
    Service.SALESSHEET: (
        "Run `saleshandy-mcp login --crm` in a terminal: it asks for the key (in SalesSheet: Settings, Integrations, "
        f"API). Or set {CRM_KEY}, or {CRM_KEY}_FILE for a file that holds it. Then start this again."
    ),
}
"""What to do when there is no key. The first way comes first: with it, the key stands in no settings."""
_LIMITS = {
    Service.SALESHANDY: "20 a minute for each endpoint and 300 in all are allowed",
    Service.SALESSHEET: "a key has 100 a minute and 5,000 a day on the Pro plan, 500 and 50,000 on Enterprise",
}

_REMEDIES = {
    40100: "list_sequences shows the sequences.",
    40103: "Attach an active one with add_email_accounts.",
    40105: "get_sequence shows who is attached.",
    40200: "list_email_accounts shows the accounts.",
    40201: 'list_email_accounts(status="active") shows those that can send.',
}


@dataclass(frozen=True)
class Failure:
    """A call that failed, for a reader of text and for one of facts: each is told all of it.

    Attributes:
        code: a word for the kind of failure.
        executed: whether anything was done, as a sentence.
        what: what is wrong.
        todo: what to do next; empty where nothing helps.
        done: whether anything was done, as a word: as ``executed`` of an error, or "partly".
        more: further facts: the rule that stands against it, the API's code, seconds to wait, operations.
    """

    code: str
    executed: str
    what: str
    todo: str
    done: Literal["no", "partly", "unknown"] = "no"
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def words(self) -> str:
        """All of it as text."""
        return f"{self.executed}: {self.what} {self.todo}".strip()

    @property
    def facts(self) -> dict[str, Any]:
        """All of it under names."""
        facts = {"executed": self.done, "code": self.code, "reason": f"{self.executed}: {self.what}"}
        return facts | ({"next": self.todo} if self.todo else {}) | dict(self.more)


def failure(tool: str, error: Exception, gate: Gate | None = None, say: Say = NextCall.for_model) -> Failure:
    """What a failed call is told as.

    Args:
        tool: its name.
        error: what stopped it.
        gate: what it had done by then; None for a call that changes nothing.
        say: how the reader makes a call.
    """
    kind, what, todo = _of_doubt(error, gate) if isinstance(error, Doubtful) else _told(error, say)
    if isinstance(error, SaleshandyError) and error.next:
        todo = f"{todo} That tells: {say(error.next)}.".strip()
    executed, done = _executed(tool, gate)
    return Failure(kind, executed, what, todo, done, {**_known(error), **_operations(gate)})


def reason_of(error: Exception, say: Say = NextCall.for_model) -> str:
    """What is wrong and what to do next, where no tool was called."""
    _, what, todo = _told(error, say)
    return f"{what} {todo}".strip()


def _executed(tool: str, gate: Gate | None) -> tuple[str, Literal["no", "partly", "unknown"]]:
    if gate and gate.doubtful:
        doubtful = ", ".join(gate.doubtful)
        words = f"Whether {tool} was carried out ({doubtful}) is unknown; do not repeat it before looking"
        return words, "unknown"
    if gate and gate.done:
        return f"{tool} did only a part ({', '.join(gate.done)} was done)", "partly"
    return f"{tool} did nothing", "no"


def _operations(gate: Gate | None) -> dict[str, Any]:
    """What was done, and of what that is unknown."""
    there = {"operations": list(gate.done), "unknown": list(gate.doubtful)} if gate else {}
    return {name: operations for name, operations in there.items() if operations}


def _known(error: Exception) -> dict[str, Any]:
    """What a program can use of an error."""
    match error:
        case RuleRefused():
            return {"rule": error.rule}
        case Throttled() if error.after:
            return {"seconds": math.ceil(error.after)}
        case Rejected():
            return {"status": error.status} | ({"api_code": error.code} if error.code else {})
        case _:
            return {}


def _of_doubt(error: Doubtful, gate: Gate | None) -> Told:
    # Who does not know what became of a write must not be told to try again.
    open_ = bool(gate and gate.doubtful)
    remedy = "Check with a read tool whether it went through before you retry." if open_ else "Try again later."
    over = bool(gate and gate.time_left() < 1)
    last = ", and no more was left of the time that one call may take" if over else ""
    return "no_answer", _sentence(f"{error}{last}"), remedy


@singledispatch
def _told(error: Exception, _: Say) -> Told:
    what = f"a fault inside this server ({type(error).__name__}), not in what you asked."
    return "fault", what, "Its log has the details."


@_told.register
def _(error: Mistake, say: Say) -> Told:
    return "mistake", error.what, error.way(say)


@_told.register
def _(error: Forbidden, say: Say) -> Told:
    return "not_allowed", error.what, error.way(say)


@_told.register
def _(error: RuleRefused, say: Say) -> Told:
    return "rule", error.what, error.way(say)


@_told.register
def _(error: SaleshandyError, _: Say) -> Told:
    return "failed", _sentence(str(error)), ""


@_told.register
def _(error: NoKey, _: Say) -> Told:
    return "no_key", "no API key is set.", SET_A_KEY[error.service]


@_told.register
def _(error: BadKey, _: Say) -> Told:
    what = f"{error.service} did not accept the API key ({error})."
    return "bad_key", what, CHECK_THE_KEY[error.service]


@_told.register
def _(error: Throttled, _: Say) -> Told:
    return "too_many_calls", f"too many calls ({_LIMITS[error.service]}).", f"Try again {error.again}."


@_told.register
def _(error: Rejected, _: Say) -> Told:
    code = f", code {error.code}" if error.code else ""
    what = f"{error.service} refused: {error} (HTTP {error.status}{code})"
    return "refused", _sentence(what), _REMEDIES.get(error.code or 0, "")


@_told.register
def _(error: NotSent, _: Say) -> Told:
    remedy = f"Check the network, or {_BASE_URL[error.service]} if it is set."
    return "not_sent", _sentence(f"{error}; nothing was sent"), remedy


@_told.register
def _(error: OutOfTime, _: Say) -> Told:
    remedy = "Saleshandy answers slowly. What is done stays; make a call for what remains, or ask for less."
    return "out_of_time", _sentence(str(error)), remedy


@_told.register
def _(error: Unreadable, _: Say) -> Told:
    return "unreadable", _sentence(str(error)), "The API may have changed; the vendor's web app shows the true state."


def _sentence(what: str) -> str:
    return what if what.endswith((".", "!", "?")) else f"{what}."


def error_result(failed: Failure) -> "CallToolResult":
    """A result that failed. What it quotes of the API or the caller may be long, and is cut; the way on is kept."""
    # PLC0415: the command line needs the words alone, and the SDK loads slowly.
    from mcp.types import CallToolResult, TextContent  # noqa: PLC0415

    seen = replace(failed, what=_cut(visible(failed.what)), todo=_cut(visible(failed.todo)))
    return CallToolResult(
        content=[TextContent(type="text", text=visible(seen.words))],
        structured_content=cleaned(seen.facts),
        is_error=True,
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_ERROR else f"{text[:LONGEST_ERROR].rstrip()} … (cut: {len(text):,} characters)"
