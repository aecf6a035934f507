"""A person's yes on a card in the chat: what the model gets of it, what the card gets, and what neither can do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from mcp.types import CallToolResult, ElicitResult

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.apps.show_approval import KEY as CARD_KEY
from tests.kit import posts
from tests.server.card_host import RESUMES, START, Host
from tests.server.conftest import ServeHost

Text = Callable[[CallToolResult], str]
CANCEL = ElicitResult(action="cancel")


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_a_person_agrees_on_the_card_and_the_call_made_again_goes_through_once(
    serve_host: ServeHost, box: Sandbox, text: Text
) -> None:
    async with serve_host() as host:
        asked = await host.model()
        assert "waits for a person's yes on a card in the chat" in text(asked)
        assert "Call show_approval(plan=" in asked.structured_content["next"]
        await host.show()
        assert (await host.card("shown")).structured_content["state"] == "waiting"
        assert (await host.card("yes")).structured_content["state"] == "agreed"
        assert posts(box, RESUMES) == 0
        done = await host.model()
        assert "Agreed to on the card in the chat." in text(done)
        assert (await host.card("shown")).structured_content["state"] == "used"
        await host.model(sequence="SaaS founders", status="paused")
        assert "on a card in the chat" in text(await host.model())
    assert posts(box, RESUMES) == 2  # one start, one pause


async def test_a_no_on_the_card_is_told_and_no_yes_comes_after_it(
    serve_host: ServeHost, box: Sandbox, text: Text
) -> None:
    async with serve_host() as host:
        await host.show()
        await host.card("no")
        assert (await host.card("yes")).structured_content["state"] == "declined"
        assert "did not agree" in text(await host.model())
    assert posts(box, RESUMES) == 0


async def test_the_key_stands_in_the_meta_of_one_result_alone_and_is_kept_as_its_digest(
    serve_host: ServeHost, tmp_path: Path
) -> None:
    async with serve_host() as host:
        asked, shown = await host.model(), await host.show()
        seen = await host.card("shown")
    for result in (asked, shown, seen):
        assert host.key not in json.dumps([result.structured_content, [it.model_dump() for it in result.content]])
    assert CARD_KEY not in (asked.meta or {}) | (seen.meta or {})
    kept = bytes_in(tmp_path)
    assert host.key[:8].encode() in kept, "the id of the plan"
    assert host.key[8:].encode() not in kept


@pytest.mark.parametrize("key", ["", "x", "x" * 34, "\ud800" * 34, "{plan}", "{plan}" + "a" * 26])
async def test_a_model_that_calls_the_tool_of_the_card_without_its_key_is_refused(
    serve_host: ServeHost, box: Sandbox, text: Text, key: str
) -> None:
    async with serve_host() as host:
        await host.show()
        guess = key.replace("{plan}", host.key[:8])
        for answer in ("yes", "no", "shown"):
            refused = await host.client.call_tool("answer_approval", {"key": guess, "answer": answer})
            assert refused.is_error
            assert "answer_approval did nothing" in text(refused)
        assert (await host.client.call_tool("answer_approval", {"answer": "yes"})).is_error
        assert (await host.card("shown")).structured_content["state"] == "waiting"
    assert posts(box, RESUMES) == 0


async def test_a_key_counts_for_its_question_its_account_and_the_newest_card_alone(
    serve_host: ServeHost, box: Sandbox
) -> None:
    async with serve_host() as host, serve_host(account="sh_other") as other:
        await host.show()
        old = host.key
        assert (await other.card("yes", old)).is_error
        assert (await other.model("show_approval", plan=old[:8])).is_error
        await host.model("show_approval", plan=old[:8])
        assert (await host.card("yes", old)).is_error
        assert (await host.card("shown", old)).is_error
        await host.model()
    assert posts(box, RESUMES) == 0


async def test_model_and_card_may_come_by_different_sessions_and_processes(
    serve_host: ServeHost, box: Sandbox, text: Text
) -> None:
    async with serve_host() as host, serve_host(cards=False) as other:
        await host.show()
        assert not (await other.card("shown", host.key)).is_error
        await other.card("yes", host.key)
        assert "Agreed to on the card" in text(await host.model())
    assert posts(box, RESUMES) == 1


async def test_the_call_made_again_waits_40_seconds_for_a_card_that_is_shown(
    serve_host: ServeHost, box: Sandbox, text: Text
) -> None:
    async with serve_host() as host:
        await host.show()
        await host.card("shown")
        start = box.clock.seconds()
        still = await host.model()
        assert 38 <= box.clock.seconds() - start <= 41
    assert "on a card in the chat" in text(still)
    assert "show_approval" not in text(still)


async def test_a_card_that_says_late_in_the_wait_that_it_is_shown_counts_as_shown(
    serve_host: ServeHost, box: Sandbox, text: Text
) -> None:
    hosts: list[Host] = []

    async def meanwhile(seconds: float) -> None:
        if 5 <= seconds < 6:
            await hosts[0].card("shown")

    async with serve_host(meanwhile=meanwhile) as host:
        hosts.append(host)
        await host.show()
        start = box.clock.seconds()
        still = await host.model()
        assert box.clock.seconds() - start > 30
    assert "on a card in the chat" in text(still)


async def test_where_no_card_comes_up_within_10_seconds_a_person_is_asked_at_the_terminal_and_no_token_is_given(
    serve_host: ServeHost, box: Sandbox, text: Text
) -> None:
    async with serve_host() as host:
        await host.show()
        start = box.clock.seconds()
        next_way = await host.model()
        assert 9 <= box.clock.seconds() - start <= 12
        assert "at a terminal (no card came up in this client)" in text(next_way)
        assert "`saleshandy-mcp approvals`" in text(next_way)
        again = await host.model()
        for answer in (next_way, again):
            assert "confirm" not in json.dumps(answer.structured_content)
            assert answer.structured_content["waiting"] == "terminal"
        # A card that comes late is still good.
        await host.card("shown")
        await host.card("yes")
        assert "Agreed to on the card" in text(await host.model())
    assert posts(box, RESUMES) == 1


async def test_where_neither_a_card_nor_a_terminal_is_there_it_is_refused(
    serve_host: ServeHost, box: Sandbox, text: Text
) -> None:
    async with serve_host(lasting=False) as host:
        await host.show()
        refused = [await host.model(), await host.model()]
    for result in refused:
        assert result.is_error
        assert "nobody has agreed to this: no card came up in this client" in text(result)
    assert posts(box, RESUMES) == 0


async def test_a_model_that_never_shows_the_card_gets_no_further(
    serve_host: ServeHost, box: Sandbox, text: Text
) -> None:
    async with serve_host() as host:
        for _ in range(4):
            box.clock.advance(30)
            answer = await host.model(**START, confirm="aaaaa-aaaaa-aaaaa-aaaaa-aaaaa")
            assert "Call show_approval(plan=" in text(answer)
            assert "confirm" not in json.dumps(answer.structured_content)
    assert posts(box, RESUMES) == 0


async def test_a_client_without_cards_gets_no_key(serve_host: ServeHost, text: Text) -> None:
    async with serve_host() as host, serve_host(cards=False) as other:
        plan = await host.plan()
        refused = await other.model("show_approval", plan=plan)
    assert refused.is_error
    assert "this client shows no cards" in text(refused)
    assert CARD_KEY not in (refused.meta or {})


async def test_a_plan_that_does_not_wait_has_no_card(serve_host: ServeHost) -> None:
    async with serve_host() as host:
        await host.show()
        await host.card("no")
        for plan in (host.key[:8], "unknown", "", "' OR 1=1"):
            refused = await host.model("show_approval", plan=plan)
            assert refused.is_error
            assert CARD_KEY not in (refused.meta or {})


async def test_a_dialogue_comes_first_and_one_without_an_answer_leads_to_the_card(
    serve_host: ServeHost, text: Text
) -> None:
    async with serve_host(answer=CANCEL) as host:
        result = await host.model()
    assert "on a card in the chat (the question was closed without an answer)" in text(result)
