"""What can be known of rows before anything is sent: labels, addresses, duplicates. Pure."""

import re
import unicodedata
from difflib import get_close_matches
from typing import NamedTuple

from saleshandy_mcp.api.errors import Mistake
from saleshandy_mcp.api.prospects import Row
from saleshandy_mcp.imports.source import SourceRow, Table

EMAIL = "Email"

NO_ADDRESS = "no address"
BAD_ADDRESS = "bad address"
DUPLICATE = "duplicate in the file"


class Skipped(NamedTuple):
    """A row that is not sent, and why."""

    number: int
    email: str
    reason: str


class Checked(NamedTuple):
    """A table split into what can be sent and what not; together they are all of its rows."""

    rows: list[SourceRow]
    skipped: list[Skipped]


def mapping(columns: list[str], labels: list[str]) -> tuple[dict[str, str], list[str]]:
    """Column to field label, and the columns that no field fits.

    Upper and lower case, blanks, hyphens and underscores make no difference: the API wants labels letter by letter.
    """
    by_shape = {_shape(label): label for label in labels}
    known = {column: by_shape[_shape(column)] for column in columns if _shape(column) in by_shape}
    return known, [column or "(a column without a name)" for column in columns if column not in known]


def refuse_unmappable(unknown: list[str], labels: list[str], *, inline: bool, mapped: dict[str, str]) -> None:
    """Rows written out for the call must fit; a file may hold more columns than the account has fields.

    Raises:
        Mistake: for an unknown label in inline rows, for two columns of one field, and when nothing can serve as the
            address.
    """
    where = "rows" if inline else "file"
    if inline and unknown:
        near = get_close_matches(unknown[0], labels, n=3, cutoff=0.4) or labels[:8]
        raise Mistake(f'rows: "{unknown[0]}" is no field of this account', f"Closest: {', '.join(near)}.")
    for label in mapped.values():
        same = [column for column, field in mapped.items() if field == label]
        if len(same) > 1:
            raise Mistake(
                f'{where}: "{same[0]}" and "{same[1]}" are both {label}, and only one can be stored',
                "Keep one of them.",
            )
    if EMAIL not in mapped.values():
        raise Mistake(
            f"{where}: there is no Email column",
            f"There is: {', '.join(unknown + list(mapped))}.",
        )


def check(table: Table, mapped: dict[str, str]) -> Checked:
    """Rows under field labels, without bad addresses and second occurrences."""
    seen: dict[str, int] = {}
    good: list[SourceRow] = []
    skipped: list[Skipped] = []
    for number, values in table.rows:
        row = {mapped[column]: value for column, value in values.items() if column in mapped}
        email = row.get(EMAIL, "").strip()
        if not email:
            skipped.append(Skipped(number, "", NO_ADDRESS))
        elif not _is_address(email):
            skipped.append(Skipped(number, email, BAD_ADDRESS))
        elif (first := seen.setdefault(key(email), number)) != number:
            skipped.append(Skipped(number, email, f"{DUPLICATE} (of row {first})"))
        else:
            good.append(SourceRow(number, _sendable({**row, EMAIL: email})))
    return Checked(good, skipped)


def key(email: str) -> str:
    """What makes two addresses the same person: composed Unicode, lower case."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def _sendable(row: Row) -> Row:
    """Line breaks become <br>: a field value is put into HTML mail."""
    return {label: re.sub(r"\r\n?|\n", "<br>", value) for label, value in row.items()}


def _is_address(email: str) -> bool:
    # PLC0415: this library takes 40 ms to load, and most sessions import nobody.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _shape(label: str) -> str:
    return re.sub(r"[\s_\-]+", "", label).casefold()
