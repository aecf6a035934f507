"""Where a table may come from, what it is by its content, and that it stays the same while it is read."""

import gzip
import hashlib
import io
import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.sources import Pin, SourceRow, inline, limits, open_file, open_path, open_stream
from tests.import_engine.sources.kit import packed, put, read, refused, wrong

CSV = "Email,First Name\na@x.example.com,Ann\n"
ANN = SourceRow(2, {"Email": "a@x.example.com", "First Name": "Ann"})


def test_a_file_in_a_folder_of_the_folder_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "june").mkdir()
    put(tmp_path / "june", CSV)
    for name in ("june/a.csv", "june/../june/a.csv", str(tmp_path / "june/a.csv")):
        with open_file(name, tmp_path) as source:
            assert (source.name, list(source.rows)) == ("a.csv", [ANN])


def test_a_source_is_pinned_by_its_bytes(tmp_path: Path) -> None:
    assert read(tmp_path, CSV)[0].pin == Pin(hashlib.sha256(CSV.encode()).hexdigest(), len(CSV))


def test_the_allowed_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    put(tmp_path / "real", CSV)
    (tmp_path / "link").symlink_to("real")
    with open_file("a.csv", tmp_path / "link") as source:
        assert list(source.rows) == [ANN]


def test_without_an_allowed_folder_no_file_is_read() -> None:
    words = refused(lambda: open_file("/etc/hostname", None))
    assert "may not read files" in words
    assert "`rows`" in words
    assert "SALESHANDY_FILES" in words


@pytest.mark.parametrize(
    "name", ["../out.csv", "sub/../../out.csv", "{out}", "/etc/passwd", "linked/out.csv", "../in-2/a.csv", "~/a.csv"]
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    for sub in ("in", "in-2", "in/sub", "elsewhere"):
        (tmp_path / sub).mkdir()
    for file in ("out.csv", "in-2/a.csv", "elsewhere/out.csv"):
        put(tmp_path, CSV, file)
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    words = refused(lambda: open_file(name.format(out=tmp_path / "out.csv"), folder))
    assert "is not inside the allowed folder" in words or "cannot be read" in words
    assert "x.example.com" not in words


def test_a_link_is_followed_for_a_person_and_not_for_a_model(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link.csv").symlink_to(put(tmp_path, CSV))
    assert "link.csv cannot be read" in refused(lambda: open_file("link.csv", tmp_path / "in"))
    with open_path(tmp_path / "in/link.csv") as source:
        assert (source.name, list(source.rows)) == ("link.csv", [ANN])


@pytest.mark.parametrize("name", ["", ".", "sub", "sub/"])
def test_a_folder_is_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    assert "is not a regular file but a folder" in refused(lambda: open_file(name, tmp_path))
    assert "is not a regular file but a folder" in refused(lambda: open_path(tmp_path / name))


def test_pipes_and_devices_are_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "not a regular file but a device or a pipe" in refused(lambda: open_file("pipe.csv", tmp_path))
    for path in (tmp_path / "pipe.csv", Path("/dev/zero")):
        assert "not a regular file but a device or a pipe" in refused(lambda path=path: open_path(path))


def test_a_missing_file_is_told_with_what_is_there(tmp_path: Path) -> None:
    put(tmp_path, CSV, "leads.csv")
    put(tmp_path, CSV, "notes.txt")
    for words in (
        refused(lambda: open_file("laeds.csv", tmp_path)),
        refused(lambda: open_path(tmp_path / "laeds.csv")),
    ):
        assert "laeds.csv cannot be read (No such file or directory)" in words
        assert "there is: leads.csv." in words
    assert "there is no .csv file." in refused(lambda: open_path(tmp_path / "gone/a.csv"))


def test_a_file_that_one_may_not_read_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = put(tmp_path, CSV)
    monkeypatch.setattr(os, "open", denied)
    assert "a.csv cannot be read (Permission denied)" in refused(lambda: open_path(path))


@pytest.mark.parametrize("name", ["a\0.csv", "sub\0/a.csv", "x" * 300, "x" * 300 + "/a.csv", "loop/a.csv", "loop"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "file: " in refused(lambda: open_file(name, tmp_path))
    assert "file: " in refused(lambda: open_path(tmp_path / name))


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = put(tmp_path, "")
    os.truncate(path, limits.MOST_BYTES + 1)
    assert "has 200,000,001 bytes, at most 200,000,000" in refused(lambda: open_path(path))


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cannot be read as an old Excel file (.xls)"),
        (b"%PDF-1.7", "a PDF, which is not read. Export the table itself as CSV or XLSX."),
        (gzip.compress(CSV.encode(), mtime=0), "packed with gzip, which is not read. Unpack it"),
        (b"\n<!DOCTYPE html><html>", "a web page (HTML), not a table"),
        (b"<table><tr>", "a web page (HTML), not a table"),
        (b"<?xml version='1.0'?><a/>", "is XML, which is not read"),
        (b"\0\0\0\x18ftypheic", "a picture or a film, which is not read"),
        (b"GIF89a", "a picture, which is not read. Give the table itself, as CSV or XLSX."),
        (b"\0\1\0\0Standard Jet DB", "an Access database, which is not read. Export the table from Access"),
        (packed({"Index/Tables/DataList.iwa": ""}), "a Numbers document, which is not read. In Numbers: File, Export"),
        (packed({"Index/Document.iwa": ""}), "a document of Numbers, Pages or Keynote, which is not read. Open it"),
        (packed({"word/document.xml": ""}), "a Word document, which is not read. Copy the table into a sheet"),
        (packed({"people.csv": CSV}), "a zip archive, which is not read. Unpack it and give the table that is in it."),
        (
            b'{"":"WARNING! DO NOT EDIT","doc_id":"1a","resource_key":"","email":"ann@lake.example.com"}',
            "only a link to a document, without what is in it. Open it in the browser, and download the sheet",
        ),
        (b"[InternetShortcut]\r\nURL=https://x.example", "only a link to a document"),
        ("<html>".encode("utf-16"), "a web page (HTML), not a table"),
    ],
)
def test_what_is_no_table_is_told_by_what_it_is(tmp_path: Path, start: bytes, words: str) -> None:
    assert words in wrong(tmp_path, start)


@pytest.mark.parametrize("kind", ["", "csv", ".csv"])
def test_standard_input_is_read_like_a_file(kind: str) -> None:
    with open_stream(io.BytesIO(CSV.encode()), kind=kind) as source:
        assert (source.name, list(source.rows)) == ("standard input", [ANN])


def test_standard_input_has_the_same_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("saleshandy_mcp.import_engine.sources.MOST_BYTES", 1000)
    assert "standard input has over 1,000 bytes" in refused(lambda: open_stream(io.BytesIO(b"x" * 1001)))
    assert "standard input is empty" in refused(lambda: open_stream(io.BytesIO()))


def grown(path: Path) -> None:
    with path.open("a") as file:
        file.write("late@x.example.com,Late\n")


def same_size(path: Path) -> None:
    stamp = path.stat()
    with path.open("r+b") as file:
        file.seek(-30, os.SEEK_END)
        file.write(b"!")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("change", [grown, same_size, cut])
@pytest.mark.parametrize("shape", ["csv", "jsonl"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, change: Callable[[Path], None], shape: str
) -> None:
    row = CSV.splitlines()[1] if shape == "csv" else json.dumps(ANN.values)
    path = put(tmp_path, ("Email,First Name\n" if shape == "csv" else "") + (row + "\n") * 60_000, f"a.{shape}")
    with open_path(path) as source:
        next(source.rows)
        change(path)
        assert f"a.{shape} changed while it was being read. Try again" in refused(lambda: list(source.rows))


def test_inline_rows_are_numbered_from_one_and_their_columns_gathered() -> None:
    source = inline([{"Email": " a@x.example.com "}, {"City": "Bonn", "Email": "b@x.example.com", "State": ""}])
    assert (source.name, source.columns, source.pin) == ("rows", ["Email", "City", "State"], None)
    assert list(source.rows) == [
        SourceRow(1, {"Email": "a@x.example.com"}),
        SourceRow(2, {"City": "Bonn", "Email": "b@x.example.com"}),
    ]


def test_inline_rows_have_limits_of_their_own_name() -> None:
    assert refused(lambda: inline([])).startswith("rows: the list holds no objects")
    source = inline([{"Email": "a@x.example.com", "Note": "x" * 64_001}])
    assert [row.values for row in source.rows] == [{"Email": "a@x.example.com"}]
    assert source.remarks.sentences == ['1 value of over 64,000 characters was left out ("Note", row 1)']


def line(number: int, shape: str) -> str:
    note = f"note {number} " * 20
    return f"p{number}@x.example.com,{note}\n" if shape == "csv" else json.dumps({"Email": "a", "Note": note}) + "\n"


def peak(path: Path) -> int:
    tracemalloc.start()
    with open_path(path) as source:
        for _ in source.rows:
            pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("shape", ["csv", "jsonl"])
def test_a_file_ten_times_as_long_takes_no_more_memory(tmp_path: Path, shape: str) -> None:
    head = "Email,Note\n" if shape == "csv" else ""
    paths = [
        put(tmp_path, head + "".join(line(number, shape) for number in range(rows)), f"{rows}.{shape}")
        for rows in (5_000, 50_000)
    ]
    peak(paths[0])  # what is made once for all
    short, long = map(peak, paths)
    assert long < short * 1.1
