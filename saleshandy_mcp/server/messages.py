"""From a line that a client wrote to the messages that it meant, or to the JSON-RPC error that answers it. Pure.

Clients cut emoji in two, begin with a byte order mark, leave out ``jsonrpc`` or send ``params: []``. What can only mean
one thing is mended. All else is answered: a client that hears nothing waits until its own limit.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from mcp.types import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCNotification,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

_MARK = "\ufeff"


class Read(NamedTuple):
    """What a line came to.

    Attributes:
        messages: for the server, in the order in which they stood there.
        answers: errors for the client.
        mended: what was not as it has to be, in words for the log.
    """

    messages: list[JSONRPCMessage]
    answers: list[JSONRPCError]
    mended: list[str]


class _NoMessage(Exception):
    def __init__(self, sender: Any, code: int, words: str) -> None:
        super().__init__(words)
        self.answer = _error(sender, code, words)


def read_line(line: str) -> Read:
    """The messages of a line. An empty line is none."""
    text = line.strip().lstrip(_MARK).strip()
    if not text:
        return Read([], [], [])
    try:
        message = jsonrpc_message_adapter.validate_json(text, by_name=False)
    except ValidationError:
        return _mended(text, _mark(line))
    # A request with an id that the protocol does not have is taken for a notification.
    return _mended(text, _mark(line)) if isinstance(message, JSONRPCNotification) else Read([message], [], _mark(line))


def written(message: JSONRPCMessage) -> str:
    """A message as a line, whatever is in it: half an emoji becomes a sign that says so."""
    try:
        return message.model_dump_json(by_alias=True, exclude_unset=True, warnings=False)
    except PydanticSerializationError:
        document = message.model_dump(mode="python", by_alias=True, exclude_unset=True, warnings=False)
        return _whole(json.dumps(document, ensure_ascii=False, default=str))


def _mark(line: str) -> list[str]:
    return ["byte order mark"] if _MARK in line[:2] else []


def _mended(text: str, mended: list[str]) -> Read:
    try:
        flat = json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return Read([], [_error(None, PARSE_ERROR, "this line is not JSON")], mended)
    whole = _whole(flat)
    if whole != flat:
        mended = [*mended, "half a character"]
    document = json.loads(whole)
    batch = isinstance(document, list)
    if batch and not document:
        return Read([], [_error(None, INVALID_REQUEST, "the batch is empty")], mended)
    read = Read([], [], [*mended, "batch"] if batch else mended)
    for part in cast("list[Any]", document) if batch else [document]:
        try:
            read.messages.append(_message(part, read.mended))
        except _NoMessage as error:
            read.answers.append(error.answer)
    return read


def _message(document: Any, mended: list[str]) -> JSONRPCMessage:
    """One message, mended where it can only mean one thing.

    Raises:
        _NoMessage: with the error that answers it.
    """
    if not isinstance(document, dict):
        raise _NoMessage(None, INVALID_REQUEST, "a message has to be an object")
    given = cast("dict[str, Any]", document)
    mended += _mend(given)
    _refuse(given)
    try:
        return jsonrpc_message_adapter.validate_python(given, by_name=False)
    except ValidationError:
        raise _NoMessage(given.get("id"), INVALID_REQUEST, "this is no JSON-RPC message") from None


def _mend(given: dict[str, Any]) -> Iterator[str]:
    if "jsonrpc" not in given:
        given["jsonrpc"] = "2.0"
        yield "no jsonrpc"
    if "params" in given and given["params"] in (None, []):
        given["params"] = {}
        yield "params that are no object"
    number = given.get("id")
    if isinstance(number, float) and number.is_integer():
        given["id"] = int(number)
        yield "an id with a decimal point"


def _refuse(given: dict[str, Any]) -> None:
    sender = given.get("id")
    if given["jsonrpc"] != "2.0":
        raise _NoMessage(sender, INVALID_REQUEST, 'jsonrpc has to be "2.0"')
    if "method" not in given:
        return
    if "id" in given and (isinstance(sender, bool) or not isinstance(sender, str | int)):
        raise _NoMessage(sender, INVALID_REQUEST, "id has to be a text or a whole number")
    if not isinstance(given["method"], str):
        raise _NoMessage(sender, INVALID_REQUEST, "method has to be a text")
    if not isinstance(given.get("params", {}), dict):
        raise _NoMessage(sender, INVALID_PARAMS, "params has to be an object")


def _error(sender: Any, code: int, words: str) -> JSONRPCError:
    """The error as an answer to whoever sent it; an id that nothing could be answered to is left out."""
    known = isinstance(sender, str | int | float) and not isinstance(sender, bool)
    # Not validated: the protocol has no id of 7.5, but a client that sent one waits for it.
    return JSONRPCError.model_construct(
        jsonrpc="2.0", id=sender if known else None, error=ErrorData(code=code, message=words)
    )


def _whole(text: str) -> str:
    """Halves of one character that stand side by side are joined, those that stand alone are replaced by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
