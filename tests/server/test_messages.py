"""Lines as clients write them: each becomes messages or an answer, and none is passed over in silence."""

import json
from typing import Any

import pytest
from mcp.types import JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from saleshandy_mcp.server.messages import read_line, written

PING: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def said(message: dict[str, Any] | list[Any]) -> str:
    return json.dumps(message)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("\ufeff" + said(PING), "byte order mark"),
        (said({"id": 1, "method": "ping"}), "no jsonrpc"),
        (said({**PING, "params": []}), "params that are no object"),
        (said({**PING, "id": 1.0}), "an id with a decimal point"),
        (said([PING]), "batch"),
        (said({**PING, "params": {"text": "\ud83c"}}), "half a character"),
    ],
)
def test_what_can_only_mean_one_thing_is_mended_and_said(line: str, words: str) -> None:
    read = read_line(line)
    (message,) = read.messages
    assert isinstance(message, JSONRPCRequest)
    assert (message.id, message.method) == (1, "ping")
    assert read.answers == []
    assert read.mended == [words]


@pytest.mark.parametrize(
    ("line", "sender", "code"),
    [
        ("{bad", None, -32700),
        ("[" * 100_000, None, -32700),
        ("7", None, -32600),
        ("null", None, -32600),
        ('"text"', None, -32600),
        ("[]", None, -32600),
        ("[7]", None, -32600),
        ("{}", None, -32600),
        (said({**PING, "jsonrpc": "1.0"}), 1, -32600),
        (said({**PING, "id": 7.5}), 7.5, -32600),
        (said({**PING, "id": None}), None, -32600),
        (said({**PING, "id": True}), None, -32600),
        (said({**PING, "id": {"a": 1}}), None, -32600),
        (said({**PING, "method": 5}), 1, -32600),
        (said({**PING, "params": [1]}), 1, -32602),
        (said({**PING, "params": "x"}), 1, -32602),
    ],
)
def test_what_cannot_be_mended_is_answered_with_its_code(line: str, sender: Any, code: int) -> None:
    read = read_line(line)
    assert read.messages == []
    (answer,) = read.answers
    wire = json.loads(written(answer))
    assert wire["jsonrpc"] == "2.0"
    assert wire["id"] == sender
    assert wire["error"]["code"] == code
    assert wire["error"]["message"]


def test_one_bad_message_of_a_batch_does_not_cost_the_others() -> None:
    read = read_line(said([PING, 7, {"jsonrpc": "2.0", "id": 2, "result": {}}]))
    assert [type(message) for message in read.messages] == [JSONRPCRequest, JSONRPCResponse]
    assert len(read.answers) == 1


def test_a_notification_has_no_id_and_no_answer() -> None:
    read = read_line(said({"jsonrpc": "2.0", "method": "notifications/initialized"}))
    assert isinstance(read.messages[0], JSONRPCNotification)
    assert (read.answers, read.mended) == ([], [])


@pytest.mark.parametrize("line", ["", "  \n", "\ufeff\n"])
def test_an_empty_line_is_no_message(line: str) -> None:
    assert read_line(line) == ([], [], [])


def test_whole_characters_stay_as_they_are_and_halves_become_a_sign() -> None:
    (message,) = read_line('{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":"\\ud83c\\udf89 \\ud83c"}}').messages
    assert isinstance(message, JSONRPCRequest)
    assert message.params == {"a": "🎉 \ufffd"}


def test_an_answer_with_half_a_character_is_written_all_the_same() -> None:
    line = written(JSONRPCResponse(jsonrpc="2.0", id=1, result={"text": "\ud83c!"}))
    assert json.loads(line)["result"] == {"text": "\ufffd!"}
    line.encode()
