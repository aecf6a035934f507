"""Uploads: taken for mails as they are, judged by type and size for notes."""

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox


async def test_an_upload_is_answered_with_its_id(box: Sandbox, http: httpx2.AsyncClient) -> None:
    answer = await http.post("/attachments", files={"file": ("offer.pdf", b"%PDF-1.7", "application/pdf")})
    assert answer.status_code == 200
    row = box.world.attachments[answer.json()["payload"]["attachmentId"]]
    assert (row["name"], row["mediaType"], row["size"]) == ("offer.pdf", "application/pdf", 8)


async def test_an_empty_file_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/attachments", files={"file": ("empty.txt", b"")})
    assert (answer.status_code, answer.json()["code"]) == (400, 4000)


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [("run.EXE", 1, 4001), ("long.txt", 20 * 1024 * 1024 + 1, 4002), ("fits.txt", 20 * 1024 * 1024, None)],
)
async def test_a_note_takes_no_programs_and_20_megabytes_at_most(
    http: httpx2.AsyncClient, name: str, size: int, code: int | None
) -> None:
    answer = await http.post("/notes/attachments", files={"file": (name, b"x" * size)})
    assert answer.json().get("code") == code


@pytest.mark.parametrize("path", ["/attachments", "/notes/attachments"])
async def test_a_call_without_a_file_or_with_more_than_it_is_refused(http: httpx2.AsyncClient, path: str) -> None:
    nothing = await http.post(path, files={"other": ("a.txt", b"a")})
    assert nothing.json()["message"] == ["property other should not exist", "file should not be empty"]
    assert (await http.post(path, json={"file": "a"})).json()["message"] == ["file should not be empty"]
    more = await http.post(path, files={"file": ("a.txt", b"a")}, data={"name": "a"})
    assert more.json()["message"] == ["property name should not exist"]
