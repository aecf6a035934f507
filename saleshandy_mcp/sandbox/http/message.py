"""What a route is given and what it answers, refusals included."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from saleshandy_mcp.sandbox.world.tables import Row


class File(NamedTuple):
    """An uploaded file."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Request:
    """A call that the contract allows."""

    path: dict[str, str]
    query: Row
    body: Row  # for an upload, its form fields
    base_url: str  # address of the sandbox, for links in answers
    files: dict[str, File] = field(default_factory=dict[str, File])


class Reply(NamedTuple):
    status: int
    body: Any
    headers: Mapping[str, str] = MappingProxyType({})


class Refusal(Exception):
    """The call is answered with an error."""

    def __init__(self, status: int, body: Row) -> None:
        super().__init__(status, body)
        self.reply = Reply(status, body)


def done(message: str, payload: Any, status: int = 200) -> Reply:
    return Reply(status, {"message": message, "payload": payload})


def app_error(code: int, message: str, status: int = 400) -> Refusal:
    return Refusal(status, {"error": True, "code": code, "message": message, "payload": None})


def validation_error(*messages: str) -> Refusal:
    return Refusal(400, {"statusCode": 400, "message": list(messages), "error": "Bad Request"})


def web_error(status: int, message: str, error: str) -> Refusal:
    """An error as the web framework of the API writes it."""
    return Refusal(status, {"statusCode": status, "message": message, "error": error})


def bad_key() -> Refusal:
    return Refusal(400, {"error": True, "type": "auth", "code": 1001, "message": "Invalid token", "payload": None})


def too_many_calls() -> Refusal:
    return Refusal(400, {"code": 40000, "message": "Rate Limit exceeded"})
