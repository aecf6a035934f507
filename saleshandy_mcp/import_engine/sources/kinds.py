"""The kind of a file, by its content and not by its name."""

import re
from typing import Literal

from saleshandy_mcp.core.errors import Mistake

Written = Literal["json", "vcard", "delimited"]

_SAVE = "Save it as CSV or XLSX."
_IN_EXCEL = "Open it in Excel and save it as CSV or XLSX."
_TABLE = "Give the table itself, as CSV or XLSX."
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
    b"ARROW1": ("an Arrow file", "Export the table as CSV."),
    b"\0\1\0\0Standard": ("an Access database", "Export the table from Access as XLSX."),
    b"!BDN": ("an Outlook data file", "Export contacts from Outlook as CSV."),
} | dict.fromkeys((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF"), ("a picture", _TABLE))
"""First bytes -> what such a file is, and what to do."""
_PHONE_PICTURE = re.compile(rb"\0\0\0.ftyp", re.DOTALL)

_BOOKS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}
_OLD_BOOK = re.compile(rb"\xd0\xcf\x11\xe0|\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
"""How an old Excel file begins: as a compound file, or with its first record."""
_IN_ZIP = (
    ("Index/Tables/", "a Numbers document", "In Numbers: File, Export To, CSV or Excel."),
    (
        "Index/",
        "a document of Numbers, Pages or Keynote",
        "Open it, and export the table from Numbers as CSV or Excel.",
    ),
    ("Index.zip", "a document of Numbers, Pages or Keynote", "Open it, and export it from Numbers as CSV or Excel."),
    ("word/", "a Word document", "Copy the table into a sheet, and save that as CSV or XLSX."),
    ("ppt/", "a PowerPoint file", "Copy the table into a sheet, and save that as CSV or XLSX."),
    ("", "a zip archive", _UNPACK),
)
_JSON = re.compile(r'\s*(?:\{\s*(?:["}]|$)|\[\s*(?:["\[\]{\d-]|$))')
_GOOGLE = re.compile(r'\s*\{(?=[^{}]*"doc_id")(?=[^{}]*(?:"resource_key"|docs\.google\.com))[^{}]*\}\s*$')
_SHORTCUT = re.compile(r"[\s\ufeff]*\[InternetShortcut\]", re.IGNORECASE)
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
    if _PHONE_PICTURE.match(head):
        raise Mistake(f"file: {name} is a picture or a film, which is not read", _TABLE)


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
        if "urn:schemas-microsoft-com:office:spreadsheet" in head:
            raise Mistake(f"file: {name} is an Excel sheet of 2003 (XML), which is not read", _IN_EXCEL)
        if _PAGE.search(head):
            remedy = f"Was it downloaded without being signed in? Otherwise: {_IN_EXCEL}"
            raise Mistake(f"file: {name} is a web page (HTML), not a table", remedy)
        raise Mistake(f"file: {name} is XML, which is not read", _SAVE)
    if _GOOGLE.match(head) or _SHORTCUT.match(head):
        remedy = "Open it in the browser, and download the sheet as CSV or XLSX (File, Download)."
        raise Mistake(f"file: {name} is only a link to a document, without what is in it", remedy)
    if _CARD.match(head):
        return "vcard"
    return "json" if _JSON.match(head) else "delimited"
