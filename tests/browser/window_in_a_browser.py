"""The sandbox's window in a real browser: the job of the demo is done, and a person clicks through what came of it.

Run by ``make browser``. With ``PICTURES`` set to a folder, pictures of the pages are kept there.
"""

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import anyio
import httpx2
import pytest

from saleshandy_mcp.cli.demo import play
from saleshandy_mcp.cli.support.demo_acts.outreach_act import TITLE, first_act
from saleshandy_mcp.cli.support.demo_acts.stage import DemoSandbox
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.sandbox.window.with_window import MAKE
from tests.browser.chromium import Page, chromium, new_page, program
from tests.e2e.conftest import Start, start

__all__ = ["start"]

LEADS = Path(__file__).parents[2] / "docs" / "examples" / "leads.csv"
AXE = Path(__file__).parents[2] / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
PAGES = [path for path in MAKE if "{" not in path]
TITLE_OF_PAGE = "document.querySelector('h1').textContent"
FIRST_LINK = "document.querySelector('tbody th a')"
RULES = "r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 120)))"

pytestmark = pytest.mark.skipif(program() is None, reason="needs Chromium: apt-get install chromium")


class Window(NamedTuple):
    """A sandbox in a process of its own, and a browser that looks at it."""

    page: Page
    address: str
    api: httpx2.AsyncClient

    async def click(self, text: str, where: str = "main") -> None:
        """Click on the link or button with this text."""
        found = f"[...document.querySelectorAll({json.dumps(f'{where} a, {where} button')})]"
        await self.page.click(f"{found}.find(it => (it.ariaLabel || it.textContent) === {json.dumps(text)})")

    async def reads(self, what: str = "document.body.innerText") -> str:
        return await self.page.run(what)

    async def visit(self, path: str = "") -> None:
        await self.page.visit(self.address, f"/window{path}")

    async def picture(self, name: str) -> None:
        if folder := os.environ.get("PICTURES"):
            await self.page.picture(Path(folder) / f"window-{name}.png")


@asynccontextmanager
async def looking(
    start: Start, folder: Path, *, width: int = 1280, scheme: str = "light", script: bool = True
) -> AsyncGenerator[Window]:
    program = await start("sandbox", "--port", "0", "--no-limits", SALESHANDY_DATA=str(folder))
    line = await program.out.line(lambda line: line.startswith("Its pages for a browser"))
    address = line.split()[-1].removesuffix("/window")
    async with (
        httpx2.AsyncClient(base_url=address, headers={"x-api-key": KEY}, trust_env=False) as api,
        chromium(folder / "browser") as pipe,
    ):
        page = await new_page(pipe, "", width, 900, scheme)
        await page.ask("Emulation.setScriptExecutionDisabled", value=not script)
        yield Window(page, address, api)
        assert page.trouble == []


async def demo_job(window: Window, folder: Path) -> None:
    assert await play(first_act, DemoSandbox(window.address), LEADS, str(folder)) == []


async def test_a_person_clicks_through_the_job_of_the_demo(start: Start, tmp_path: Path) -> None:
    async with looking(start, tmp_path) as window:
        await demo_job(window, tmp_path)
        await window.visit()
        await window.click("+1 week", "header")
        assert "Mon 23 Nov 2026" in await window.reads()
        await window.picture("overview")

        await window.click("Sequences", "nav")
        await window.click(TITLE)
        assert await window.reads(TITLE_OF_PAGE) == TITLE
        steps = "[...document.querySelectorAll('#steps tbody tr')].map(it => it.children[2].textContent)"
        people = [int(number) for number in await window.page.run(steps)]
        assert len(people) == 4
        assert sum(people) > 0
        await window.picture("sequence")

        await window.click("Outbox", "nav")
        await window.page.run("document.querySelector('#q').value = 'help articles'")
        await window.click("Search")
        await window.page.click(FIRST_LINK)
        text = "fetch(document.querySelector('iframe').src).then(it => it.text())"
        assert "Teams at that point often answer the same ten questions" in await window.page.run(text)
        await window.picture("mail")

        await window.click("Imports", "nav")
        assert "Q3 launch" not in await window.reads("document.querySelector('main').innerText")
        await window.page.click("document.querySelector('#jobs a')")
        assert await window.reads(TITLE_OF_PAGE) == TITLE

        await window.click("Calls", "nav")
        tools = await window.reads("document.querySelector('#tools').innerText")
        assert "set_sequence_status" in tools
        assert "by " in tools.split("set_sequence_status")[1].split("\n")[0]
        assert "POST /v1/sequences/status" in await window.reads()
        await window.picture("calls")


async def test_each_button_works_without_script(start: Start, tmp_path: Path) -> None:
    async with looking(start, tmp_path, script=False) as window:
        await window.visit("/tasks")
        for button, moment in {"+1 hour": "16T09:00", "+1 day": "17T09:00", "+1 week": "24T09:00"}.items():
            await window.click(button, "header")
            state = (await window.api.get("/sandbox/state")).json()
            assert state["now"].startswith(f"2026-11-{moment}")
        assert await window.reads(TITLE_OF_PAGE) == "Tasks"


async def test_a_fault_is_switched_on_and_off_by_its_buttons(start: Start, tmp_path: Path) -> None:
    async with looking(start, tmp_path) as window:
        await window.visit("/faults")
        await window.click("Switch 503 on")
        assert (await window.api.get("/v1/sequences")).status_code == 503
        await window.click("Switch 503 off")
        assert (await window.api.get("/v1/sequences")).status_code == 200


async def test_an_open_page_follows_what_happens_until_it_is_told_not_to(start: Start, tmp_path: Path) -> None:
    async with looking(start, tmp_path) as window:
        await window.visit("/calls")
        await window.page.run("window.same = true")
        await window.api.get("/v1/fields")
        await window.page.until("document.body.innerText.includes('GET /v1/fields')", in_frame=False)
        assert await window.page.run("window.same")
        await window.page.run("document.getElementById('live').click()")
        await window.visit("/calls")
        await window.api.get("/v1/schedules")
        await window.page.run("new Promise((done) => setTimeout(done, 3000))")
        assert "GET /v1/schedules" not in await window.reads()


async def test_a_mail_reaches_nobody_and_runs_nothing(start: Start, tmp_path: Path) -> None:
    """A mail with everything that could call home is looked at; nobody is called."""
    called: list[str] = []

    async def tracker(stream: anyio.abc.SocketStream) -> None:
        called.append("connected")
        with suppress(anyio.EndOfStream):
            called.append((await stream.receive()).decode())

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, tracker)
        port = listener.extra_attributes[anyio.abc.SocketAttribute.local_port]()
        elsewhere = f"http://127.0.0.1:{port}"
        async with looking(start, tmp_path) as window:
            sent = await send_to_itself(window, elsewhere)
            await window.visit(f"/outbox/{sent}")
            await window.page.run("new Promise((done) => setTimeout(done, 1500))")
            assert await window.page.run("document.title") != "owned"
            assert await window.reads("location.pathname") == f"/window/outbox/{sent}"
            refused = [line for line in window.page.trouble if "Content Security Policy" in line or "sandbox" in line]
            asked = [line for line in window.page.trouble if line.startswith(elsewhere)]
            assert refused
            window.page.trouble[:] = [it for it in window.page.trouble if it not in (*refused, *asked)]
        tasks.cancel_scope.cancel()
    assert called == []


async def send_to_itself(window: Window, elsewhere: str) -> str:
    """Send a test mail that tries everything. Returns its id."""
    state = (await window.api.get("/v1/sequences")).json()["payload"][0]
    told = (await window.api.post("/v1/email-accounts", json={})).json()["payload"]
    content = (
        f"<p>Hello</p><img src='{elsewhere}/a.png'><script>parent.document.title='owned'</script>"
        f"<link rel=stylesheet href='{elsewhere}/b.css'><iframe src='{elsewhere}/c'></iframe>"
        f"<form action='{elsewhere}/d'><button autofocus>x</button></form>"
        f"<meta http-equiv=refresh content='0;url={elsewhere}/e'><base href='{elsewhere}/' target=_top>"
        f"<p style='background:url({elsewhere}/f.png)'>x</p><img src=x onerror=\"top.location='{elsewhere}/g'\">"
    )
    sender = told["emails"][0]["id"]
    body = {"to": ["ada@lanternworks.example.com"], "fromEmailAccountId": sender, "subject": "Try", "content": content}
    answer = await window.api.post(f"/v1/sequences/{state['id']}/test-email", json=body)
    assert answer.status_code == 200, answer.text
    page = (await window.api.get("/window/outbox?q=Try")).text
    return page.split('href="/window/outbox/')[1].split('"')[0]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
async def test_every_page_fits_its_screen_and_axe_finds_nothing(
    start: Start, tmp_path: Path, width: int, scheme: str
) -> None:
    async with looking(start, tmp_path, width=width, scheme=scheme) as window:
        await demo_job(window, tmp_path)
        await window.api.post("/sandbox/faults", json={"fault": "500"})
        await window.api.post("/sandbox/clock", json={"advance": 86_400})
        for path in [*PAGES, *await single_pages(window)]:
            await window.visit(path)
            assert await window.page.run("document.documentElement.scrollWidth <= innerWidth"), path
            await window.picture(f"{path.strip('/').replace('/', '-') or 'overview'}-{width}-{scheme}")
            if AXE.exists():
                await window.page.run(f"{AXE.read_text(encoding='utf-8')};1")
                found = await window.page.run(f"axe.run(document, {{iframes: false}}).then({RULES})")
                assert found == [], path


async def single_pages(window: Window) -> list[str]:
    """The first page about one thing of each list."""
    found: list[str] = []
    for name in ("sequences", "people", "outbox", "inbox"):
        page = (await window.api.get(f"/window/{name}")).text
        found.append(f"/{name}/" + page.split(f'href="/window/{name}/')[1].split('"')[0])
    return found
