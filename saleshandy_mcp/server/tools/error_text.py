"""From an exception to what a model can act on: what happened, whether anything was changed, what to do next. Pure."""

from functools import singledispatch

from saleshandy_mcp.core.errors import (
    BadKey,
    Doubtful,
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
from saleshandy_mcp.core.settings import BASE_URL, CRM_BASE_URL, CRM_KEY, KEY
from saleshandy_mcp.core.view import NextCall, Say
from saleshandy_mcp.policy.effects import Gate

SET_A_KEY = (
    "Set SALESHANDY_API_KEY (in Saleshandy: Settings, API Key) in the settings of this server, "
    "or start it with --sandbox to try everything on invented data."
)
_KEY = {Service.SALESHANDY: KEY, Service.SALESSHEET: CRM_KEY}
_BASE_URL = {Service.SALESHANDY: BASE_URL, Service.SALESSHEET: CRM_BASE_URL}
_SET_A_KEY = {
    Service.SALESHANDY: SET_A_KEY,
    Service.SALESSHEET: f"Set {CRM_KEY} (in SalesSheet: Settings, Integrations, API) in the settings of this server.",
}
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


def explain(tool: str, error: Exception, gate: Gate, say: Say = NextCall.for_model) -> str:
    """The text of a failed call.

    Args:
        tool: its name.
        error: what stopped it.
        gate: what it had done by then.
        say: how the reader makes a call.
    """
    if isinstance(error, Mistake):
        return f"{_executed(tool, gate)}: {error.words(say)}"
    more = f" That tells: {say(error.next)}." if isinstance(error, SaleshandyError) and error.next else ""
    if isinstance(error, Doubtful):
        # Who does not know what became of a write must not be told to try again.
        remedy = (
            "Check with a read tool whether it went through before you retry." if gate.doubtful else "Try again later."
        )
        last = ", and no more was left of the time that one call may take" if gate.time_left() < 1 else ""
        return f"{_executed(tool, gate)}: {_sentences(f'{error}{last}', remedy)}{more}"
    return f"{_executed(tool, gate)}: {reason_of(error)}{more}"


def _executed(tool: str, gate: Gate) -> str:
    if gate.doubtful:
        doubtful = ", ".join(gate.doubtful)
        return f"Whether {tool} was carried out ({doubtful}) is unknown; do not repeat it before looking"
    if gate.done:
        return f"{tool} did only a part ({', '.join(gate.done)} was done)"
    return f"{tool} did nothing"


@singledispatch
def reason_of(error: Exception) -> str:
    return f"a fault inside this server ({type(error).__name__}), not in what you asked. Its log has the details."


@reason_of.register
def _(error: SaleshandyError) -> str:
    return _sentences(str(error), "")


@reason_of.register
def _(error: NoKey) -> str:
    return f"no API key is set. {_SET_A_KEY[error.service]}"


@reason_of.register
def _(error: BadKey) -> str:
    return f"{error.service} did not accept the API key ({error}). Check {_KEY[error.service]} and restart this server."


@reason_of.register
def _(error: Throttled) -> str:
    return f"too many calls ({_LIMITS[error.service]}). Try again {error.again}."


@reason_of.register
def _(error: Rejected) -> str:
    code = f", code {error.code}" if error.code else ""
    return _sentences(
        f"{error.service} refused: {error} (HTTP {error.status}{code})", _REMEDIES.get(error.code or 0, "")
    )


@reason_of.register
def _(error: NotSent) -> str:
    return _sentences(f"{error}; nothing was sent", f"Check the network, or {_BASE_URL[error.service]} if it is set.")


@reason_of.register
def _(error: OutOfTime) -> str:
    return _sentences(
        str(error), "Saleshandy answers slowly. What is done stays; make a call for what remains, or ask for less."
    )


@reason_of.register
def _(error: Unreadable) -> str:
    return _sentences(str(error), "The API may have changed; the vendor's web app shows the true state.")


def _sentences(what: str, remedy: str) -> str:
    ended = what if what.endswith((".", "!", "?")) else f"{what}."
    return f"{ended} {remedy}".strip()
