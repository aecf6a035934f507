"""The window of a sandbox whose time stands still, read without a browser."""

from html.parser import HTMLParser

import httpx2

from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.sandbox.window import Callers, WithWindow
from tests.sandbox.kit import frozen

ADDRESS = "http://127.0.0.1:8787"


class Window:
    """Pages are fetched and buttons pressed as a browser does it."""

    def __init__(self, box: Sandbox | None = None, callers: Callers | None = None) -> None:
        self.box = box or frozen()
        transport = httpx2.ASGITransport(app=WithWindow(self.box, callers))
        self.http = httpx2.AsyncClient(transport=transport, base_url=ADDRESS)

    async def get(self, path: str = "") -> str:
        answer = await self.http.get(f"/window{path}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def press(self, action: str, **form: str) -> httpx2.Response:
        return await self.http.post(f"/window/{action}", data=form, headers={"origin": ADDRESS})

    async def call(self, path: str) -> httpx2.Response:
        return await self.http.get(f"/v1{path}", headers={"x-api-key": KEY})


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.inline: list[str] = []
        """Handlers and styles in attributes."""
        self.unnamed: list[str] = []
        """Controls without a name that a screen reader could say."""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given[name] or "" for name in ("href", "src", "action") if name in given]
        self.inline += [name for name in given if name.startswith("on") or name in {"style", "srcdoc"}]
        if tag in {"select", "input"} and given.get("type") != "hidden" and not self._has_label(given):
            self.unnamed.append(str(given))
        if tag not in {"meta", "link", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def _has_label(self, given: dict[str, str | None]) -> bool:
        return "label" in self.open or "aria-label" in given or "id" in given
