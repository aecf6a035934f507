"""What a file is, by what is in it rather than by its name."""

import re
from typing import Literal

from saleshandy_mcp.core.errors import Mistake

Written = Literal["json", "vcard", "delimited"]

_SAVE = "Save it as CSV or XLSX."
_UNPACK = "Unpack it and give the table that is in it."
_FOREIGN = {
    b"%PDF": ("a PDF", "Export the table itself as CSV or XLSX."),
    b"\x1f\x8b": ("packed with gzip", _UNPACK),
    b"BZh": ("packed with bzip2", _UNPACK),
    b"\xfd7zXZ": ("packed with xz", _UNPACK),
    b"\x28\xb5\x2f\xfd": ("packed with zstd", _UNPACK),
    b"7z\xbc\xaf": ("a 7z archive", _UNPACK),
    b"Rar!": ("a RAR archive", _UNPACK),
    b"SQLite format 3\0": ("a SQLite database", "Export the table as CSV."),
    b"PAR1": ("a Parquet file", "Export the table as CSV."),
    b"{\\rtf": ("a text document (RTF)", _SAVE),
    b"\x89PNG": ("a picture", _SAVE),
    b"\xff\xd8\xff": ("a picture", _SAVE),
}
"""First bytes -> what such a file is, and what to do."""

_BOOKS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}
_OLD_BOOK = re.compile(rb"\xd0\xcf\x11\xe0|\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
"""How an old Excel file begins: as a compound file, or with its first record."""
_IN_ZIP = (
    ("Index/", "a Numbers document", "Export it from Numbers as CSV or XLSX."),
    ("word/", "a Word document", _SAVE),
    ("", "a zip archive", _UNPACK),
)
_JSON = re.compile(r'\s*(?:\{\s*(?:["}]|$)|\[\s*(?:["\[\]{\d-]|$))')
_CARD = re.compile(r"[\s\ufeff]*BEGIN:VCARD\s", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<[!?a-z]", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype html|html|head|body|table|div|meta)\b", re.IGNORECASE)


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_workbook(head: bytes) -> bool:
    """Whether it is a workbook, or packed like one."""
    return is_zip(head) or _OLD_BOOK.match(head) is not None


def refuse_foreign(head: bytes, name: str) -> None:
    """Raises: Mistake: for a file that is neither text nor a zip archive."""
    for start, (what, remedy) in _FOREIGN.items():
        if head.startswith(start):
            raise Mistake(f"file: {name} is {what}, which is not read", remedy)


def zipped(parts: list[str], name: str) -> str:
    """The kind of workbook that a zip archive with these parts is: xlsx, xlsb or ods.

    Raises:
        Mistake: for a zip archive that is none.
    """
    if kind := next((kind for part, kind in _BOOKS.items() if part in parts), ""):
        return kind
    what, remedy = next(
        (what, remedy) for start, what, remedy in _IN_ZIP if any(part.startswith(start) for part in [*parts, ""])
    )
    raise Mistake(f"file: {name} is {what}, which is not read", remedy)


def written(head: str, name: str) -> Written:
    """What a text is by its beginning.

    Raises:
        Mistake: when it is none of them.
    """
    if _MARKUP.match(head):
        if _PAGE.search(head):
            remedy = "Was it downloaded without being signed in? Otherwise open it in Excel and save it as CSV or XLSX."
            raise Mistake(f"file: {name} is a web page (HTML), not a table", remedy)
        raise Mistake(f"file: {name} is XML, which is not read", _SAVE)
    if _CARD.match(head):
        return "vcard"
    return "json" if _JSON.match(head) else "delimited"
