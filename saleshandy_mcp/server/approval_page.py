"""A page of this machine that shows a question whole and takes a yes or a no. It needs no script.

Its link is secret and dies with the answer. Whoever has the link can answer: a person, and any program that is given
it. It shows nothing but questions of this process, and answers nothing but requests that name this machine as their
host and come from no other page.
"""

import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from html import escape
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from saleshandy_mcp.core.inline_page import allowed
from saleshandy_mcp.policy.approval_store import Approvals, Plan
from saleshandy_mcp.server.host_check import HostCheck, own_pages
from saleshandy_mcp.untrusted.one_line import visible

_MOST_BYTES = 4_096
"""Of the body of an answer."""

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
section { font: 14px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem;
  margin-bottom: 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem; }
section p { margin: 0; padding-left: 2ch; text-indent: -2ch; }
section p.text { margin-left: 4ch; padding-left: 1ch; text-indent: 0; border-left: 3px solid #2f6fed; }
form { display: flex; gap: 1rem; flex-wrap: wrap; }
button { font: inherit; min-height: 44px; min-width: 8rem; padding: 0 1.25rem; border-radius: .5rem; cursor: pointer;
  border: 1px solid currentColor; background: transparent; color: inherit; }
button.yes { background: #1a6b3c; border-color: #1a6b3c; color: #fff; }
button:focus-visible { outline: 3px solid #2f6fed; outline-offset: 2px; }
small { opacity: .75; }
"""
_HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; style-src {allowed(_STYLE)}"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_OVER = "This question does not wait any more: it was answered, has changed, or is older than 10 minutes."
_ENDS = {
    "agreed": "You agreed. It is done when the assistant makes its call again, which it may be doing now.",
    "declined": "You declined. Nothing is done, and the assistant is told so.",
}


def page_app(approvals: Approvals, port: int) -> Starlette:
    """The application for a port of this machine."""
    routes = [
        Route("/{link}", partial(_show, approvals), methods=["GET"]),
        Route("/{link}", partial(_answer, approvals), methods=["POST"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(HostCheck, security=own_pages(port))])


def address(approvals: Approvals, port: int) -> Callable[[Plan], str]:
    """Makes the address at which a plan is shown."""
    return lambda plan: f"http://127.0.0.1:{port}/{plan.id}{approvals.secret(plan, 'link')}"


async def _show(approvals: Approvals, request: Request) -> Response:
    plan = _plan(approvals, request)
    if plan is None:
        return _page(_OVER, status=404)
    if plan.state != "waiting":
        return _page(_ENDS.get(plan.state, _OVER))
    until = f"{datetime.fromtimestamp(plan.until, UTC).astimezone():%H:%M}"
    return _page(
        "An assistant asks for your yes",
        f"<p>It wants to use <b>{escape(plan.tool)}</b>. Read all of it; nothing happens before you agree.</p>"
        f"<section>{''.join(_line(line) for line in visible(plan.words).splitlines())}</section>"
        '<form method="post">'
        f'<input type="hidden" name="key" value="{approvals.secret(plan, "press")}">'
        '<button name="answer" value="no">No, don\'t</button>'
        '<button name="answer" value="yes" class="yes">Yes, do it</button>'
        f"</form><p><small>You can answer until {until}. Your yes counts for this alone, once.</small></p>",
    )


async def _answer(approvals: Approvals, request: Request) -> Response:
    plan = _plan(approvals, request)
    if plan is None:
        return _page(_OVER, status=404)
    sent = parse_qs(await _body(request))
    key, answer = (sent.get(name, [""])[0] for name in ("key", "answer"))
    right = hmac.compare_digest(key.encode(), approvals.secret(plan, "press").encode())
    if not right or answer not in ("yes", "no"):
        return _page("This is no answer of this page. Open the link again.", status=400)
    if not approvals.answer(plan.id, agreed=answer == "yes", channel="page"):
        return _page(_OVER, status=409)
    return _page(_ENDS["agreed" if answer == "yes" else "declined"])


def _line(line: str) -> str:
    """A line of a question. What somebody else wrote keeps its bar where it is broken into several."""
    text = line.removeprefix("    | ").removeprefix("    ")
    return f"<p>{escape(line)}</p>" if text == line else f'<p class="text">{escape(text)}</p>'


def _plan(approvals: Approvals, request: Request) -> Plan | None:
    """The plan that a link stands for; None when there is none, or no more."""
    link: str = request.path_params["link"]
    plan = approvals.named_by(link)
    secret = link.removeprefix(plan.id) if plan else ""
    return plan if plan and hmac.compare_digest(secret.encode(), approvals.secret(plan, "link").encode()) else None


async def _body(request: Request) -> str:
    """The beginning of the body: an answer is short."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            break
    return body[:_MOST_BYTES].decode("ascii", "replace")


def _page(title: str, rest: str = "", status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Saleshandy: a question</title><style>{_STYLE}</style><h1>{escape(title)}</h1>{rest}</html>",
        status,
        _HEADERS,
    )
