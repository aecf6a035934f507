"""Where rows come from: any file with a table in it, standard input, or the call itself.

A file is gone through twice: once to pin it and find its encoding, once to read it, row by row. What is wrong with it
as a whole is a Mistake, at once or when the rows get there; what is wrong with one row is the flaw of that row.
"""

import os
import tempfile
from contextlib import ExitStack
from io import TextIOBase
from pathlib import Path
from typing import IO, BinaryIO

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core import files
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources import kinds, objects, text
from saleshandy_mcp.import_engine.sources.cards.vcards import vcards
from saleshandy_mcp.import_engine.sources.delimited import delimited
from saleshandy_mcp.import_engine.sources.documents import documents
from saleshandy_mcp.import_engine.sources.limits import MOST_BYTES
from saleshandy_mcp.import_engine.sources.reading import AS_IT_IS, Reading
from saleshandy_mcp.import_engine.sources.recipients import are_recipients, recipients
from saleshandy_mcp.import_engine.sources.sheets import sheet
from saleshandy_mcp.import_engine.sources.table import Pin, Source, SourceRow, Table, changed, counted, empty

__all__ = ["AS_IT_IS", "Pin", "Reading", "Source", "SourceRow", "inline", "open_file", "open_path", "open_stream"]

_CHUNK = 1 << 20
_LINES = {"jsonl", "ndjson"}


def open_file(name: str, folder: Path | None, reading: Reading = AS_IT_IS) -> Source:
    """A file that a model has named: only inside the allowed folder; read as somebody says, if anybody does.

    Raises:
        Mistake: when it may not be read, or is no table.
    """
    return _source(files.open_file(name, folder, most=MOST_BYTES), Path(name).name, Path(name).suffix, reading)


def open_path(path: Path, reading: Reading = AS_IT_IS) -> Source:
    """A file that a person has named, read as somebody says, if anybody does.

    Raises:
        Mistake: when it cannot be read, or is no table.
    """
    return _source(files.open_path(path, most=MOST_BYTES), path.name, path.suffix, reading)


def open_stream(stream: BinaryIO, name: str = "standard input", kind: str = "", reading: Reading = AS_IT_IS) -> Source:
    """What comes in, kept in a temporary file while it is read.

    Args:
        stream: to be read to its end.
        name: what it is called in sentences.
        kind: the ending that a file of it would have; "jsonl" says what the content alone may leave open.
        reading: how it is read, as far as somebody says.

    Raises:
        Mistake: when it is too much, or no table.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the source closes it
    with ExitStack() as opened:
        opened.enter_context(file)
        while chunk := stream.read(_CHUNK):
            file.write(chunk)
            if file.tell() > MOST_BYTES:
                raise Mistake(f"file: {name} has over {MOST_BYTES:,} bytes, the most that are taken", "Split it.")
        file.seek(0)
        opened.pop_all()
    return _source(file, name, kind, reading)


def inline(rows: list[Row]) -> Source:
    """Rows that were given with a call; all of them say which columns there are."""
    found = objects.tabled(enumerate(rows, start=1), "the list", ahead=len(rows), where="rows")
    found.rows = counted(found.rows, "the list", where="rows")
    return Source("rows", found)


def _source(file: IO[bytes], name: str, ending: str, reading: Reading) -> Source:
    with ExitStack() as opened:
        opened.enter_context(file)
        source = _read(file, name, ending.lower().lstrip("."), reading)
        # Whatever goes wrong until here closes the file; from here on that is for the source to do.
        source.opened = opened.pop_all()
        return source


def _read(file: IO[bytes], name: str, ending: str, reading: Reading) -> Source:
    stamp = _stamp(file)
    head = file.read(text.HEAD)
    if not head:
        raise empty(name)
    kinds.refuse_foreign(head, name)
    if kinds.is_workbook(head):
        pin = text.pin(file)
        found, title = sheet(file, pin.size, name, reading)
        if text.pin(file) != pin or _stamp(file) != stamp:
            raise changed(name)
        found.rows = counted(found.rows, name)
        return Source(name, found, pin=pin, sheet=title)
    seen = text.examined(file, name, reading.encoding)
    file.seek(0)
    hashing = text.Hashing(file)
    signs = text.reading(hashing, seen)

    def moved() -> bool:
        return _stamp(file) != stamp

    try:
        found = _table(signs, seen.head, name, ending, reading)
    except (Mistake, UnicodeError):
        if moved():
            raise changed(name) from None
        raise
    if sentence := seen.sentence():
        found.remarks.say(sentence, asks=bool(seen.others))
    if seen.damaged:
        found.rows = text.undamaged(found.rows, seen.encoding)
    found.rows = counted(found.rows, name, moved=moved, other=lambda: hashing.pin != seen.pin)
    return Source(name, found, pin=seen.pin, encoding=seen.encoding, guessed=seen.guessed)


def _table(signs: TextIOBase, head: str, name: str, ending: str, reading: Reading) -> Table:
    match kinds.written(head, name):
        case "json":
            return documents(signs, head, name, lines=ending in _LINES)
        case "vcard":
            return vcards(signs, name)
        case "delimited" if reading.header is None and not reading.delimiter and are_recipients(head):
            return recipients(signs, name)
        case "delimited":
            return delimited(signs, head, name, reading)


def _stamp(file: IO[bytes]) -> tuple[int, int]:
    kind = os.fstat(file.fileno())
    return kind.st_size, kind.st_mtime_ns
