"""What a client asks first, and the answers that are known: both eras of the protocol. Pure.

A message gets its answer here only when it is exactly what clients send. Anything else, and all that follows it, is for
the real server: a text that is mended, refused or read in another way there must not be judged twice.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

_LONGEST = 65_536
"""Bytes of a line that is looked at."""
_LONGEST_ID = 100
_LEGACY = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}
_RECORDED = '"protocolVersion":"2025-11-25"'
_MODERN = "2026-07-28"
_META = "io.modelcontextprotocol/"
_LISTS = {"tools/list", "resources/list", "resources/templates/list", "prompts/list"}

_Shape = Any
"""What a JSON value has to look like: a type; an object with no other names than these (``*``: any); None: anything.

An object with ``**`` holds whatever it holds.
"""
_ANY: _Shape = {"*": {"**": None}}
"""An object of objects, whatever is in those."""
_CLIENT: _Shape = {"name": str, "version": str, "title": str, "description": str, "websiteUrl": str}
_CAPABILITIES: _Shape = {
    "roots": {"listChanged": bool},
    "sampling": {"tools": {}, "context": {}},
    "elicitation": {"form": {"applyDefaults": bool}, "url": {}},
    "experimental": _ANY,
    "extensions": _ANY,
}
_TOKEN: _Shape = {"_meta": {"progressToken": int}}


class Unusual(Exception):
    """A message that is for the real server."""


class Handshake:
    """The beginning of one connection.

    Args:
        answers: results as JSON, by era and method: ``legacy tools/list``.
    """

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self._era = ""
        self._ready = False
        self._ids: set[int | str] = set()

    def hear(self, line: bytes) -> tuple[int | str | None, bytes]:
        """The id of a request and the line that answers it; None and nothing for a notification.

        Raises:
            Unusual: when the real server has to hear it. Nothing may be heard here after that.
        """
        message = _read(line)
        method, params, id_ = message["method"], message.get("params", {}), message.get("id")
        if id_ is None:
            self._notified(method, params)
            return None, b""
        if id_ in self._ids:
            raise Unusual("an id that was used")
        result = self._result(method, params)
        self._ids.add(id_)
        return id_, f'{{"jsonrpc":"2.0","id":{json.dumps(id_)},"result":{result}}}\n'.encode()

    def _notified(self, method: str, params: dict[str, Any]) -> None:
        if method != "notifications/initialized" or params or self._era != "legacy" or self._ready:
            raise Unusual(method)
        self._ready = True

    def _result(self, method: str, params: dict[str, Any]) -> str:
        if method == "initialize":
            return self._initialized(params)
        if self._ready:
            if not _fits(params, _TOKEN) or method not in _LISTS | {"ping"}:
                raise Unusual(method)
            return self._known(f"legacy {method}")
        if self._era == "legacy":
            raise Unusual("a request before the client is ready")
        self._check_modern(params)
        self._era = "modern"
        return self._known(f"modern {method}")

    def _initialized(self, params: dict[str, Any]) -> str:
        version = params.get("protocolVersion")
        shape: _Shape = {"protocolVersion": str, "capabilities": _CAPABILITIES, "clientInfo": _CLIENT}
        if self._era or version not in _LEGACY or not _whole(params, shape):
            raise Unusual("initialize")
        _check_client(params["clientInfo"])
        self._era = "legacy"
        return self._known("legacy initialize").replace(_RECORDED, f'"protocolVersion":"{version}"', 1)

    def _check_modern(self, params: dict[str, Any]) -> None:
        meta: Any = params.get("_meta")
        shape: _Shape = {
            f"{_META}protocolVersion": str,
            f"{_META}clientInfo": _CLIENT,
            f"{_META}clientCapabilities": _CAPABILITIES,
        }
        if len(params) != 1 or not _whole(meta, shape):
            raise Unusual("params")
        if meta[f"{_META}protocolVersion"] != _MODERN:
            raise Unusual("version")
        _check_client(meta[f"{_META}clientInfo"])

    def _known(self, name: str) -> str:
        try:
            return self._answers[name]
        except KeyError:
            raise Unusual(name) from None


def _read(line: bytes) -> dict[str, Any]:
    """A request or notification with nothing in it that could be read in two ways.

    Raises:
        Unusual: when it is anything else.
    """
    if len(line) > _LONGEST or b"\\u" in line or not line.endswith(b"}\n"):
        raise Unusual("the line")
    try:
        message = json.loads(line.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Unusual("no JSON") from None
    shape: _Shape = {"jsonrpc": str, "id": None, "method": str, "params": {"**": None}}
    if not _fits(message, shape) or message.get("jsonrpc") != "2.0" or "method" not in message:
        raise Unusual("no request")
    if "id" in message and not _plain(message["id"]):
        raise Unusual("the id")
    return message


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) != len(pairs):
        raise ValueError("a name that stands twice")
    return found


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _plain(id_: Any) -> bool:
    if isinstance(id_, str):
        return len(id_) <= _LONGEST_ID and id_.isascii() and id_.isprintable()
    return type(id_) is int and abs(id_) < 2**53


def _check_client(client: Any) -> None:
    if not isinstance(client, dict) or not {"name", "version"} <= {*client}:
        raise Unusual("clientInfo")


def _whole(value: Any, shape: _Shape) -> bool:
    """Whether a value is an object with all names of a shape, and no others."""
    return _fits(value, shape) and len(value) == len(shape)


def _fits(value: Any, shape: _Shape) -> bool:
    if shape is None:
        return True
    if isinstance(shape, type):
        return type(value) is shape
    if not isinstance(value, dict) or "**" in shape:
        return isinstance(value, dict)
    found = cast("dict[str, Any]", value)
    return all(_fits(found[name], shape.get(name, shape.get("*", _NOTHING))) for name in found)


_NOTHING: _Shape = type(NotImplemented)
"""The shape of what may not be there."""
