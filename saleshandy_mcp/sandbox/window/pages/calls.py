"""Requests that came in, and what tools wrote down: effect, outcome and agreement."""

import re
from collections.abc import Mapping
from itertools import islice
from urllib.parse import unquote_plus

from saleshandy_mcp.sandbox.http import contract
from saleshandy_mcp.sandbox.http.asgi import PREFIXES
from saleshandy_mcp.sandbox.salessheet.http_routes import PREFIX as CRM
from saleshandy_mcp.sandbox.salessheet.routes import CONTRACT as CRM_CONTRACT
from saleshandy_mcp.sandbox.window.call_log import LoggedCall
from saleshandy_mcp.sandbox.window.html import Child, Markup, el
from saleshandy_mcp.sandbox.window.parts import Column, moment, pill, section, table
from saleshandy_mcp.sandbox.window.view import Page, ToolCall, View
from saleshandy_mcp.sandbox.window.words import colour

SHOWN = 100
REQUESTS = (Column("When"), Column("Request"), Column("Effects it can have"), Column("Answer", number=True))
TOOLS = (Column("Tool"), Column("Outcome"), Column("Agreement"), Column("Operations"), Column("When"))
TOLD = (
    "What MCP servers and commands on this machine wrote down about changes in this sandbox, by the time of this "
    "machine."
)


def page(view: View) -> Page:
    effects = view.callers.effects()
    rows = [_request(call, effects) for call in islice(view.log.calls, SHOWN)]
    tools = map(_tool, list(view.callers.tool_calls())[: -SHOWN - 1 : -1])
    body = (
        section(
            "Requests", table("Requests, the newest first", REQUESTS, rows, empty="No request yet."), id_="requests"
        ),
        section(
            "Tools and agreements",
            el("p", TOLD),
            table("Calls of tools, the newest first", TOOLS, tools, empty="Nothing was changed by a tool yet."),
            id_="tools",
        ),
    )
    return Page("Calls", body)


def _request(call: LoggedCall, effects: Mapping[str, str]) -> list[Child]:
    endpoint = _endpoint(call)
    effect = effects.get(re.sub(r"\{[^}]*\}", "{}", endpoint), "") if endpoint else "not an operation"
    return [moment(call.at), _shown(call), effect or "not known", call.status or "none yet"]


def _endpoint(call: LoggedCall) -> str:
    """The operation that a request is for, such as `GET /sequences/{sequenceId}`; empty when there is none."""
    for prefix, known in (*((prefix, contract.SALESHANDY) for prefix in PREFIXES), (CRM, CRM_CONTRACT)):
        if call.path.startswith(f"{prefix}/") and (found := known.find(call.method, call.path.removeprefix(prefix))):
            operation, _ = found
            return f"{call.method} {prefix if prefix == CRM else ''}{operation.path}"
    return ""


def _shown(call: LoggedCall) -> Markup:
    """Method and path, with the query and the body to open."""
    line = el("code", f"{call.method} {call.path}")
    more = [unquote_plus(call.query), call.body.decode("utf-8", "replace")]
    if not any(more):
        return line
    return el("details", el("summary", line), *(el("pre", text, tabindex=0) for text in more if text))


def _tool(call: ToolCall) -> list[Child]:
    name = [el("code", call.tool), f"({', '.join(call.arguments)})"]
    agreed = f"by {call.agreed}" if call.agreed else "not needed"
    outcome = pill(call.outcome, colour(call.outcome))
    return [name, outcome, agreed, ", ".join(call.operations), moment(call.at)]
