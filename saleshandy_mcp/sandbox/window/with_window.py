"""The window: pages of this machine that show what is in the sandbox, and buttons for its clock and its faults."""

import re
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from saleshandy_mcp.sandbox.faults.fault import App, Message, Receive, Send
from saleshandy_mcp.sandbox.http.app import Sandbox
from saleshandy_mcp.sandbox.window.actions import ACTIONS, NotDone
from saleshandy_mcp.sandbox.window.call_log import CallLog
from saleshandy_mcp.sandbox.window.guard import HEADERS, MAIL_HEADERS, Guard, of_window
from saleshandy_mcp.sandbox.window.html import el
from saleshandy_mcp.sandbox.window.layout import whole
from saleshandy_mcp.sandbox.window.mails import find
from saleshandy_mcp.sandbox.window.pages import (
    calls,
    credit_account,
    crm,
    everybody,
    faults,
    imports,
    inbox,
    mail,
    outbox,
    overview,
    person,
    sequence,
    sequences,
    tasks,
    thread,
)
from saleshandy_mcp.sandbox.window.parts import BASE, link
from saleshandy_mcp.sandbox.window.view import Callers, Missing, Page, View

MAKE: dict[str, Callable[[View], Page]] = {
    "": overview.page,
    "/sequences": sequences.page,
    "/sequences/{id}": sequence.page,
    "/people": everybody.page,
    "/people/{id}": person.page,
    "/outbox": outbox.page,
    "/outbox/{id}": mail.page,
    "/inbox": inbox.page,
    "/inbox/{id}": thread.page,
    "/imports": imports.page,
    "/tasks": tasks.page,
    "/credits": credit_account.page,
    "/crm": crm.page,
    "/calls": calls.page,
    "/faults": faults.page,
}
"""Address below the window -> what makes its page."""
ASSETS = {"style.css": "text/css", "live.js": "text/javascript", "icon.svg": "image/svg+xml"}
MOST_BYTES = 4_096
"""Of the body of a form."""
MAIL = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Mail</title><style>:root{color-scheme:light}'
    "body{font:16px/1.5 system-ui,sans-serif;margin:16px;background:#fff;color:#111;overflow-wrap:anywhere}</style>"
)
CONNECTS = re.compile(r"<(?=(?:iframe|frame|link|meta|base|object|embed)\b)", re.IGNORECASE)
"""Elements for which a browser may open a connection even where its content policy forbids the request."""


class WithWindow:
    """A sandbox with its window beside it, as one application.

    Args:
        box: the sandbox. Its faults do not touch the window.
        callers: what is known of those who call it.
    """

    def __init__(self, box: Sandbox, callers: Callers | None = None) -> None:
        self._box, self._callers = box, callers or Callers()
        self.log = CallLog(box.app, self._now)
        pages = [Route(BASE + path, partial(self._show, make), methods=["GET"]) for path, make in MAKE.items()]
        actions = [Route(f"{BASE}/{name}", partial(self._act, name), methods=["POST"]) for name in ACTIONS]
        assets = [Route(f"{BASE}/{name}", partial(_asset, name)) for name in ASSETS]
        fixed = [Route("/", _to_window), Route(BASE + "/mails/{id}", self._mail)]
        self._window = Starlette(
            routes=[*assets, *fixed, *actions, *pages, Route(BASE + "/{path:path}", self._nothing)]
        )
        self._guarded = Guard(self._chosen)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await self._guarded(scope, receive, send)

    async def _chosen(self, scope: Message, receive: Receive, send: Send) -> None:
        here = scope["type"] == "http" and of_window(scope["path"])
        app: App = self._window if here else self.log
        await app(scope, receive, send)

    def _now(self) -> str:
        return self._box.world.now()

    def _view(self, request: Request) -> View:
        """What is to be seen now: everything that was due has happened."""
        self._box.state()
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        address = str(request.base_url).rstrip("/")
        id_: str = request.path_params.get("id", "")
        return View(self._box, self.log, self._callers, address, here, id_, dict(request.query_params))

    async def _show(self, make: Callable[[View], Page], request: Request) -> Response:
        view = self._view(request)
        try:
            return _answer(view, make(view))
        except Missing as missing:
            return _told(view, "Not here", str(missing), 404)

    async def _nothing(self, request: Request) -> Response:
        return _told(self._view(request), "Not here", "There is no such page.", 404)

    async def _act(self, name: str, request: Request) -> Response:
        form = {key: values[0] for key, values in parse_qs(await _body(request)).items()}
        try:
            ACTIONS[name](self._box, form)
        except NotDone as refused:
            return _told(self._view(request), "Not done", str(refused), 400)
        back = form.get("back", BASE)
        ours = back == BASE or back.startswith((f"{BASE}/", f"{BASE}?"))
        return RedirectResponse(back if ours else BASE, 303, HEADERS)

    async def _mail(self, request: Request) -> Response:
        """The content of a mail, alone, for its frame."""
        found = find(self._box.world, request.path_params["id"])
        content = CONNECTS.sub("&lt;", found.content) if found else "There is no such mail."
        return HTMLResponse((MAIL + content).encode("utf-8", "replace"), 200 if found else 404, MAIL_HEADERS)


def _answer(view: View, page: Page, status: int = 200) -> Response:
    return HTMLResponse(whole(view, page), status, HEADERS)


def _told(view: View, title: str, words: str, status: int) -> Response:
    back = link("Back to the overview")
    return _answer(view, Page(title, [el("p", words), el("p", back)]), status)


async def _to_window(_: Request) -> Response:
    return RedirectResponse(BASE, 303, HEADERS)


async def _asset(name: str, _: Request) -> Response:
    content = files("saleshandy_mcp.sandbox.window").joinpath(name).read_bytes()
    return Response(content, media_type=ASSETS[name], headers=HEADERS)


async def _body(request: Request) -> str:
    """The beginning of the body: a form of the window is short."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return body[:MOST_BYTES].decode("ascii", "replace")
