"""The sandbox's window, without a browser: what its pages hold, and what its buttons do."""

from collections.abc import AsyncGenerator

import pytest

from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.sandbox.simulation.threads import add_mail, threads
from saleshandy_mcp.sandbox.window import Callers, ToolCall
from saleshandy_mcp.sandbox.window.with_window import MAKE
from tests.sandbox.kit import DAY, Crowd, mail, since
from tests.sandbox.window_kit import Outline, Window

LISTS = sorted(path for path in MAKE if "{" not in path)


@pytest.fixture
async def window() -> AsyncGenerator[Window]:
    window = Window()
    async with window.http:
        yield window


def single_pages(window: Window) -> list[str]:
    """A page of each kind that is about one thing."""
    world = window.box.world
    answered = threads(world)[0]
    return [
        f"/sequences/{next(iter(world.sequences))}",
        f"/sequences/{next(iter(world.subsequences))}",
        f"/people/{answered.prospect_id}",
        f"/outbox/{answered.messages[0].id}",
        f"/inbox/{answered.id}",
    ]


async def test_every_page_is_whole_without_script_and_leads_nowhere_else(window: Window) -> None:
    for path in [*LISTS, *single_pages(window)]:
        outline = Outline(await window.get(path))
        assert outline.open == [], path
        assert [outline.tags.count(tag) for tag in ("h1", "main", "header", "title")] == [1, 1, 1, 1], path
        assert len(outline.ids) == len(set(outline.ids)), path
        assert outline.tags.count("caption") == outline.tags.count("table"), path
        assert (outline.inline, outline.unnamed) == ([], []), path
        assert {link[0] for link in outline.links} <= {"/", "#"}, path
        assert not any(link.startswith("//") for link in outline.links), path


async def test_every_link_of_every_page_leads_to_a_page(window: Window) -> None:
    links = {link for path in [*LISTS, *single_pages(window)] for link in Outline(await window.get(path)).links}
    gets = {link for link in links if link.startswith("/window") and link.split("/")[-1] not in {"clock", "limits"}}
    sample = sorted(gets - {"/window/reset"})[::7]
    assert len(sample) > 20
    for link in sample:
        assert (await window.http.get(link)).status_code == 200, link


async def test_the_first_address_leads_to_the_window(window: Window) -> None:
    answer = await window.http.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/window")


async def test_what_others_wrote_is_text_on_every_page(window: Window) -> None:
    bad = "</td><script>alert(1)</script><img src=x onerror=alert(1)>\"'\ud800"
    world = window.box.world
    crowd = Crowd(window.box, mail(1, bad, bad), people=1)
    world.sequences[crowd.id]["title"] = bad
    (person,) = (world.prospects[id_] for id_ in world.enrolments[crowd.id])
    person["values"] |= {"First Name": bad, bad: bad}
    person["tags"] = [bad]
    window.box.clock.advance(DAY)
    window.box.salessheet.crm.contacts[next(iter(window.box.salessheet.crm.contacts))]["name"] = bad
    await window.http.get("/v1/<script>alert(1)</script>?<script>")
    (sent,) = since_crowd(window, crowd)
    paths = [f"/sequences/{crowd.id}", f"/people/{person['id']}", f"/outbox/{sent}"]
    for path in [*LISTS, *paths, "/outbox?q=<script>alert(1)</script>"]:
        html = await window.get(path)
        assert Outline(html).tags.count("script") == 1, path
        assert "<img" not in html, path


def since_crowd(window: Window, crowd: Crowd) -> list[str]:
    window.box.state()
    return [event["id"] for event in since(window.box, "email-sent", sequenceId=crowd.id)]


async def test_a_mail_is_shown_alone_without_script_and_without_the_net(window: Window) -> None:
    thread = threads(window.box.world)[0]
    page = await window.get(f"/outbox/{thread.messages[0].id}")
    frame = f'<iframe src="/window/mails/{thread.messages[0].id}" sandbox="" title="The mail"'
    assert frame in page
    answer = await window.http.get(f"/window/mails/{thread.messages[0].id}")
    assert thread.messages[0].content in answer.text
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "img-src data:", "form-action 'none'", "sandbox"} <= set(policy)


@pytest.mark.parametrize("tag", ["iframe", "LINK", "meta", "Base", "object", "embed", "frame"])
async def test_an_element_for_which_a_browser_connects_is_shown_as_text(window: Window, tag: str) -> None:
    content = f"<p>Before</p><{tag} href=http://elsewhere.example/><p>After</p>"
    sent = add_mail(window.box.world, "test", window.box.world.now(), to=[], content=content)
    text = (await window.http.get(f"/window/mails/{sent['id']}")).text
    assert f"<p>Before</p>&lt;{tag} href=http://elsewhere.example/><p>After</p>" in text


async def test_pages_allow_nothing_but_their_own_files(window: Window) -> None:
    policy = (await window.http.get("/window")).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert {part.split(" ", 1)[1] for part in policy.split("; ")} == {"'none'", "'self'"}
    for name in ("style.css", "live.js", "icon.svg"):
        assert (await window.http.get(f"/window/{name}")).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("to", "now"), [("hour", "16T09:00"), ("day", "17T08:00"), ("week", "23T08:00")])
async def test_the_clock_moves_by_its_buttons_and_comes_back_to_the_page(window: Window, to: str, now: str) -> None:
    answer = await window.press("clock", to=to, back="/window/outbox?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/window/outbox?page=2")
    assert window.box.state()["now"] == f"2026-11-{now}:00.000Z"


async def test_to_the_next_event_is_to_the_first_thing_that_happens_and_no_further(window: Window) -> None:
    seen = len(window.box.world.events)
    for _ in range(12):
        before = window.box.clock.now()
        await window.press("clock", to="next")
        window.box.state()
        new = window.box.world.events[seen:]
        assert new
        assert {event["at"][:19] for event in new} == {window.box.world.now()[:19]}
        assert window.box.clock.now() > before
        seen += len(new)


async def test_the_end_of_an_import_is_an_event_to_go_to(window: Window) -> None:
    crowd = Crowd(window.box, mail(1), people=0)
    body = {"stepId": crowd.steps[0], "prospectList": [{"Email": "new@crowd.example.com"}]}
    headers = {"x-api-key": KEY}
    sent = body | {"verifyProspects": False, "conflictAction": "upsert"}
    await window.http.post("/v1/sequences/prospects/import-with-field-name", json=sent, headers=headers)
    assert "Next: Import ends" in await window.get("/imports")
    await window.press("clock", to="next")
    page = await window.get("/imports")
    assert ">done<" in page
    assert ">running<" not in page


async def test_where_nothing_is_due_the_clock_stays(window: Window) -> None:
    for row in window.box.world.sequences.values():
        row["active"] = False
    before = window.box.clock.now()
    assert "Nothing is due" in await window.get()
    await window.press("clock", to="next")
    assert window.box.clock.now() == before


async def test_a_fault_is_switched_on_and_off_and_never_touches_the_window(window: Window) -> None:
    await window.press("faults", fault="500")
    await window.press("faults", fault="outage", call="GET /sequences", times="2")
    assert (await window.call("/team/members")).status_code == 500
    assert 'aria-label="Switch outage off"' in await window.get("/faults")
    await window.press("faults", off="500")
    assert [entry["fault"] for entry in window.box.faults.shown()] == ["outage"]
    await window.press("faults", off="all")
    assert (await window.call("/sequences")).status_code == 200


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("clock", {"to": "year"}),
        ("clock", {}),
        ("clock", {"speed": "nan"}),
        ("faults", {"fault": "no-such"}),
        ("faults", {"fault": "500", "call": "everything"}),
        ("faults", {"fault": "500", "times": "-1"}),
        ("faults", {"fault": "500", "times": "9" * 5000}),
        ("limits", {"on": "maybe"}),
    ],
)
async def test_a_form_that_nobody_could_send_is_answered_with_what_there_is(
    window: Window, action: str, form: dict[str, str]
) -> None:
    before = window.box.state()
    answer = await window.press(action, **form)
    assert (answer.status_code, "<h1>Not done</h1>" in answer.text) == (400, True)
    assert window.box.state() == before


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/windowless", "/window\r\nx: y", ""])
async def test_a_button_never_leads_away(window: Window, back: str) -> None:
    answer = await window.press("limits", on="yes", back=back)
    assert answer.headers["location"].startswith("/window")
    assert "x" not in answer.headers


async def test_limits_and_the_whole_workspace_have_a_switch(window: Window) -> None:
    await window.press("limits", on="yes")
    assert window.box.limits_on
    window.box.world.prospects.clear()
    await window.press("reset")
    assert len(window.box.world.prospects) == 400


@pytest.mark.parametrize("path", ["/nothing", "/people/x", "/sequences/x", "/outbox/x", "/inbox/x", "/people/x/y"])
async def test_a_page_that_is_not_there_says_so(window: Window, path: str) -> None:
    answer = await window.http.get(f"/window{path}")
    assert (answer.status_code, "<h1>Not here</h1>" in answer.text) == (404, True)


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 40, "²"])
async def test_any_page_number_shows_a_page_of_the_list(window: Window, page: str) -> None:
    assert "<tbody" in await window.get(f"/outbox?page={page}")


async def test_recent_calls_show_their_effect_and_what_was_agreed(window: Window) -> None:
    tool = ToolCall("2026-11-16T08:00:00.000Z", "set_sequence_status", ["sequence"], "done", ["x"], "token", "client")
    callers = Callers(effects=lambda: {"GET /sequences/{}/steps": "read"}, tool_calls=lambda: [tool])
    async with Window(window.box, callers).http as http:
        sequence = next(iter(window.box.world.sequences))
        await http.get(f"/v1/sequences/{sequence}/steps", headers={"x-api-key": KEY})
        await http.post("/v1/nothing", content=b'{"a": "<b>"}')
        page = (await http.get("/window/calls")).text
    assert f"<code>GET /v1/sequences/{sequence}/steps</code></td>" in page
    assert 'data-label="Effects it can have">read</td>' in page
    assert "{&quot;a&quot;: &quot;&lt;b&gt;&quot;}" in page
    assert "not an operation" in page
    assert ">by token</td>" in page
    assert KEY not in page


async def test_to_look_changes_nothing(window: Window) -> None:
    before = window.box.state()
    for path in [*LISTS, *single_pages(window)]:
        await window.get(path)
    assert window.box.state() == before
