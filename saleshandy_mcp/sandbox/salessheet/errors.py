"""Refusals. Only 401 and 429 are documented as statuses; the other statuses and the form of the body are assumed."""

from collections.abc import Iterable

from saleshandy_mcp.sandbox.http.message import Refusal

Detail = tuple[int | None, str]
"""The item of a batch that failed, None for a single record; and why."""


def refusal(status: int, code: str, message: str, details: Iterable[Detail] = ()) -> Refusal:
    listed = [{"index": index, "message": text} for index, text in details]
    return Refusal(status, {"error": {"code": code, "message": message, "details": listed}})


def unauthorized(message: str) -> Refusal:
    return refusal(401, "unauthorized", message)


def forbidden(message: str) -> Refusal:
    return refusal(403, "forbidden", message)


def bad_request(messages: Iterable[str]) -> Refusal:
    return refusal(400, "bad_request", "The request is not valid.", [(None, text) for text in messages])


def not_found(message: str) -> Refusal:
    return refusal(404, "not_found", message)


def conflict(message: str) -> Refusal:
    return refusal(409, "conflict", message)


def invalid(details: Iterable[Detail]) -> Refusal:
    return refusal(422, "validation_failed", "Validation failed.", details)


def too_many_requests(window: str) -> Refusal:
    return refusal(429, "too_many_requests", f"The limit of this API key for {window} is used up.")
