"""Answers that are not what they should be, reports that are fetched, and what an error never tells."""

import sys
import traceback
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.http import refused_rows as report
from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts
from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.prospects import GetImportStatus, ListProspectSequences
from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.api.resources.sequences import (
    CreateSequence,
    GetSequenceSettings,
    ListSequences,
    UpdateSequenceStatus,
)
from saleshandy_mcp.core.errors import Interrupted, NoKey, Rejected, SaleshandyError, Unreadable
from saleshandy_mcp.sandbox import KEY

Connect = Callable[[Any], Saleshandy]
HIDDEN = "ann@example.com"

OPERATIONS: list[Operation[Any]] = [
    ListSequences(),
    ListEmailAccounts(),
    ListFields(),
    GetImportStatus(request_id="7c41e90"),
    GetSequenceSettings(sequence_id="s"),
    CreateSequence(title="x"),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
@pytest.mark.parametrize(
    "content",
    [
        b"<html>ann@example.com</html>",
        b"",
        b'{"payload": [{"id": "ann@example.c',
        b"ann@example.com",
        b'"ann@example.com"',
        b"41",
        b"[" * 100_000,
        b"9" * 10_000,
        b"\xff\xfeann@example.com",
        {"payload": HIDDEN},
        {"payload": [HIDDEN]},
        {"payload": [{"id": {"ann@example.com": HIDDEN}, "title": [HIDDEN], "active": HIDDEN, "label": [HIDDEN]}]},
        {"payload": {"emails": [{"id": [HIDDEN], "status": HIDDEN}], "settings": HIDDEN, "isCompleted": HIDDEN}},
        {"payload": {"emails": [], "meta": {"totalPages": HIDDEN}, "settings": [{"code": HIDDEN}], "title": 1}},
        {"payload": {"emails": [], "meta": {"totalItems": HIDDEN}, "settings": {"code": HIDDEN}, "title": 1}},
        {"payload": {"emails": [], "meta": [HIDDEN], "settings": [HIDDEN], "sequenceId": [HIDDEN]}},
        {"payload": {"emails": [], "meta": {"totalPages": [HIDDEN]}, "schedule": HIDDEN, "isCompleted": None}},
        {"message": HIDDEN, "rows": 3, "meta": HIDDEN, "settings": 3},
    ],
    ids=range(18),
)
async def test_a_2xx_that_does_not_fit_is_unreadable_and_shows_nothing_of_it(
    connect: Connect, server: Any, operation: Operation[Any], content: Any
) -> None:
    app = server(server.answer(200, content))
    with pytest.raises(Unreadable) as caught:
        await connect(app).send(operation)
    assert str(caught.value).startswith(f"the answer to {operation.slug} is not")
    assert "ann" not in str(caught.value)
    assert len(app.bodies) == (1 if isinstance(operation, CreateSequence) else 2)


async def test_an_answer_without_a_body_is_no_empty_list(connect: Connect, server: Any) -> None:
    with pytest.raises(Unreadable):
        await connect(server(server.answer(201, b""))).send(ListProspectSequences(prospect_id="p"))


async def test_a_read_that_was_cut_short_is_read_again(connect: Connect, server: Any) -> None:
    app = server(server.answer(200, b'{"payload": ['), server.answer(200, {"payload": []}))
    assert await connect(app).send(ListSchedules()) == []


@pytest.mark.parametrize("content", [b"null", b"{}", b'{"message": "Sequence status updated"}', b'{"payload": 1}'])
@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_a_command_is_done_with_any_2xx(connect: Connect, server: Any, status: int, content: bytes) -> None:
    app = server(server.answer(status, content))
    await connect(app).send(UpdateSequenceStatus(sequence_ids=["s"], status="pause"))


async def test_a_command_is_done_without_a_word_only_where_the_status_says_that_there_is_none(
    connect: Connect, server: Any
) -> None:
    start = UpdateSequenceStatus(sequence_ids=["s"], status="resume")
    await connect(server(server.answer(204, b""))).send(start)
    for status in (200, 201, 202):
        with pytest.raises(Unreadable, match="is not JSON"):
            await connect(server(server.answer(status, b""))).send(start)


async def test_a_success_that_says_no_is_a_refusal(connect: Connect, server: Any) -> None:
    app = server(server.answer(200, {"success": False, "message": "Nothing was changed"}))
    with pytest.raises(Rejected, match="Nothing was changed"):
        await connect(app).send(UpdateSequenceStatus(sequence_ids=["s"], status="pause"))


async def test_a_command_that_is_answered_with_a_web_page_is_not_told_as_done(connect: Connect, server: Any) -> None:
    with pytest.raises(Unreadable, match="is not JSON"):
        await connect(server(server.answer(200, b"<html>"))).send(
            UpdateSequenceStatus(sequence_ids=["s"], status="pause")
        )


LINK = "http://sandbox/files/7c41e90.csv"


async def test_a_report_is_fetched_without_the_key(connect: Connect, server: Any) -> None:
    app = server(server.answer(200, "Email,Grund\nä@example.com,x\n".encode()))
    api = connect(app)
    assert await api.download(LINK) == "Email,Grund\nä@example.com,x\n"
    await api.download("https://bucket.s3.amazonaws.com/a.csv?X-Amz-Signature=x")
    assert [headers["host"] for headers in app.headers] == ["sandbox", "bucket.s3.amazonaws.com"]
    assert all("x-api-key" not in headers for headers in app.headers)
    assert KEY not in str(app.headers)


async def test_a_report_that_is_no_text_is_still_told(connect: Connect, server: Any) -> None:
    assert (
        await connect(server(server.answer(200, b"Email\n\xff@example.com"))).download(LINK) == "Email\n�@example.com"
    )


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/a.csv",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://files.saleshandy.com:port/a.csv",
        "https://[broken/a.csv",
        "https://files.saleshandy.com/\x01.csv",
        "http://sandbox/\x7f",
        "https://files..saleshandy.com/a.csv",
        "https://" + "a" * 70_000 + ".saleshandy.com/a.csv",
        "nonsense",
        "",
    ],
)
async def test_a_link_that_leads_elsewhere_or_nowhere_is_not_followed(connect: Connect, server: Any, link: str) -> None:
    app = server(server.answer(200, b"Email"))
    with pytest.raises(Unreadable, match="the link to the report"):
        await connect(app).download(link)
    assert app.bodies == []


@pytest.mark.parametrize("status", [302, 403, 404, 500])
async def test_a_report_that_is_not_there_is_told(connect: Connect, server: Any, status: int) -> None:
    app = server(server.answer(status, b"<html>", {"location": "http://sandbox/elsewhere"}))
    with pytest.raises(Unreadable, match=f"HTTP {status}"):
        await connect(app).download(LINK)
    assert len(app.bodies) == 1


async def test_a_report_larger_than_any_import_is_given_up(
    connect: Connect, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MAX_BYTES", 1000)
    assert len(await connect(server(server.answer(200, b"x" * 1000))).download(LINK)) == 1000
    with pytest.raises(Unreadable, match="larger"):
        await connect(server(server.answer(200, b"x" * 1001))).download(LINK)


async def test_a_report_that_breaks_off_is_told(connect: Connect, server: Any) -> None:
    with pytest.raises(Interrupted, match="ReadError"):
        await connect(server(server.failure(httpx2.ReadError("reset")))).download(LINK)


@pytest.mark.parametrize("operation", [ListSchedules(), CreateSequence(title="x")])
@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError("refused"),
        httpx2.ReadError("reset"),
        httpx2.DecodingError("bad gzip"),
        (400, {"code": 1001, "message": "Invalid token"}),
        (429, None),
        (500, b"<html>"),
        (404, None),
        (200, b"<html>"),
        (200, {"payload": 3}),
    ],
)
async def test_the_key_is_in_no_error_and_no_traceback(
    connect: Connect, server: Any, operation: Operation[Any], failure: Any
) -> None:
    steps = server.failure(failure) if isinstance(failure, Exception) else server.answer(*failure)
    with pytest.raises(SaleshandyError) as caught:
        await connect(server(steps)).send(operation)
    assert KEY not in told(caught.value)


def told(error: BaseException) -> str:
    """All that a log could show of an error, with the values of local variables."""
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(whole.format()) + repr(error) + str(error.args)


def test_the_key_is_shown_by_nothing() -> None:
    api = Saleshandy(KEY)
    assert KEY not in repr(api) + str(vars(api))
    assert KEY not in told(NoKey())
    assert sys.exc_info() == (None, None, None)
