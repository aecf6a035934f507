"""The archive that an XLSX file is: unpacked under our own limits, so that its directory need not be trusted."""

import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.limits import MOST_CELLS, MOST_COLUMNS, MOST_RATIO, MOST_UNPACKED
from saleshandy_mcp.import_engine.sources.sheet_facts import Facts, SheetFacts, column_number
from saleshandy_mcp.import_engine.sources.table import too_many

_CHUNK = 1 << 20
_SMALL = 20_000_000
"""Below this, it does not matter how well a file is packed."""
_MOST_PARTS = 10_000
_MOST_TEXTS = 10_000_000
_LONGEST_PIECE = 16_000_000
_AGAIN = "Open it in Excel, and save it again as XLSX or CSV."

_PREFIX = rb"<(?:[^\s<>/:]+:)?"
_CELL = _PREFIX + rb"c\s(?:[^>]*\s)?r\s*=\s*[\"']"
_RIGHT = rb"(?:[A-Za-z]{4,}|[B-Zb-z][A-Za-z]{2}|[Aa](?:[M-Zm-z][A-Za-z]|[Ll][M-Zm-z]))\d+"
_DOWN = rb"[A-Za-z]+0*(?:[1-9]\d{6,}|[2-9]\d{5}|1[1-9]\d{4}|10[1-9]\d{3})"
"""Places right of column ALL, the 1000th, and below row 100,999."""
_TOO_FAR_RIGHT = re.compile(_CELL + _RIGHT + rb"[\"'][^>]*(?<!/)>")
_TOO_FAR_DOWN = re.compile(_CELL + _DOWN + rb"[\"'][^>]*(?<!/)>")
"""Cells there that hold something: empty ones are what formats leave behind."""
_WIDE = re.compile(_CELL + rb"(?:[A-Za-z]{3,}|[H-Zh-z][A-Za-z]|[Gg][S-Zs-z])\d+[\"'][^>]*(?<!/)>")
"""Cells right of column GR, the 200th: then the whole rectangle is measured."""
_PLACE = re.compile(_CELL + rb"([A-Za-z]+)(\d+)[\"'][^>]*(?<!/)>")
_NOWHERE = re.compile(_PREFIX + rb"c(?=[\s/>])(?![^>]*\sr\s*=\s*[\"'][A-Za-z]+\d+[\"'])")
"""A cell that does not say where it is."""
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*(?<!/)>\s*(?:<(?:[^\s<>/:]+:)?v[^>]*>\s*(\d{1,9})\s*<)?")
"""A cell whose text is kept elsewhere, once for all cells that have it; and its number there."""
_STRING = re.compile(_PREFIX + rb"si[\s>/]")

# The same for files as Excel and most others write them, found four times as fast.
_EDGE = re.compile(rb'<c r="[A-Za-z](?:[A-Za-z]|\d{6})')
"""Cells right of column Z or below row 99,999: without them, nothing is too far away."""
_FAR = re.compile(rb'<c r="(?:' + _RIGHT + b"|" + _DOWN + rb')"[^>]*(?<!/)>')
_USUAL_SHARED = re.compile(rb't="s"[^>/]*><v>(\d{1,9})<')
_USUAL_STRING = re.compile(rb"<si[\s>/]")
_UNUSUAL = [b"<c" + end for end in (b">", b"/", b"\t", b"\r", b"\n")] + [
    b":c" + end for end in (b" ", b">", b"/", b"\t", b"\r", b"\n")
]
_WANTED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/_rels/[^/]+\.rels|xl/(?:worksheets/)?[^/]+\.xml", re.IGNORECASE
)
_STRINGS = "sharedstrings.xml"


def unpack(file: IO[bytes], path: Path, name: str) -> Facts:
    """Write a workbook that holds what counts of this one, unpacked; what its sheets say of their rows and cells.

    Raises:
        Mistake: when it is no workbook, or one that would take too much.
    """
    lengths: array[int] = array("L")
    facts = Facts()
    held = 0
    try:
        with zipfile.ZipFile(file) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as plain:
            for part in _parts(packed, name):
                place = _place(part)
                with packed.open(part) as source, plain.open(place, "w", force_zip64=True) as target:
                    if place.lower().endswith(_STRINGS):
                        _measure(_pieces(source, target, b"<", name), lengths, name)
                    elif "/worksheets/" not in place.lower():
                        facts.take(place, b"".join(_pieces(source, target, b"c>", name)))
                    else:
                        held += _sheet(_pieces(source, target, b"c>", name), lengths, facts.sheet(place), name)
                        if held > MOST_UNPACKED:
                            raise _too_much(held, name)
                if facts.sheet(place).wide:
                    with packed.open(part) as source:
                        _judge_area(source, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Mistake(f"file: {name} cannot be read as XLSX ({error})", _AGAIN) from None
    return facts


def _sheet(pieces: Iterator[bytes], lengths: "array[int]", facts: SheetFacts, name: str) -> int:
    """Judge a sheet and keep what is known of it; how long its shared texts are together."""
    held = 0
    for piece in pieces:
        if _EDGE.search(piece) or not _is_usual(piece):
            _judge(piece, name)
            facts.wide = facts.wide or _WIDE.search(piece) is not None
        facts.take(piece)
        held += _texts(piece, lengths, name)
        if held > MOST_UNPACKED:
            break
    return held


def _judge_area(source: IO[bytes], name: str) -> None:
    """Of a sheet with hundreds of columns, the rectangle from its first cell to its last."""
    widest = deepest = 0
    rest = b""
    while chunk := source.read(_CHUNK):
        rest += chunk
        cut = rest.rfind(b"c>") + 2
        for column, row in _PLACE.findall(rest[:cut]):
            widest, deepest = max(widest, column_number(column)), max(deepest, int(row))
        rest = rest[cut:]
    if widest * deepest > MOST_CELLS:
        raise Mistake(f"file: {name} has {deepest:,} rows of {widest:,} columns, which is too much", "Save it as CSV.")


def _place(part: zipfile.ZipInfo) -> str:
    """The name of a part. Some programs write it with backslashes, which Excel takes."""
    return part.filename.replace("\\", "/")


def _parts(packed: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """Those that are read, texts first."""
    parts = {_place(part): part for part in checked(packed, name) if _WANTED.fullmatch(_place(part))}
    return [parts[place] for place in sorted(parts, key=_order)]


def checked(packed: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """All parts of an archive. Its directory is believed: of no part is more unpacked than it says.

    Raises:
        Mistake: when that would be too much.
    """
    every = packed.infolist()
    unpacked, size = sum(part.file_size for part in every), sum(part.compress_size for part in every)
    if len(every) > _MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > max(_SMALL, MOST_RATIO * size):
        raise _too_much(unpacked, name)
    return every


def _order(place: str) -> tuple[bool, bool]:
    """Texts and formats are known before the sheets that use them."""
    return not place.lower().endswith(_STRINGS), "/worksheets/" in place.lower()


def _pieces(source: IO[bytes], target: IO[bytes], end: bytes, name: str) -> Iterator[bytes]:
    """A part, copied; in pieces that do not cut through a cell."""
    rest = b""
    while chunk := source.read(_CHUNK):
        target.write(chunk)
        rest += chunk
        cut = rest.rfind(end)
        if cut >= 0:
            cut += 0 if end == b"<" else len(end)
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > _LONGEST_PIECE:
            raise Mistake(f"file: {name} cannot be read as XLSX (a cell is too large)", _AGAIN)
    yield rest


def _is_usual(piece: bytes) -> bool:
    """Whether all cells are written as Excel does it."""
    cells = piece.count(b'<c r="')
    if b":c" not in piece and piece.count(b"<c") == cells:
        return True
    return piece.count(b"<c ") == cells and not any(sign in piece for sign in _UNUSUAL)


def _judge(piece: bytes, name: str) -> None:
    """The library lays out all cells up to the last: one alone at the far end would take hundreds of gigabytes."""
    if _is_usual(piece) and not _FAR.search(piece):
        return
    if _TOO_FAR_RIGHT.search(piece):
        raise Mistake(
            f"file: {name} has more than {MOST_COLUMNS:,} columns, the most that are taken",
            "Take out what is not needed.",
        )
    if _TOO_FAR_DOWN.search(piece):
        raise too_many(name)
    if _NOWHERE.search(piece):
        raise Mistake(f"file: {name} cannot be read as XLSX (cells do not say where they are)", _AGAIN)


def _measure(pieces: Iterator[bytes], lengths: "array[int]", name: str) -> None:
    """How long each shared text is at most."""
    before = 0
    for piece in pieces:
        # A piece may end within a text, and always ends before a "<".
        rest, *texts = (_STRING if b":si" in piece else _USUAL_STRING).split(piece)
        if lengths:
            lengths[-1] += len(rest)
        lengths.extend(map(len, texts))
        before += len(piece)
        if len(lengths) > _MOST_TEXTS:
            raise _too_much(before, name)


def _texts(piece: bytes, lengths: "array[int]", name: str) -> int:
    """How long the shared texts of cells are together: the library copies them for each cell."""
    found = _USUAL_SHARED.findall(piece)
    if len(found) != piece.count(b'"s"') or b"'s'" in piece:
        found = _SHARED.findall(piece)
    try:
        return sum(map(lengths.__getitem__, map(int, found)))
    except (ValueError, IndexError):
        raise Mistake(f"file: {name} cannot be read as XLSX (a cell has a text that is not there)", _AGAIN) from None


def _too_much(count: int, name: str) -> Mistake:
    return Mistake(f"file: {name} would be {count:,} bytes unpacked, which is too much", "Save it as CSV.")
