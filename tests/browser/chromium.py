"""A real browser without a window, driven over a pipe by the DevTools protocol. It needs Chromium and nothing else."""

import asyncio
import json
import os
import shlex
import shutil
import subprocess
from base64 import b64decode
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio

PATIENCE = 20.0
"""Seconds that anything may take."""
_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-sync --disable-component-update "
    "--disable-background-networking --hide-scrollbars --remote-debugging-pipe "
    # So that the script of a frame can be reached from its page.
    "--disable-features=IsolateSandboxedIframes"
)
WHOLE = "document.readyState === 'complete'"
_KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), "Space": (32, " ")}


def program() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Pipe:
    """Requests to the browser, their answers, and its events."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing, self._left = reading, writing, b""
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self.heard: Callable[[dict[str, Any]], None] = lambda _: None
        asyncio.get_running_loop().add_reader(reading, self._read)

    async def ask(self, method: str, session: str = "", **params: Any) -> Any:
        number = len(self._asked) + 1
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        with anyio.fail_after(PATIENCE):
            return await answer

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._reading)
        os.close(self._reading)
        os.close(self._writing)

    def _read(self) -> None:
        *whole, self._left = (self._left + os.read(self._reading, 1 << 20)).split(b"\0")
        for message in map(json.loads, whole):
            if "id" not in message:
                self.heard(message)
            elif "error" in message:
                self._asked[message["id"]].set_exception(AssertionError(message["error"]["message"]))
            else:
                self._asked[message["id"]].set_result(message["result"])


class Page:
    """A page, and the one frame in it."""

    def __init__(self, pipe: Pipe, session: str, answers: Callable[[str], Awaitable[None]] | None = None) -> None:
        self._pipe, self._session = pipe, session
        self._main, self._frame = "", 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.called: Callable[[str], Awaitable[None]] | None = answers
        self._expected = ("about:", "data:")
        self.trouble: list[str] = []
        """Errors of scripts and of the content policy, and requests to anywhere."""
        pipe.heard = self._heard

    async def ask(self, method: str, **params: Any) -> Any:
        return await self._pipe.ask(method, self._session, **params)

    async def prepare(self, width: int, height: int, scheme: str) -> None:
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.ask(f"{domain}.enable")
        await self.ask("Runtime.addBinding", name="toServer")
        size = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": False}
        await self.ask("Emulation.setDeviceMetricsOverride", **size)
        await self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._main = (await self.ask("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self.ask("Page.bringToFront")

    async def show(self, html: str) -> None:
        await self.ask("Page.setDocumentContent", frameId=self._main, html=html)

    async def visit(self, address: str, path: str) -> None:
        """Open a page of a server. Requests to it are no trouble."""
        self._expected = (*self._expected, address)
        await self.ask("Page.navigate", url=address + path)
        await self.until(f"{WHOLE} && location.href === {json.dumps(address + path)}", in_frame=False)

    async def click(self, found: str) -> None:
        """Click on the element that an expression finds, with the mouse, and wait for the page that follows."""
        await self.run(f"window.left = true, ({found}).scrollIntoView({{block: 'center'}})")
        spot = await self.run(f"(it => [it.x + it.width / 2, it.y + it.height / 2])(({found}).getClientRects()[0])")
        place = {"x": spot[0], "y": spot[1], "button": "left", "clickCount": 1}
        await self.ask("Input.dispatchMouseEvent", type="mousePressed", **place)
        await self.ask("Input.dispatchMouseEvent", type="mouseReleased", **place)
        await self.until(f"{WHOLE} && !window.left", in_frame=False)

    async def run(self, script: str, *, in_frame: bool = False) -> Any:
        """The value of an expression, in the page or in its frame."""
        place = {"contextId": self._frame} if in_frame else {}
        found = await self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, **place)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def until(self, script: str, *, in_frame: bool = True) -> None:
        """Wait until an expression is true."""
        with anyio.fail_after(PATIENCE):
            while True:
                # A frame that is being replaced answers with an error.
                with suppress(AssertionError):
                    if await self.run(script, in_frame=in_frame):
                        return
                await anyio.sleep(0.02)

    async def press(self, key: str) -> None:
        code, text = _KEYS[key]
        common = {"key": text if key == "Space" else key, "code": key, "windowsVirtualKeyCode": code}
        await self.ask("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    async def picture(self, path: Path) -> None:
        shot = await self.ask("Page.captureScreenshot", format="png")
        await anyio.Path(path).write_bytes(b64decode(shot["data"]))

    def _heard(self, event: dict[str, Any]) -> None:
        params: dict[str, Any] = event.get("params", {})
        match event["method"]:
            case "Runtime.executionContextCreated":
                about = params["context"]["auxData"]
                if about["isDefault"] and about["frameId"] != self._main:
                    self._frame = params["context"]["id"]
            case "Runtime.bindingCalled" if self.called:
                task = asyncio.ensure_future(self.called(params["payload"]))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case "Runtime.exceptionThrown":
                self.trouble.append(str(params["exceptionDetails"]))
            case "Log.entryAdded":
                self.trouble.append(params["entry"]["text"])
            case "Network.requestWillBeSent" if not params["request"]["url"].startswith(self._expected):
                self.trouble.append(params["request"]["url"])
            case _:
                pass


@asynccontextmanager
async def chromium(folder: Path) -> AsyncGenerator[Pipe]:
    """A fresh browser with its data in a folder."""
    found = program()
    assert found
    (theirs, writing), (reading, ours) = os.pipe(), os.pipe()
    line = f"exec {shlex.quote(found)} {_FLAGS} --user-data-dir={shlex.quote(str(folder))} 3<&{theirs} 4>&{ours}"
    browser = subprocess.Popen(  # noqa: ASYNC220, S602 - our own words; it starts at once
        line,
        shell=True,
        executable="/bin/bash",
        pass_fds=(theirs, ours),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    os.close(ours)
    pipe = Pipe(reading, writing)
    try:
        yield pipe
    finally:
        with suppress(OSError):
            await pipe.ask("Browser.close")
        pipe.close()
        await anyio.to_thread.run_sync(browser.wait)


async def new_page(pipe: Pipe, html: str, width: int, height: int, scheme: str) -> Page:
    target = await pipe.ask("Target.createTarget", url="about:blank")
    attached = await pipe.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
    page = Page(pipe, attached["sessionId"])
    await page.prepare(width, height, scheme)
    if html:
        await page.show(html)
    return page
