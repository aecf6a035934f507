"""What a file is, by what is in it rather than by its name."""

import re

from saleshandy_mcp.core.errors import Mistake

_SAVE = "Save it as CSV or XLSX."
_UNPACK = "Unpack it and give the table that is in it."
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": (
        "an old Excel file (.xls), or one with a password",
        "Save it as CSV, or as XLSX without one.",
    ),
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

_IN_ZIP = (
    ("xl/workbook.bin", "a binary Excel file (.xlsb)", _SAVE),
    ("content.xml", "an OpenDocument file (.ods)", _SAVE),
    ("Index/", "a Numbers document", "Export it from Numbers as CSV or XLSX."),
    ("word/", "a Word document", _SAVE),
    ("", "a zip archive", _UNPACK),
)
_JSON = re.compile(r'\s*(?:\{\s*(?:["}]|$)|\[\s*(?:["\[\]{\d-]|$))')
_MARKUP = re.compile(r"\s*<[!?a-z]", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype html|html|head|body|table|div|meta)\b", re.IGNORECASE)


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def refuse_foreign(head: bytes, name: str) -> None:
    """Raises: Mistake: for a file that is neither text nor a zip archive."""
    for start, (what, remedy) in _FOREIGN.items():
        if head.startswith(start):
            raise Mistake(f"file: {name} is {what}, which is not read", remedy)


def refuse_foreign_zip(parts: list[str], name: str) -> None:
    """Raises: Mistake: for a zip archive that is no XLSX file."""
    if "xl/workbook.xml" in parts:
        return
    what, remedy = next(
        (what, remedy) for start, what, remedy in _IN_ZIP if any(part.startswith(start) for part in [*parts, ""])
    )
    raise Mistake(f"file: {name} is {what}, which is not read", remedy)


def is_json(head: str, name: str) -> bool:
    """Whether a text is JSON rather than CSV.

    Raises:
        Mistake: when it is neither.
    """
    if _MARKUP.match(head):
        if _PAGE.search(head):
            remedy = "Was it downloaded without being signed in? Otherwise open it in Excel and save it as CSV or XLSX."
            raise Mistake(f"file: {name} is a web page (HTML), not a table", remedy)
        raise Mistake(f"file: {name} is XML, which is not read", _SAVE)
    if head.lstrip()[:11].upper() == "BEGIN:VCARD":
        raise Mistake(f"file: {name} is a list of contact cards (vCard), which is not read", "Export contacts as CSV.")
    return bool(_JSON.match(head))
