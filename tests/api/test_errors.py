"""Which error an answer stands for."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from saleshandy_mcp.api.client import is_failure
from saleshandy_mcp.api.http.responses import from_response, misfit, retry_after
from saleshandy_mcp.api.resources.sequences import ListSequences, Sequence
from saleshandy_mcp.core.errors import (
    BadKey,
    Broken,
    Interrupted,
    NoKey,
    NotSent,
    Refused,
    Rejected,
    SaleshandyError,
    Throttled,
    Unreadable,
)
from saleshandy_mcp.sandbox.http import contract

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def judged(status: int, document: Any = None, headers: dict[str, str] | None = None) -> SaleshandyError | None:
    return from_response(status, headers or {}, document, NOW) if is_failure(status, document) else None


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("document", [None, [], {}, {"message": "Success"}, {"error": False, "payload": {}}, "text"])
def test_every_2xx_is_a_success(status: int, document: Any) -> None:
    assert judged(status, document) is None


APPLICATION = {"error": True, "type": "x", "code": 40100, "message": "Sequence not found", "payload": None}


@pytest.mark.parametrize(
    ("status", "document", "code", "reasons"),
    [
        (400, APPLICATION, 40100, ["Sequence not found"]),
        (400, {"code": 40100, "type": "x", "message": "Sequence not found"}, 40100, ["Sequence not found"]),
        (404, {"statusCode": 404, "message": "Cannot GET /user", "error": "Not Found"}, None, ["Cannot GET /user"]),
        (400, {"statusCode": 400, "message": ["a", "b"], "error": "Bad Request"}, None, ["a", "b"]),
        (400, {"statusCode": 400, "messages": ["a", "b"], "error": "Bad Request"}, None, ["a", "b"]),
        (400, {"statusCode": 400, "messages": "a"}, None, ["a"]),
        (400, {"statusCode": 400, "error": "Bad Request"}, None, ["Bad Request"]),
        (400, {"error": True, "error_code": 4000, "error_message": "No"}, 4000, ["No"]),
        (400, {"error": "x", "error_code": 4000, "error_message": "No"}, 4000, ["No"]),
        (413, {"code": 40003, "message": "More than 50"}, 40003, ["More than 50"]),
        (404, {"code": 40000, "message": "Request not found"}, 40000, ["Request not found"]),
        (409, {"code": 1001, "message": "Already exists"}, 1001, ["Already exists"]),
        (400, {"code": "40100", "message": "x"}, None, ["x"]),
        (404, None, None, []),
        (413, "too large", None, []),
        (422, [1, 2], None, []),
        (400, {}, None, []),
        (400, {"message": {"a": 1}}, None, []),
        (400, {"message": [{"property": "a"}]}, None, ["{'property': 'a'}"]),
        (301, None, None, []),
        (302, {"message": "Found"}, None, ["Found"]),
        (304, None, None, []),
        (501, {"code": 501, "message": "not emulated"}, 501, ["not emulated"]),
    ],
)
def test_a_no_is_told_in_the_words_of_the_api(status: int, document: Any, code: int | None, reasons: list[str]) -> None:
    error = judged(status, document)
    assert type(error) is Rejected
    assert (error.status, error.code, error.reasons) == (status, code, reasons)
    assert str(error) == ("; ".join(reasons) or f"HTTP {status}")
    assert error.executed == "no"


@pytest.mark.parametrize(
    ("status", "document"),
    [
        (400, {"code": 40000, "message": "Rate Limit exceeded"}),
        (400, {"error": True, "error_code": 4000, "error_message": "Rate Limit exceeded"}),
        (400, {"error": "x", "error_code": 4000, "error_message": "Rate Limit exceeded"}),
        (400, {"statusCode": 400, "message": ["RATE LIMIT EXCEEDED"], "error": "Bad Request"}),
        (400, {"error": "rate limit exceeded"}),
        (429, {"message": "Too many requests"}),
        (429, None),
        (429, "<html>"),
    ],
)
def test_a_rate_limit_is_known_in_each_of_its_forms(status: int, document: Any) -> None:
    error = judged(status, document)
    assert type(error) is Throttled
    assert (error.status, error.after, error.executed) == (status, None, "no")


@pytest.mark.parametrize(
    "document", [{"code": 40000, "message": "Request not found"}, {"error_code": 4000, "error_message": "Failed"}]
)
def test_the_codes_of_the_rate_limit_alone_are_none(document: Any) -> None:
    assert type(judged(400, document)) is Rejected


def after(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("0", 0.0),
        ("2.5", 2.5),
        (" 7 ", 7.0),
        ("86400", 86400.0),
        (after(90), 90.0),
        ("Mon, 16 Nov 2026 08:01:00 -0000", 60.0),
        ("Mon, 16 Nov 2026 09:01:00 +0100", 60.0),
        (after(-90), None),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("-inf", None),
        ("1e999", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Mon, 99 Nov 2026 08:00:00 GMT", None),
        ("Mon, 16 Nov 99999 08:00:00 GMT", None),
        ("Mon, 16 Nov 99999999999999999999 08:00:00 GMT", None),
        ("Mon, 16 Nov 2026 08:00:00 +99999999999999999", None),
    ],
)
def test_a_retry_after_is_read_or_ignored(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds
    error = judged(429, None, {} if value is None else {"retry-after": value})
    assert isinstance(error, Throttled)
    assert error.after == seconds


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (None, "in a minute"),
        (1.0, "in 1 second"),
        (40.0, "in 40 seconds"),
        (600.0, "in 10 minutes"),
        (7200.0, "in 2 hours"),
        (315_360_000.0, "later"),
    ],
)
def test_when_to_try_again_is_told_in_words_and_a_wait_of_years_is_not_repeated(
    after: float | None, words: str
) -> None:
    assert Throttled(429, None, [], after).again == words


@given(st.text() | st.text("0123456789+-:, GMTMonNov.", max_size=40))
def test_no_retry_after_is_negative_infinite_or_an_error(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds < float("inf")


@pytest.mark.parametrize(
    ("status", "document"),
    [
        (400, {"error": True, "type": "auth", "code": 1001, "message": "Invalid token", "payload": None}),
        (400, {"code": 1001, "message": "Invalid access token"}),
        (400, {"error_code": 1001, "error_message": "INVALID TOKEN"}),
        (401, None),
        (401, {"code": 1001, "message": "x"}),
        (403, {"code": 4003, "message": "You have no right"}),
        (403, "<html>"),
    ],
)
def test_a_bad_key_is_known_in_each_of_its_forms(status: int, document: Any) -> None:
    assert type(judged(status, document)) is BadKey


@pytest.mark.parametrize("text", ["Tag already exists", "Not found", "You are not allowed to do this", ""])
def test_code_1001_without_a_word_of_a_token_is_no_bad_key(text: str) -> None:
    assert type(judged(400, {"code": 1001, "message": text})) is Rejected


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520, 599])
@pytest.mark.parametrize("document", [None, "<html>", {"code": 5001, "message": "Internal server error"}])
def test_a_failure_on_the_other_side_leaves_it_open_whether_it_was_done(status: int, document: Any) -> None:
    error = judged(status, document)
    assert type(error) is Broken
    assert error.executed == "unknown"
    assert f"HTTP {status}" in str(error)
    assert ("Internal server error" in str(error)) is isinstance(document, dict)


@pytest.mark.parametrize("status", [200, 201])
def test_a_2xx_that_says_error_is_a_no(status: int) -> None:
    error = judged(status, APPLICATION)
    assert type(error) is Rejected
    assert (error.code, error.reasons) == (40100, ["Sequence not found"])


@pytest.mark.parametrize(
    ("error", "executed"),
    [
        (NoKey(), "no"),
        (NotSent(), "no"),
        (Refused(400, None, []), "no"),
        (Throttled(429, None, []), "no"),
        (Broken(), "unknown"),
        (Interrupted(), "unknown"),
        (Unreadable(), "yes"),
    ],
)
def test_an_error_says_whether_the_world_may_have_changed(error: SaleshandyError, executed: str) -> None:
    assert error.executed == executed


def documented() -> list[tuple[str, int, int, str]]:
    """Every code that the contract declares for any call: call, status, code, meaning."""
    return [
        (spec["operationId"], entry["status"], entry["code"], entry["meaning"])
        for item in contract.document()["paths"].values()
        for spec in item.values()
        for entry in spec.get("x-error-codes", [])
        if "code" in entry
    ]


def test_every_documented_code_comes_through() -> None:
    for name, status, code, meaning in documented():
        error = judged(status, {"error": True, "code": code, "message": meaning})
        assert error is not None, name
        if isinstance(error, Refused):
            assert (error.status, error.code, error.reasons) == (status, code, [meaning])
        else:
            assert (type(error), status) == (Broken, 500)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "code", "message", "messages", "error_code", "payload"]), inner)
    ),
    max_leaves=8,
)


@given(st.integers(200, 599), JSON)
def test_whatever_comes_there_is_a_verdict(status: int, document: Any) -> None:
    error = judged(status, document)
    assert error is None or str(error)
    assert (error is None) <= (status < 300)


def test_an_answer_that_does_not_fit_is_told_by_its_first_field_and_without_values() -> None:
    with pytest.raises(ValidationError) as error:
        Sequence.model_validate({"id": "s1", "title": ["jo@secret.example.com"], "active": "jo@secret.example.com"})
    said = misfit(ListSequences(), error.value)
    assert said.startswith("the answer to list_sequences is not as expected: title: ")
    assert "secret" not in said
