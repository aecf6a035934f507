"""The report of refused rows: which links may be followed, and what the file says."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.http.refused_rows import RefusedRow, may_fetch, refused_rows
from saleshandy_mcp.sandbox.simulation.imports import REASON_COLUMN

HOME = "https://open-api.saleshandy.com/v1"


@pytest.mark.parametrize(
    "url",
    [
        "https://open-api.saleshandy.com/files/a.csv",
        "https://saleshandy.com/a.csv",
        "https://files.saleshandy.com/a.csv?signature=x#y",
        "https://saleshandy.com:443/a.csv",
        "https://some-bucket.s3.eu-central-1.amazonaws.com/a.csv?X-Amz-Signature=x",
        "https://s3.amazonaws.com/bucket/a.csv",
        "https://storage.googleapis.com/bucket/a.csv",
        "https://account.blob.core.windows.net/container/a.csv",
        "https://FILES.SALESHANDY.COM/a.csv",
        "HTTPS://files.saleshandy.com/a.csv",
    ],
)
def test_a_report_may_lie_with_the_api_or_in_a_known_store(url: str) -> None:
    assert may_fetch(url, HOME)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.saleshandy.com/a.csv",
        "http://some-bucket.s3.amazonaws.com/a.csv",
        "ftp://files.saleshandy.com/a.csv",
        "file:///etc/passwd",
        "//files.saleshandy.com/a.csv",
        "/files/a.csv",
        "files.saleshandy.com/a.csv",
        "",
        "https://",
        "https:///a.csv",
        "https://evil-saleshandy.com/a.csv",
        "https://saleshandy.com.evil.example/a.csv",
        "https://saleshandy.com@evil.example/a.csv",
        "https://evil.example/saleshandy.com",
        "https://evil.example/?.saleshandy.com",
        "https://evil.example#.saleshandy.com",
        "https://evil.example\\.saleshandy.com/a.csv",
        "https://user@files.saleshandy.com/a.csv",
        "https://user:word@files.saleshandy.com/a.csv",
        "https://:word@files.saleshandy.com/a.csv",
        "https://@files.saleshandy.com/a.csv",
        "https://files.saleshandy.com:8443/a.csv",
        "https://files.saleshandy.com:80/a.csv",
        "https://open-api.saleshandy.com:22/a.csv",
        "https://files.saleshandy.com:port/a.csv",
        "https://files.saleshandy.com:99999/a.csv",
        "https://[::1]/a.csv",
        "https://[broken/a.csv",
        "https://127.0.0.1/a.csv",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/a.csv",
        "https://amazonaws.com.evil.example/a.csv",
        "https://notamazonaws.com/a.csv",
        "https://googleapis.com/a.csv",
        "https://core.windows.net/a.csv",
    ],
)
def test_no_other_link_is_followed(url: str) -> None:
    assert not may_fetch(url, HOME)


def test_the_api_server_itself_may_be_any_address() -> None:
    assert may_fetch("http://127.0.0.1:8377/files/a.csv", "http://127.0.0.1:8377/v1")
    assert not may_fetch("http://127.0.0.1:8378/files/a.csv", "http://127.0.0.1:8377/v1")
    assert not may_fetch("https://127.0.0.1:8377/files/a.csv", "http://127.0.0.1:8377/v1")
    assert not may_fetch("http://user@127.0.0.1:8377/files/a.csv", "http://127.0.0.1:8377/v1")


LINKS = st.text("https://:@.#?\\[]%saleshandy.comevil12", max_size=60).map(lambda tail: f"https://{tail}")


@given(st.text() | LINKS)
def test_no_link_makes_the_question_fail(url: str) -> None:
    assert may_fetch(url, HOME) in (True, False)


ANN = RefusedRow("ann@example.com", "Invalid email address")


@pytest.mark.parametrize(
    "text",
    [
        "Email,Failure Reason\nann@example.com,Invalid email address\n",
        "\ufeffEmail,Failure Reason\nann@example.com,Invalid email address\n",
        "First Name,Email,Reason\r\nAnn,ann@example.com,Invalid email address\r\n",
        "Email Address,Error\nann@example.com,Invalid email address",
        "EMAIL,error_message\nann@example.com,Invalid email address",
        "email_reason,email\nInvalid email address,ann@example.com",
        "Remarks,Contact\nInvalid email address,ann@example.com",
        "Contact,What happened\nann@example.com,Invalid email address",
        'Name,Email,Failed because\n"Ann, the ""first""", ann@example.com ,"Invalid email address"\n',
        "\n\nEmail,Failure Reason\n\nann@example.com,Invalid email address\n\n",
    ],
)
def test_address_and_reason_are_found_whatever_the_columns_are_called(text: str) -> None:
    assert refused_rows(text) == [ANN]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Email,Reason\n", []),
        ("Email,Reason", []),
        ("Email,Reason\na@example.com,\n", [("a@example.com", "no reason given")]),
        ("Email,Reason\na@example.com\n", [("a@example.com", "no reason given")]),
        ("Email,Reason\nnowhere,Invalid\n", [("nowhere", "Invalid")]),
        ("Email,Reason\n,Invalid\n", [("", "Invalid")]),
        ("Name,Reason\nAnn,Invalid\n", [("", "Invalid")]),
        ('Email,Reason\na@example.com,"no, really\nno"\n', [("a@example.com", "no, really\nno")]),
        ("Email,Reason\na@example.com,x\nb@example.com,y\n", [("a@example.com", "x"), ("b@example.com", "y")]),
    ],
)
def test_what_a_file_does_not_tell_is_left_open(text: str, rows: list[tuple[str, str]]) -> None:
    assert refused_rows(text) == rows


@pytest.mark.parametrize("text", ["Email\na@example.com\n", "Address\na@example.com\n"])
def test_a_file_of_one_column_has_addresses_and_no_reasons(text: str) -> None:
    assert refused_rows(text) == [("a@example.com", "no reason given")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "<html><body>Access denied</body></html>",
        "\n  <?xml version='1.0'?><Error/>",
        "\ufeff<html>",
        '{"message": "There is no such file."}',
        '[{"email": "a@example.com"}]',
        'Email,Reason\n"a@example.com,x\n',
        "\ufeff",
    ],
)
def test_what_is_no_such_file_is_an_error_and_not_an_empty_list(text: str) -> None:
    with pytest.raises(ValueError, match="the report"):
        refused_rows(text)


def test_a_row_with_more_values_than_columns_keeps_address_and_reason() -> None:
    assert refused_rows("Email,Reason\na@example.com,x,more,and more\n") == [("a@example.com", "x")]
    assert refused_rows("Contact,Note\na@example.com,x,more\n")[0].email == "a@example.com"


@given(st.text() | st.text('Email,Reason"\n\r\x00;a@b. \ufeff', max_size=80))
def test_whatever_is_fetched_it_is_read_or_refused(text: str) -> None:
    try:
        rows = refused_rows(text)
    except ValueError:
        return
    assert all(row.reason for row in rows)


ROWS = st.lists(st.tuples(st.emails(), st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]))))


@given(ROWS)
def test_a_file_as_the_sandbox_writes_it_is_read_row_by_row(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["First Name", "Email", REASON_COLUMN])
    writer.writerows([["Ann", email, reason] for email, reason in rows])
    assert refused_rows(text.getvalue()) == [(email, reason.strip() or "no reason given") for email, reason in rows]
