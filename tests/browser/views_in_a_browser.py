"""The views of answers in a real browser, in a host that speaks MCP Apps. Run by ``make browser``.

With ``PICTURES`` set to a folder, pictures of the views are kept there.
"""

from collections.abc import Callable
from typing import Any

import pytest
from mcp.types import ElicitResult, TextContent

from saleshandy_mcp.sandbox import Sandbox
from tests.browser.card_in_a_browser import SAYS, Shown
from tests.browser.chromium import program
from tests.browser.shown_views import DRAWN, HOSTILE, checked, made_hostile, show, texts, without_facts

SCREENS = [(900, "light"), (900, "dark"), (400, "light"), (400, "dark")]

pytestmark = pytest.mark.skipif(program() is None, reason="needs Chromium: apt-get install chromium")


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
async def test_a_report_fits_its_screen_and_axe_finds_nothing(
    viewing: Callable[..., Any], width: int, scheme: str
) -> None:
    async with viewing("make_report", width=width, scheme=scheme) as shown:
        await show(shown, "make_report", period="last 30 days")
        await checked(shown, f"report-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
async def test_the_mails_ahead_fit_their_screen_and_axe_finds_nothing(
    viewing: Callable[..., Any], box: Sandbox, width: int, scheme: str
) -> None:
    for outbox in box.world.outboxes.values():
        outbox["limit"] = 8
    async with viewing("make_report", width=width, scheme=scheme) as shown:
        facts: dict[str, Any] = (await show(shown, "make_report", period="next 14 days")).structured_content or {}
        await checked(shown, f"ahead-{width}-{scheme}")
        assert facts["waits"] in await texts(shown, ".warning")
        told = await texts(shown, "[aria-label=Days] tbody td:first-of-type")
        assert told == [str(it["mails"]) for it in facts["days"]]


async def test_the_numbers_of_a_report_are_those_of_its_facts(viewing: Callable[..., Any]) -> None:
    async with viewing("make_report") as shown:
        facts: dict[str, Any] = (await show(shown, "make_report", period="last 30 days")).structured_content or {}
        cells = await texts(shown, "table:first-of-type tbody tr:first-child td")
        told = [f"{it['sent']:,} (100 %)" for it in (facts["total"], facts["before"]["numbers"])]
        assert cells[:2] == told
        rows = await texts(shown, "[aria-label=Sequences] tbody td:first-of-type")
        assert rows == [f"{row['numbers']['sent']:,}" for row in facts["rows"]]
        assert facts["change"] in await texts(shown, "#view > p")


async def test_another_period_is_asked_of_the_tool_by_keyboard(viewing: Callable[..., Any]) -> None:
    async with viewing("make_report") as shown:
        await show(shown, "make_report", period="last 30 days", only="SaaS founders")
        chosen = "document.querySelector('[aria-pressed=true]')?.textContent"
        assert await shown.page.run(chosen, in_frame=True) == "last 30 days"
        await shown.page.press("Tab")
        await shown.page.press("Enter")
        await shown.page.until(f"{chosen} === 'this week'")
        assert await shown.page.run("document.activeElement.textContent", in_frame=True) == "this week"
        assert "SaaS founders" in (await texts(shown, "h1"))[0]


async def test_where_the_host_refuses_calls_the_report_stays_and_the_view_says_so(
    viewing: Callable[..., Any],
) -> None:
    async with viewing("make_report", width=400, height=900) as shown:
        await show(shown, "make_report", period="last 30 days")
        shown.breaks = 1
        before = await texts(shown, "table")
        await shown.page.run("document.querySelector('button').click()", in_frame=True)
        await shown.page.until(f"{SAYS}.startsWith('This app did not carry that out')")
        await shown.picture("report-refused")
        assert await texts(shown, "table") == before
        assert await shown.page.run("[...document.querySelectorAll('button')].every(it => !it.disabled)", in_frame=True)


async def test_what_others_wrote_stays_text_in_a_report(viewing: Callable[..., Any]) -> None:
    async with viewing("make_report", width=400) as shown:
        result = await shown.host.model("make_report", period="last 30 days")
        hostile = result.model_copy(update={"structured_content": made_hostile(result.structured_content)})
        await shown.mount(hostile)
        await shown.page.until(DRAWN)
        await checked(shown, "report-hostile")
        assert (await texts(shown, "h1"))[0] == f"Report: {HOSTILE}"


async def test_a_host_that_hands_on_the_text_alone_gets_the_text(viewing: Callable[..., Any]) -> None:
    async with viewing("make_report", height=900) as shown:
        result = await shown.host.model("make_report", period="last week")
        await shown.mount(without_facts(result))
        await shown.page.until(DRAWN)
        (part,) = result.content
        assert isinstance(part, TextContent)
        assert await texts(shown, "pre") == [part.text]


CARDS: dict[str, tuple[str, dict[str, Any]]] = {
    "sequence": ("get_sequence", {"sequence": "Q3 launch"}),
    "sequence-whole": ("get_sequence", {"sequence": "Q3 launch", "whole_text": True}),
    "plan": (
        "import_prospects",
        {
            "sequence": "SaaS founders",
            "rows": [{"Email": "jo@new.example.com", "First Name": "Jo"}, {"Email": "no address"}],
            "dry_run": True,
        },
    ),
    "import": (
        "import_prospects",
        {"sequence": "SaaS founders", "rows": [{"Email": "jo@new.example.com"}, {"Email": "no address"}]},
    ),
    "imports": ("check_import_status", {}),
    "inbox": ("list_inbox", {}),
}


@pytest.mark.parametrize(("width", "scheme"), [(900, "light"), (400, "dark")])
@pytest.mark.parametrize("name", CARDS)
async def test_a_card_fits_its_screen_and_axe_finds_nothing(
    viewing: Callable[..., Any], name: str, width: int, scheme: str
) -> None:
    tool, given = CARDS[name]
    async with viewing(tool, width=width, scheme=scheme) as shown:
        result = await show(shown, tool, **given)
        await checked(shown, f"{name}-{width}-{scheme}")
        drawn = await shown.page.run("document.querySelector('#view > pre') === null", in_frame=True)
        assert drawn == (name != "imports"), result.structured_content


@pytest.mark.parametrize("name", [it for it in CARDS if it != "imports"])
async def test_what_others_wrote_stays_text_in_a_card(viewing: Callable[..., Any], name: str) -> None:
    tool, given = CARDS[name]
    async with viewing(tool, width=400) as shown:
        result = await shown.host.client.call_tool(tool, given)
        facts: dict[str, Any] = made_hostile(result.structured_content) | {"prospects": 10_000}
        await shown.mount(result.model_copy(update={"structured_content": facts}))
        await shown.page.until(DRAWN)
        await checked(shown, f"{name}-hostile")
        assert any(HOSTILE in it for it in await texts(shown, "#view"))


async def test_the_steps_of_a_sequence_stand_in_time_and_their_numbers_come_at_a_press(
    viewing: Callable[..., Any],
) -> None:
    async with viewing("get_sequence") as shown:
        await show(shown, "get_sequence", sequence="Q3 launch")
        days = [it.split(":")[0] for it in await texts(shown, ".steps h2")]
        assert days == ["Day 1", "Day 3", "Day 5", "Day 9", "Day 14"]
        assert len(await texts(shown, ".steps li:first-child .variant")) == 2
        await shown.page.press("Tab")
        await shown.page.press("Enter")
        await shown.page.until("document.querySelector('#numbers table') !== null")
        (first, *_) = await texts(shown, "#numbers tbody tr")
        assert first.startswith("Step 1")
        await shown.picture("sequence-numbers")


@pytest.mark.parametrize(
    ("mail", "read"),
    [
        (
            "<p>Hi {{First Name|'there'}},</p><p>one &amp; two<br>three</p>",
            "Hi {{First Name|'there'}},\none & two\nthree",
        ),
        (
            '<div>See <a class="x" href="https://a.example.com/b?c=1">this</a></div>',
            "See this (https://a.example.com/b?c=1)",
        ),
        ("1 < 2, no markup", "1 < 2, no markup"),
        ("<p>a</p><img src=x onerror=alert(1)>", "<p>a</p><img src=x onerror=alert(1)>"),
        ("<a href='https://a.example.com'>b</a>", "<a href='https://a.example.com'>b</a>"),
    ],
)
async def test_a_mail_is_shown_as_its_reader_sees_it_or_as_it_is_written(
    viewing: Callable[..., Any], mail: str, read: str
) -> None:
    async with viewing("get_sequence") as shown:
        result = await shown.host.client.call_tool("get_sequence", {"sequence": "Q3 launch", "whole_text": True})
        facts: dict[str, Any] = result.structured_content or {}
        facts["steps"][0]["variants"][0]["text"] = mail
        await shown.mount(result.model_copy(update={"structured_content": facts}))
        await shown.page.until(DRAWN)
        assert (await texts(shown, ".written"))[0] == read


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_an_outcome_is_set_by_the_tool_that_a_model_would_call_after_the_yes_that_it_needs(
    viewing: Callable[..., Any], era: str
) -> None:
    yes = ElicitResult(action="accept", content={"confirm": True})
    async with viewing("list_inbox", height=900, era=era, answer=yes) as shown:
        address = await first_address(shown)
        for _ in range(2):
            await shown.page.press("Tab")
        assert await shown.page.run("document.activeElement.ariaLabel", in_frame=True) == f"Not Interested: {address}"
        await shown.page.press("Enter")
        await shown.page.until(f"{SAYS} === '{address} is marked as Not Interested.'")
        await shown.picture("inbox-marked")
        again: dict[str, Any] = (await shown.host.model("list_inbox", query=address)).structured_content or {}
        assert again["threads"][0]["outcome"] == "Not Interested"


async def test_what_needs_a_yes_is_not_done_at_a_press_and_the_assistant_is_asked_to_call(
    viewing: Callable[..., Any],
) -> None:
    async with viewing("list_inbox", height=900) as shown:
        address = await first_address(shown)
        await shown.page.press("Tab")
        await shown.page.press("Enter")
        await shown.page.until(f"{SAYS}.startsWith('Not done yet: it needs your yes.')")
        await shown.page.until("log.messages.length === 1", in_frame=False)
        (message,) = await shown.page.run("log.messages")
        chosen = f'On the inbox card I chose the outcome "Interested" for {address} in its sequence.'
        assert message == f"{chosen} Make that call for me."
        again: dict[str, Any] = (await shown.host.model("list_inbox", query=address)).structured_content or {}
        assert again["threads"][0]["outcome"] == "Uncategorized"


async def first_address(shown: Shown) -> str:
    """Show the inbox; the address of its first conversation."""
    facts: dict[str, Any] = (await show(shown, "list_inbox")).structured_content or {}
    return facts["threads"][0]["address"]


async def test_an_import_that_goes_on_is_looked_at_again_until_it_has_ended(viewing: Callable[..., Any]) -> None:
    tool, given = CARDS["import"]
    async with viewing(tool) as shown:
        result = await shown.host.client.call_tool(tool, given)
        ended: dict[str, Any] = result.structured_content or {}
        running = ended | {"finished": False, "state": "running", "imported": 0, "in_progress": 1}
        await shown.mount(result.model_copy(update={"structured_content": running}))
        await shown.page.until("document.querySelector('#view button')?.textContent === 'Look again'")
        await checked(shown, "import-running")
        await shown.page.until("document.querySelector('#view button') === null")
        assert "finished, 2 of 2 rows done" in await texts(shown, "#view > p")
