"""Who may call a served sandbox: this machine, by its own names. A page of another site can change nothing."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from saleshandy_mcp.sandbox.salessheet.box import LOOPBACK
from saleshandy_mcp.sandbox.window.parts import BASE

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
MAIL_HEADERS = HEADERS | {
    # A mail gets no script, no form and nothing from elsewhere, and only a page of the window can show it.
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox"
    ),
}
"""Of the frame that a mail is shown in."""


_READING = {"GET", "HEAD"}


class Guard:
    """Refuses requests by a foreign name, and changes that another page asks for, before any route is reached."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refusal(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


def of_window(path: str) -> bool:
    """Whether this is an address of the window."""
    return path in {"/", BASE} or path.startswith(f"{BASE}/")


def _refusal(request: Request) -> Response | None:
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    if _name(host) not in LOOPBACK:
        # A foreign page can give its own name the address 127.0.0.1.
        return _refused("The sandbox answers only by a name of this machine, such as http://127.0.0.1:8787.")
    if request.method in _READING:
        return None
    own = f"http://{host}"
    if of_window(request.url.path) and origin != own:
        return _refused("Buttons count only on pages of the window. Programs use POST /sandbox/clock and its like.")
    if request.url.path.startswith("/sandbox/") and not (_by_a_program(request) or origin == own):
        return _refused("Control calls are for programs and for pages of this sandbox, not for pages of other sites.")
    return None


def _by_a_program(request: Request) -> bool:
    """Whether no web page has made this request: browsers say where such a one comes from."""
    return "origin" not in request.headers and request.headers.get("sec-fetch-site", "none") == "none"


def _name(host: str) -> str:
    """The name in a Host header, without the port and without the brackets of IPv6."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _refused(words: str) -> Response:
    return PlainTextResponse(words, status_code=403, headers=HEADERS)
