"""Uploads: form fields and files, taken apart and judged by the contract."""

from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.sandbox.http import contract, multipart
from saleshandy_mcp.sandbox.http.asgi import Call

BOUNDARY = "multipart/form-data; boundary=x"
UPLOADS = [
    (method.upper(), path)
    for path, item in contract.document()["paths"].items()
    for method, operation in item.items()
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
]
BINARY = bytes(range(256)) + b"\r\n--\r\n\n"


def encoded(**parts: Any) -> tuple[str, bytes]:
    texts = {name: part for name, part in parts.items() if isinstance(part, str)}
    files = {name: part for name, part in parts.items() if not isinstance(part, str)}
    request = httpx2.Request("POST", "http://sandbox", data=texts, files=files)
    return request.headers["content-type"], request.read()


def test_fields_and_files_keep_every_byte() -> None:
    content_type, body = encoded(note="Grüße\r\nfrom ✉", file=("Übersicht, 1.csv", BINARY, "text/csv"))
    form = multipart.parsed(content_type, body)
    assert form.fields == {"note": "Grüße\r\nfrom ✉"}
    assert form.files == {"file": ("Übersicht, 1.csv", BINARY, "text/csv")}


def test_an_empty_file_is_a_file() -> None:
    assert multipart.parsed(*encoded(file=("empty.txt", b"", "text/plain"))).files["file"].content == b""


@pytest.mark.parametrize(
    "body",
    [b"", b"--x", b"--x\r\n\r\n--x--", b"--x\r\nnothing\r\n\r\nx\r\n--x--", b"--y\r\n--y--", b"--x\r\n\xff\r\n--x--"],
)
def test_a_broken_form_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        multipart.parsed(BOUNDARY, body)


@pytest.mark.parametrize(("method", "path"), UPLOADS)
@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data", BOUNDARY, "☃"])
def test_no_upload_makes_the_sandbox_fall_over(box: Sandbox, method: str, path: str, content_type: str) -> None:
    for body in (b"", b"{}", b"--x--", b"--x\r\n\r\n--x--", b"\xff"):
        call = Call(method, f"/v1{path}", path, {}, KEY, body, "http://sandbox/", content_type)
        assert box.answer(call).status in {400, 501}


@pytest.mark.parametrize(
    ("parts", "complaints"),
    [
        ({}, ["file should not be empty"]),
        ({"file": (None, b"a text")}, ["file must be an object"]),
        ({"file": ("a.png", b"x"), "foo": "1"}, ["property foo should not exist"]),
        ({"file": ("a.png", b"x"), "bar": ("b.png", b"y")}, ["property bar should not exist"]),
        ({"file": ("a.png", b"x")}, []),
    ],
)
def test_a_form_is_judged_by_the_contract(parts: dict[str, Any], complaints: list[str]) -> None:
    operation = contract.operation_of("POST", "/notes/attachments")
    outline = multipart.parsed(*encoded(**parts)).outline() if parts else {}
    assert operation.complaints({}, outline) == complaints
