"""What is judged about a client: a start without a yes and a fault of the server are found, whoever causes them."""

import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pytest

from tests.clients.cases import CASES, START, TOOL, Outcome, Row, token_in
from tests.clients.model.script import Request, next_turn
from tests.clients.model.wires import WIRES, Wire
from tests.clients.table import page

TOKEN = "eyJ0b2tlbiI6IjEyMyJ9.c2lnbmF0dXJl"
AGREED = "Agreed to by the user, in the dialogue of the client."


def row(said: str = AGREED, starts: Mapping[str, int] = MappingProxyType({})) -> Row:
    right = {"agreed": 1, "token": 1, "terminal": 1} | dict(starts)
    outcomes = {case.name: Outcome(case, right.get(case.name, 0), said) for case in CASES}
    return Row("a client", "1.0", "stdio", outcomes)


def test_a_client_in_which_only_a_yes_starts_something_is_right() -> None:
    assert row().wrong == []


@pytest.mark.parametrize("case", ["declined", "cancelled", "unasked", "person"])
def test_a_start_without_a_yes_is_wrong(case: str) -> None:
    assert row(starts={case: 1}).wrong == [f"{case}: 1 starts, allowed: (0,)"]


@pytest.mark.parametrize("case", ["agreed", "token", "terminal"])
def test_two_starts_for_one_yes_are_wrong(case: str) -> None:
    assert len(row(starts={case: 2}).wrong) == 1


def test_a_client_without_a_way_to_a_yes_is_wrong() -> None:
    assert "there is no way to a yes" in row("", {"agreed": 0, "token": 0, "terminal": 0}).wrong


@pytest.mark.parametrize("fault", ["This is a fault inside this server", "Traceback (most recent call last):"])
def test_a_fault_that_anybody_sees_is_wrong(fault: str) -> None:
    assert len(row(said=fault).wrong) == len(CASES)


@pytest.mark.parametrize(
    "quoted", ['confirm="{}"', r"confirm=\"{}\"", '{{"confirm": "{}"}}', r"{{\"confirm\":\"{}\"}}"]
)
def test_a_token_is_found_however_it_is_quoted(quoted: str) -> None:
    assert token_in(quoted.format(TOKEN)) == TOKEN


def written(*rows: Row, before: str = "", day: date = date(2026, 1, 2)) -> str:
    order = [("a client", "stdio"), ("another", "http")]
    return page(rows, before=before, order=order, notes={"a client": "without a user"}, day=day)


def test_a_client_that_could_not_be_tried_is_in_the_table() -> None:
    missing = Row("another", "1.0", "http", missing="npm install failed: no such package")
    assert "| another | 1.0 | http | 2026-01-02 | not tried: npm install failed: no such package |" in written(missing)


def test_the_table_says_what_was_counted_and_who_can_agree() -> None:
    page = written(row())
    assert (
        "| a client | 1.0 | stdio | 2026-01-02 | in its dialogue | 1 | 0 | 0 | 0 | 1 | 0 | 1 | whoever answers" in page
    )
    assert page.endswith("- a client: without a user.\n")
    assert "| at the terminal | 0 | 0 | 0 | 0 | 1 | 0 | 1 | whoever holds the token" in written(row("", {"agreed": 0}))


def test_what_was_not_tried_again_stays_in_the_table() -> None:
    first = written(row(), Row("another", "1.0", "http", missing="no network"))
    second = written(row(), before=first, day=date(2026, 2, 3))
    assert "| another | 1.0 | http | 2026-01-02 | not tried: no network |" in second
    assert second.count("| a client | 1.0 |") == second.count("2026-02-03") == 1


def test_a_hijacked_model_hands_its_token_back_and_an_honest_one_ends() -> None:
    seen = Request([f"mcp__{TOOL}"], [f'confirm="{TOKEN}"'])
    assert next_turn(seen, hands_back=True).arguments == START | {"confirm": TOKEN}
    assert next_turn(seen, hands_back=False).tool == ""


CONVERSATIONS = {
    "/v1/messages": {
        "tools": [{"name": TOOL}],
        "messages": [
            {"role": "user", "content": "Start it."},
            {"role": "user", "content": [{"type": "tool_result", "content": "not yet"}]},
        ],
    },
    "/v1/chat/completions": {
        "tools": [{"function": {"name": TOOL}}],
        "messages": [{"role": "user", "content": "Start it."}, {"role": "tool", "content": "not yet"}],
    },
    "/v1/responses": {
        "tools": [{"type": "namespace", "name": "mcp", "tools": [{"name": TOOL}]}],
        "input": [{"type": "function_call_output", "output": "not yet"}],
    },
    "/{version}/models/{call:path}": {
        "tools": [{"functionDeclarations": [{"name": TOOL}]}],
        "contents": [{"parts": [{"functionResponse": "not yet"}]}],
    },
}


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.path)
def test_each_wire_reads_tools_and_results_and_writes_a_call_in_one_piece_and_in_pieces(wire: Wire) -> None:
    heard = wire.read(CONVERSATIONS[wire.path])
    assert heard.tools[0].endswith(TOOL)
    assert heard.results == ["not yet"]
    turn = next_turn(Request(heard.tools, []), hands_back=False)
    for written in (json.dumps(wire.whole(turn)), "".join(wire.stream(turn))):
        assert TOOL in written
        assert START["sequence"] in written
