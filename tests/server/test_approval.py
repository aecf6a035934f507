"""Nothing of consequence happens before somebody agreed, an agreement counts once, and it is for what was shown."""

import re
from collections.abc import Callable

from mcp import Client
from mcp.types import CallToolResult, ElicitResult

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server

Text = Callable[[CallToolResult], str]

YES = ElicitResult(action="accept", content={"confirm": True})
START = {"sequence": "SaaS founders", "status": "active"}
RESUMES = "POST /sequences/status"


def starts(box: Sandbox) -> int:
    return box.state()["requests"].get(RESUMES, 0)


def token(said: str) -> str:
    found = re.search(r'confirm="([a-z0-9-]+)"', said)
    assert found
    return found.group(1)


async def test_a_user_who_says_yes_starts_the_sequence(
    connect: Callable[..., Client], box: Sandbox, text: Text
) -> None:
    heard: list[str] = []
    async with connect(YES, heard) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert "is active now" in text(result)
    assert len(heard) == 1
    assert 'people in it: "60"' in heard[0]
    assert "Agreed to by the user" in text(result)
    assert starts(box) == 1


async def test_without_a_user_to_ask_a_preview_with_a_token_comes_first(
    client: Client, box: Sandbox, text: Text
) -> None:
    preview = await client.call_tool("set_sequence_status", START)
    assert text(preview).startswith("Not done yet.")
    assert starts(box) == 0
    done = await client.call_tool("set_sequence_status", {**START, "confirm": token(text(preview))})
    assert "is active now" in text(done)
    assert starts(box) == 1


async def test_a_token_works_once(client: Client, box: Sandbox, text: Text) -> None:
    used = token(text(await client.call_tool("set_sequence_status", START)))
    await client.call_tool("set_sequence_status", {**START, "confirm": used})
    await client.call_tool("set_sequence_status", {"sequence": "SaaS founders", "status": "paused"})
    again = await client.call_tool("set_sequence_status", {**START, "confirm": used})
    assert again.is_error
    assert "used up" in text(again)
    assert starts(box) == 2  # one start, one pause


async def test_a_token_is_worth_nothing_for_another_sequence_or_other_rows(
    client: Client, box: Sandbox, text: Text
) -> None:
    for_one = token(text(await client.call_tool("set_sequence_status", START)))
    other = {"sequence": "Q3 launch", "rows": [{"Email": "new@harbour.example.com"}], "confirm": for_one}
    assert (await client.call_tool("import_prospects", other)).is_error
    rows = {"sequence": "Q3 launch", "rows": [{"Email": "new@harbour.example.com"}]}
    for_rows = token(text(await client.call_tool("import_prospects", rows)))
    more = {**rows, "rows": [*rows["rows"], {"Email": "two@harbour.example.com"}], "confirm": for_rows}
    assert "changed" in text(await client.call_tool("import_prospects", more))
    assert box.state()["imports"] == []


async def test_a_token_is_void_when_what_was_shown_has_changed(client: Client, box: Sandbox, text: Text) -> None:
    shown = token(text(await client.call_tool("set_sequence_status", START)))
    sequence = next(it["id"] for it in box.world.sequences.values() if it["title"] == "SaaS founders")
    box.world.variants_of(box.world.steps_of(sequence)[0]["id"])[0]["payload"]["subject"] = "Something else"
    result = await client.call_tool("set_sequence_status", {**START, "confirm": shown})
    assert "what was agreed to has changed" in text(result)
    assert starts(box) == 0


async def test_a_token_that_was_made_up_is_refused(client: Client, box: Sandbox, text: Text) -> None:
    result = await client.call_tool("set_sequence_status", {**START, "confirm": "yes"})
    assert result.is_error
    assert "unknown" in text(result)
    assert starts(box) == 0


async def test_a_state_that_changes_while_the_user_thinks_stops_the_start(
    context: Context, box: Sandbox, era: str, text: Text
) -> None:
    async def slow_yes(context: object, params: object) -> ElicitResult:
        del context, params
        sequence = next(it["id"] for it in box.world.sequences.values() if it["title"] == "SaaS founders")
        box.world.enrolments[sequence].popitem()
        return YES

    async with Client(build_server(context), mode=era, elicitation_callback=slow_yes) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert result.is_error
    assert "has changed meanwhile" in text(result)
    assert starts(box) == 0


async def test_pausing_asks_nobody_even_where_somebody_could_be_asked(
    connect: Callable[..., Client], text: Text
) -> None:
    heard: list[str] = []
    async with connect(YES, heard) as client:
        result = await client.call_tool("set_sequence_status", {"sequence": "Q3 launch", "status": "paused"})
    assert "is paused now" in text(result)
    assert heard == []


async def test_importing_into_an_active_sequence_asks_first(
    connect: Callable[..., Client], box: Sandbox, text: Text
) -> None:
    heard: list[str] = []
    rows = [{"Email": "new@harbour.example.com", "First Name": "Nia"}]
    async with connect(YES, heard) as client:
        result = await client.call_tool("import_prospects", {"sequence": "Q3 launch", "rows": rows})
    assert "1 imported" in text(result)
    assert ", active" in heard[0]
    assert box.world.prospect("new@harbour.example.com")


async def test_importing_into_a_paused_sequence_asks_nobody(client: Client, text: Text) -> None:
    rows = [{"Email": "new@harbour.example.com"}]
    result = await client.call_tool("import_prospects", {"sequence": "SaaS founders", "rows": rows})
    assert "1 imported" in text(result)


async def test_changing_what_an_active_sequence_says_asks_first(
    connect: Callable[..., Client], box: Sandbox, text: Text
) -> None:
    heard: list[str] = []
    change = {"sequence": "Q3 launch", "step": 1, "subject": "Another"}
    step = {"sequence": "Q3 launch", "type": "email", "day": 40, "variants": [{"subject": "x", "content": "y"}]}
    async with connect(ElicitResult(action="decline"), heard) as client:
        assert "did not agree" in text(await client.call_tool("update_step_variant", change))
        assert "did not agree" in text(await client.call_tool("create_step", step))
    assert len(heard) == 2
    assert not any(path.startswith(("PATCH", "POST")) and "steps" in path for path in box.state()["requests"])
    async with connect(YES, heard) as client:
        assert "changed subject" in text(await client.call_tool("update_step_variant", change))
        assert "Added step" in text(await client.call_tool("create_step", step))


async def test_what_cannot_be_started_is_refused_before_anybody_is_asked(
    connect: Callable[..., Client], text: Text
) -> None:
    heard: list[str] = []
    async with connect(YES, heard) as client:
        no_sender = await client.call_tool("set_sequence_status", {"sequence": "Partner", "status": "active"})
        await client.call_tool("create_sequence", {"title": "Empty"})
        no_step = await client.call_tool("set_sequence_status", {"sequence": "Empty", "status": "active"})
    assert "no active email account" in text(no_sender)
    assert "add_email_accounts" in text(no_sender)
    assert "has no steps" in text(no_step)
    assert heard == []
