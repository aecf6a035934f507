"""The card in a real browser, in a host that speaks MCP Apps: what a person sees, and what counts as their answer.

Run by ``make browser``. With ``PICTURES`` set to a folder, pictures of the card are kept there.
"""

import json
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp.types import CallToolResult, TextContent, TextResourceContents

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.apps.approval_card import URI
from tests.browser.chromium import Page, chromium, new_page, program
from tests.kit import new_box, posts
from tests.server.card_host import RESUMES, Host, serving

HOST = Path(__file__).with_name("host.html").read_text(encoding="utf-8")
ARMED = "!document.getElementById('yes').disabled && document.getElementById('yes').getClientRects().length > 0"
NO_BUTTONS = "document.getElementById('buttons').getClientRects().length === 0"
SAYS = "document.getElementById('says').textContent"
FOCUSED = "document.activeElement.id"
REPLY = {
    "thread": "anton.brandt@marrowby.example.com",
    "content": "Hello Anton,\n\n<img src=x onerror=alert(1)> <b>bold</b>\nNo, don't: " + "a long line of words " * 20,
}

pytestmark = pytest.mark.skipif(program() is None, reason="needs Chromium: apt-get install chromium")


class Shown:
    """A card on a screen, between a browser and a server."""

    def __init__(self, page: Page, host: Host, html: str) -> None:
        self.page, self.host, self._html = page, host, html
        self.breaks = 0
        """Calls of the card to come that the host loses."""
        page.called = self._carry_out

    async def mount(self, result: CallToolResult, theme: str | None = None, **how: Any) -> None:
        whole = result.model_dump(mode="json", by_alias=True, exclude_none=True)
        given = {"html": self._html, "result": whole, "theme": theme, **how}
        await self.page.run(f"mount({json.dumps(given)})")

    async def focus_on(self, button: str) -> list[str]:
        """Press Tab until a button has the focus; which ones had it on the way."""
        passed: list[str] = []
        await self.page.run("document.activeElement.blur()")
        while button not in passed and len(passed) < 6:
            await self.page.press("Tab")
            passed.append(await self.page.run(FOCUSED, in_frame=True))
        return [it for it in passed if it]

    async def picture(self, name: str) -> None:
        if folder := os.environ.get("PICTURES"):
            await self.page.picture(Path(folder) / f"{name}.png")

    async def _carry_out(self, payload: str) -> None:
        """A call of the card, as the host hands it on."""
        call = json.loads(payload)
        if self.breaks:
            self.breaks -= 1
            await self.page.run(f"fail({call['id']}, 'the line broke')")
            return
        result = await self.host.client.call_tool(call["name"], call["arguments"])
        whole = result.model_dump(mode="json", by_alias=True, exclude_none=True)
        await self.page.run(f"answer({call['id']}, {json.dumps(whole)})")


@pytest.fixture
def box() -> Sandbox:
    return new_box()


@pytest.fixture
def card(box: Sandbox, tmp_path: Path) -> Callable[..., Any]:
    @asynccontextmanager
    async def showing(
        era: str = "auto", *, width: int = 720, height: int = 620, scheme: str = "light", **more: Any
    ) -> AsyncGenerator[Shown]:
        async with serving(box, tmp_path, era, **more) as host, chromium(tmp_path / "browser") as pipe:
            (content,) = (await host.client.read_resource(URI)).contents
            assert isinstance(content, TextResourceContents)
            page = await new_page(pipe, HOST, width, height, scheme)
            yield Shown(page, host, content.text)
            assert page.trouble == []

    return showing


def text_of(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_a_person_agrees_with_the_keyboard_alone(card: Callable[..., Any], box: Sandbox, era: str) -> None:
    async with card(era) as shown:
        await shown.mount(await shown.host.show(), "light")
        await shown.page.until(ARMED)
        await shown.picture(f"light-{era}")
        assert await shown.focus_on("yes") == ["no", "yes"]
        await shown.picture(f"focus-{era}")
        await shown.page.press("Enter")
        await shown.page.until(f"{SAYS}.startsWith('You agreed.')")
        assert await shown.page.run(NO_BUTTONS, in_frame=True)
        await shown.picture(f"agreed-{era}")
        assert posts(box, RESUMES) == 0
        assert "Agreed to on the card in the chat." in text_of(await shown.host.model())
        assert posts(box, RESUMES) == 1


async def test_a_no_with_the_space_bar_on_a_dark_phone_and_the_assistant_is_told(
    card: Callable[..., Any], box: Sandbox
) -> None:
    async with card(width=360, height=740) as shown:
        await shown.mount(await shown.host.show(), "dark")
        await shown.page.until(ARMED)
        await shown.picture("dark-phone")
        assert await shown.page.run("document.documentElement.scrollWidth <= innerWidth", in_frame=True)
        heights = "[...document.querySelectorAll('button')].map((it) => it.getBoundingClientRect().height)"
        assert min(await shown.page.run(heights, in_frame=True)) >= 44
        await shown.focus_on("no")
        await shown.page.press("Space")
        await shown.page.until(f"{SAYS}.startsWith('You declined.')")
        await shown.page.until("log.messages.length === 1", in_frame=False)
        (message,) = await shown.page.run("log.messages")
        assert message == "I have answered on the card. Call set_sequence_status again with the same arguments."
        assert "did not agree" in text_of(await shown.host.model())
    assert posts(box, RESUMES) == 0


async def test_a_call_that_waits_takes_the_answer_and_no_message_is_sent(
    card: Callable[..., Any], box: Sandbox
) -> None:
    async with card() as shown:
        await shown.mount(await shown.host.show())
        await shown.page.until(ARMED)
        await shown.focus_on("yes")
        await shown.page.press("Enter")
        await shown.page.until(f"{SAYS}.startsWith('You agreed.')")
        await shown.host.model()
        await shown.page.run("new Promise((done) => setTimeout(done, 3500))")
        assert await shown.page.run("log.messages.length") == 0
    assert posts(box, RESUMES) == 1


async def test_an_early_key_and_a_click_of_a_script_agree_to_nothing(card: Callable[..., Any]) -> None:
    async with card() as shown:
        await shown.mount(await shown.host.show())
        await shown.page.until("document.getElementById('yes').getClientRects().length > 0")
        await shown.page.run("document.getElementById('yes').click()", in_frame=True)
        await shown.page.press("Enter")
        await shown.page.until(ARMED)
        await shown.page.run("document.getElementById('yes').click()", in_frame=True)
        await shown.page.run("new Promise((done) => setTimeout(done, 300))")
        assert (await shown.host.card("shown")).structured_content["state"] == "waiting"
        assert await shown.page.run(ARMED, in_frame=True)


async def test_what_others_wrote_is_text_behind_a_bar(card: Callable[..., Any]) -> None:
    async with card(scheme="dark") as shown:
        await shown.mount(await shown.host.show("reply_to_thread", **REPLY))
        await shown.page.until(ARMED)
        await shown.picture("reply-dark")
        assert await shown.page.run("document.querySelectorAll('img, b').length", in_frame=True) == 0
        barred = "[...document.querySelectorAll('.text')].map((it) => it.textContent)"
        lines = await shown.page.run(barred, in_frame=True)
        assert "<img src=x onerror=alert(1)> <b>bold</b>" in lines
        assert (
            await shown.page.run("getComputedStyle(document.body).backgroundColor", in_frame=True) == "rgb(30, 32, 36)"
        )


async def test_a_card_without_its_key_has_no_buttons_and_says_why(card: Callable[..., Any]) -> None:
    async with card() as shown:
        result = await shown.host.show()
        result.meta = None
        await shown.mount(result)
        await shown.page.until(f"{SAYS}.startsWith('This app does not let the card answer.')")
        await shown.picture("no-key")
        assert await shown.page.run(NO_BUTTONS, in_frame=True)
        assert "at a terminal (no card came up" in text_of(await shown.host.model())


async def test_a_chat_that_is_opened_again_shows_what_became_of_the_question(card: Callable[..., Any]) -> None:
    async with card() as shown:
        result = await shown.host.show()
        await shown.host.card("yes")
        for words in ("You agreed.", "This question was answered."):
            await shown.mount(result)
            await shown.page.until(f"{SAYS}.startsWith('{words}')")
            assert await shown.page.run(NO_BUTTONS, in_frame=True)
            await shown.host.model()


async def test_a_press_that_does_not_get_through_can_be_made_again(card: Callable[..., Any]) -> None:
    async with card() as shown:
        await shown.mount(await shown.host.show())
        await shown.page.until(ARMED)
        shown.breaks = 1
        await shown.focus_on("yes")
        await shown.page.press("Enter")
        await shown.page.until(f"{SAYS}.startsWith('Your answer did not get through. Press again.')")
        await shown.page.until(ARMED)
        await shown.picture("again")
        await shown.focus_on("yes")
        await shown.page.press("Enter")
        await shown.page.until(f"{SAYS}.startsWith('You agreed.')")
        assert "Agreed to on the card" in text_of(await shown.host.model())


async def test_where_nothing_gets_through_the_card_does_not_say_that_it_is_done(
    card: Callable[..., Any], box: Sandbox
) -> None:
    async with card() as shown:
        await shown.mount(await shown.host.show())
        await shown.page.until(ARMED)
        await shown.focus_on("yes")
        shown.breaks = 2
        await shown.page.press("Enter")
        await shown.page.until(f"{SAYS}.startsWith('Your answer may not have got through.')")
        await shown.picture("broken")
        assert (await shown.host.card("shown")).structured_content["state"] == "waiting"
    assert posts(box, RESUMES) == 0
