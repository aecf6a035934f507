"""What a failed answer means, whatever it looks like."""

from datetime import UTC, datetime
from typing import Any

import pytest

from saleshandy_mcp.core.errors import Throttled
from saleshandy_mcp.integrations.salessheet.crm_errors import RefusedRecords, failure, reasons_in, refused_items

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def nested(depth: int, name: str) -> Any:
    """Lists within each other, or objects under this name."""
    body: Any = "deep"
    for _ in range(depth):
        body = {name: body} if name else [body]
    return body


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, []),
        ("no", ["no"]),
        ({"message": "no"}, ["no"]),
        ({"error": {"message": "no", "details": [{"message": "why"}]}}, ["no", "why"]),
        ({"errors": ["one", {"detail": "two"}]}, ["one", "two"]),
        ({"errors": {"email": ["is not valid"]}}, ["email is not valid"]),
        ({"path": "/contacts", "status": "bad"}, []),
        ([{"message": 5}], []),
    ],
)
def test_the_words_of_an_error_are_found(document: Any, expected: list[str]) -> None:
    assert list(reasons_in(document)) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"error": {"details": [{"index": 3, "message": "no"}, {"index": 3, "message": "why"}]}}, {3: ["no", "why"]}),
        ({"failed": [{"row": 0, "errors": ["no"]}]}, {0: ["no"]}),
        ([{"index": 0}, {"index": True, "message": "no"}, {"index": "1", "message": "no"}], {}),
        (None, {}),
    ],
)
def test_the_items_of_a_batch_are_found_by_their_index(document: Any, expected: dict[int, list[str]]) -> None:
    assert dict(refused_items(document)) == expected


def test_an_error_with_many_reasons_stays_short() -> None:
    details = [{"index": number, "message": f"reason {number}"} for number in range(100)]
    error = failure(422, {}, {"error": {"details": details}}, NOW)
    assert isinstance(error, RefusedRecords)
    assert (len(error.reasons), len(error.items)) == (10, 100)


@pytest.mark.parametrize("name", ["", "error", "x"])
def test_an_answer_of_any_depth_is_read(name: str) -> None:
    assert isinstance(failure(422, {}, nested(900, name), NOW), RefusedRecords)


def test_a_retry_after_is_used_where_there_is_one() -> None:
    error = failure(429, {"retry-after": "7"}, None, NOW)
    assert isinstance(error, Throttled)
    assert error.after == 7
