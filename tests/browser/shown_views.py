"""What the tests of the views do with a page."""

import json
from typing import Any

from mcp.types import CallToolResult

from tests.browser.card_in_a_browser import Shown
from tests.browser.window_in_a_browser import AXE, RULES

DRAWN = "document.querySelector('#view > *') !== null"
FITS = "document.documentElement.scrollWidth <= innerWidth"
HOSTILE = '<img src=x onerror="alert(1)"> \u202egnp.exe <b>bold</b> ' + "w" * 60


async def show(shown: Shown, tool: str, **given: Any) -> CallToolResult:
    """Call a tool as the model does, and show its answer."""
    result = await shown.host.client.call_tool(tool, given)
    await shown.mount(result, given=given)
    await shown.page.until(DRAWN)
    return result


async def texts(shown: Shown, found: str) -> list[str]:
    return await shown.page.run(f"[...document.querySelectorAll({found!r})].map((it) => it.textContent)", in_frame=True)


async def checked(shown: Shown, name: str) -> None:
    """It fits, axe finds nothing, nothing of others has become markup; a picture is kept."""
    await shown.picture(name)
    assert await shown.page.run(FITS, in_frame=True)
    assert await texts(shown, "img, b, script:not(body > script)") == []
    assert not any("[object" in it or "undefined" in it for it in await texts(shown, "#view"))
    if AXE.exists():
        await shown.page.run(f"{AXE.read_text(encoding='utf-8')};1", in_frame=True)
        assert await shown.page.run(f"axe.run(document).then({RULES})", in_frame=True) == []


def without_facts(result: CallToolResult) -> CallToolResult:
    return result.model_copy(update={"structured_content": None})


def made_hostile(facts: Any) -> Any:
    """The same facts, with each title, name, subject and excerpt as somebody hostile would write it."""

    def written(it: dict[str, Any]) -> dict[str, Any]:
        return {name: HOSTILE if name in _WRITTEN and isinstance(it[name], str) else it[name] for name in it}

    return json.loads(json.dumps(facts), object_hook=written)


_WRITTEN = ("about", "title", "name", "subject", "excerpt", "what", "sequence", "source", "text", "body")
