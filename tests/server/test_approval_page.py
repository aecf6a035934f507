"""The page at which a person answers: who gets it, what it shows, and what it takes for an answer."""

import re
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.types import CallToolResult, ElicitResult

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.approval_page import address, page_app
from saleshandy_mcp.server.tools.asking import Asking
from tests.kit import posts
from tests.server.conftest import Moments

Text = Callable[[CallToolResult], str]
START = {"sequence": "SaaS founders", "status": "active"}
RESUMES = "POST /sequences/status"
PORT = 8123
OWN = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def approvals(context: Context, moments: Moments) -> Approvals:
    assert moments
    return context.service(Approvals)


@pytest.fixture
def asking(approvals: Approvals) -> Asking:
    return Asking("page", page=address(approvals, PORT))


@pytest.fixture
async def browser(approvals: Approvals) -> AsyncGenerator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(page_app(approvals, PORT))
    async with httpx2.AsyncClient(transport=transport, base_url=OWN) as browser:
        yield browser


@pytest.fixture
async def client(context: Context, era: Any, asking: Asking) -> AsyncGenerator[Client]:
    """A client that can ask its user nothing."""
    async with Client(build_server(context, asking=asking), mode=era) as client:
        yield client


async def link_of(client: Client) -> str:
    result = await client.call_tool("set_sequence_status", START)
    facts: dict[str, Any] = result.structured_content or {}
    return facts["link"]


def key_of(page: httpx2.Response) -> str:
    found = re.search(r'name="key" value="([a-z0-9]+)"', page.text)
    assert found
    return found.group(1)


async def press(browser: httpx2.AsyncClient, link: str, answer: str = "yes") -> httpx2.Response:
    key = key_of(await browser.get(link))
    return await browser.post(link, data={"key": key, "answer": answer}, headers={"origin": OWN})


async def test_a_person_opens_the_link_and_agrees_and_the_call_made_again_goes_through_once(
    client: Client, browser: httpx2.AsyncClient, box: Sandbox, text: Text
) -> None:
    link = await link_of(client)
    assert (await press(browser, link)).status_code == 200
    done = await client.call_tool("set_sequence_status", START)
    assert "Agreed to on the page of this server." in text(done)
    await client.call_tool("set_sequence_status", {"sequence": "SaaS founders", "status": "paused"})
    assert "waits for a person's yes on a page" in text(await client.call_tool("set_sequence_status", START))
    assert posts(box, RESUMES) == 2  # one start, one pause


async def test_a_no_is_told(client: Client, browser: httpx2.AsyncClient, box: Sandbox, text: Text) -> None:
    link = await link_of(client)
    assert "You declined." in (await press(browser, link, "no")).text
    assert "did not agree" in text(await client.call_tool("set_sequence_status", START))
    assert posts(box, RESUMES) == 0


async def test_the_page_shows_the_whole_question_and_nothing_in_it_is_markup(
    approvals: Approvals, browser: httpx2.AsyncClient
) -> None:
    words = 'Reply?\n- text:\n    | <script>alert(1)</script> & <b onclick="x">\n- and "quotes"'
    plan = approvals.ask("digest", call="call", tool="reply_to_thread", words=words)
    page = (await browser.get(address(approvals, PORT)(plan))).text
    assert '<p class="text">&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b onclick=&quot;x&quot;&gt;</p>' in page
    assert "<p>- and &quot;quotes&quot;</p>" in page
    assert "<script" not in page
    assert "reply_to_thread" in page


async def test_it_runs_no_script_loads_nothing_and_is_in_no_frame(client: Client, browser: httpx2.AsyncClient) -> None:
    page = await browser.get(await link_of(client))
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; ")
    assert "unsafe" not in policy
    assert (page.headers["cache-control"], page.headers["x-frame-options"]) == ("no-store", "DENY")
    assert "src=" not in page.text
    assert "href=" not in page.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": f"evil.example.com:{PORT}"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"host": f"127.0.0.1:{PORT + 1}"}, 421),
        ({"origin": "https://evil.example.com"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"http://127.0.0.1:{PORT + 1}"}, 403),
    ],
)
async def test_another_name_or_another_page_gets_nothing(
    client: Client, browser: httpx2.AsyncClient, approvals: Approvals, headers: dict[str, str], status: int
) -> None:
    link = await link_of(client)
    key = key_of(await browser.get(link))
    assert (await browser.get(link, headers=headers)).status_code == status
    sent = await browser.post(link, data={"key": key, "answer": "yes"}, headers=headers)
    assert sent.status_code == status
    assert len(approvals.waiting()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answer": "yes"},
        {"key": "", "answer": "yes"},
        {"key": "a" * 26, "answer": "yes"},
        {"key": "KEY", "answer": "maybe"},
        {"key": "KEY"},
        {"filler": "x" * 10_000, "key": "KEY", "answer": "yes"},
        {"key": "\N{SNOWMAN}", "answer": "yes"},
    ],
)
async def test_what_did_not_come_from_the_page_is_no_answer(
    client: Client, browser: httpx2.AsyncClient, approvals: Approvals, body: dict[str, str]
) -> None:
    link = await link_of(client)
    key = key_of(await browser.get(link))
    sent = await browser.post(link, data={name: value.replace("KEY", key) for name, value in body.items()})
    assert sent.status_code == 400
    assert len(approvals.waiting()) == 1


async def test_a_link_is_secret_and_dies_with_its_answer_and_its_time(
    client: Client, browser: httpx2.AsyncClient, moments: Moments, approvals: Approvals
) -> None:
    link = await link_of(client)
    for wrong in (f"{link}x", link[:-1], link[: len(OWN) + 9], OWN + "/", f"{OWN}/{'a' * 34}"):
        assert (await browser.get(wrong)).status_code == 404
    key = key_of(await browser.get(link))
    yes = {"key": key, "answer": "yes"}
    assert (await browser.post(link, data={**yes, "answer": "no"})).status_code == 200
    assert (await browser.post(link, data=yes)).status_code == 409
    assert "name=" not in (await browser.get(link)).text.split("</style>")[1]
    plan = approvals.ask("another", call="other", words="Add this step?")
    moments.now += 600
    assert (await browser.get(address(approvals, PORT)(plan))).status_code == 404


async def test_of_many_presses_and_calls_at_once_one_has_an_effect(
    client: Client, browser: httpx2.AsyncClient, box: Sandbox
) -> None:
    link = await link_of(client)
    key = key_of(await browser.get(link))
    pressed = [(await browser.post(link, data={"key": key, "answer": "yes"})).status_code for _ in range(50)]
    assert pressed.count(200) == 1
    for _ in range(3):
        await client.call_tool("set_sequence_status", START)
    assert posts(box, RESUMES) == 1


async def test_a_client_that_opens_addresses_is_given_the_link_and_its_model_is_not(
    asking: Asking, browser: httpx2.AsyncClient, box: Sandbox, text: Text, context: Context, era: Any
) -> None:
    opened: list[str] = []

    async def ask(context: Any, params: Any) -> ElicitResult:
        del context
        opened.append(params.url)
        await press(browser, params.url)
        return ElicitResult(action="accept")

    async with Client(build_server(context, asking=asking), mode=era, elicitation_callback=ask) as client:
        done = await client.call_tool("set_sequence_status", START)
    assert len(opened) == 1
    assert opened[0].startswith(OWN)
    assert OWN not in text(done)
    assert "Agreed to on the page of this server." in text(done)
    assert posts(box, RESUMES) == 1


@pytest.mark.parametrize(
    ("action", "seconds", "said", "link"),
    [
        ("accept", 5, "answer on the page that their client opened", 0),
        ("cancel", 5, "in a browser on the machine of this server", 1),
        ("decline", 0, "in a browser on the machine of this server", 1),
        ("decline", 5, "did not agree", 0),
    ],
)
async def test_what_a_client_says_to_an_address(
    connect: Callable[..., Any], asking: Asking, text: Text, action: Any, seconds: float, said: str, link: int
) -> None:
    async with connect(ElicitResult(action=action), seconds=seconds, asking=asking) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert said in text(result)
    assert text(result).count(OWN) == link
