"""A strategy that makes a list: its bytes, and what is meant by each of its rows."""

import csv
import io
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from tests.import_engine.lists.words import ABOVE, AROUND, LANGUAGES, NOTES, PRIVATE, STYLES

_ENCODINGS = {
    "Polish": ("utf-8", "utf-8-sig", "utf-16", "cp1250"),
    **dict.fromkeys(set(LANGUAGES) - {"Polish"}, ("utf-8", "utf-8-sig", "utf-16", "cp1252")),
}
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Meant:
    """A row.

    Attributes:
        email: the address that a mail should go to; empty where the row has none.
        first, company: values that should be stored.
        out: whether the row says that the person must not be written to.
        flawed: whether the row is broken, by quotes or by its number of fields, so that its values are not certain.
    """

    email: str
    first: str
    company: str
    out: bool = False
    flawed: bool = False


@dataclass
class SellersList:
    """A file and who is meant by it."""

    content: bytes
    encoding: str
    kinds: dict[str, Any]
    rows: list[Meant] = field(default_factory=list[Meant])

    def __repr__(self) -> str:
        return f"{self.kinds}\n{self.content.decode(self.encoding)}"


@st.composite
def sellers_lists(draw: st.DrawFn) -> SellersList:
    language = draw(st.sampled_from([*LANGUAGES]))
    words = LANGUAGES[language]
    out = draw(st.none() | st.sampled_from(words.outs))
    private, titles = draw(st.booleans()), draw(st.booleans())
    above = draw(st.lists(st.sampled_from(ABOVE), max_size=4))
    delimiter, encoding = draw(st.sampled_from(_DELIMITERS)), draw(st.sampled_from(_ENCODINGS[language]))
    header = [draw(st.sampled_from(words.email)), words.first, words.last, words.company]
    header += [words.title] * titles + [PRIVATE[language]] * private + ([out.header] if out else [])
    notes = draw(st.booleans())
    style = draw(st.sampled_from(STYLES))
    header = [style(it) for it in [*header, *["My notes"] * notes]]
    size = draw(st.integers(6, 25))
    flawed_at = draw(st.sets(st.integers(0, size - 1), max_size=size // 8))
    meant: list[Meant] = []
    table: list[list[str]] = []
    for number in range(size):
        email = f"person{number}@list{draw(st.integers(0, 9))}.example.com"
        first, company = draw(st.sampled_from(words.names)), f"{draw(st.sampled_from(words.names))} Works"
        written = draw(st.sampled_from(AROUND)).format(email)
        is_private = private and draw(st.booleans())
        is_out = out is not None and draw(st.integers(0, 3)) == 0
        row = ["" if is_private else written, first, "Example", company]
        row += ["Head of Sales"] * titles + ([written if is_private else ""] if private else [])
        if out is not None:
            row.append(draw(st.sampled_from(out.out if is_out else out.fine)))
        row += [draw(st.sampled_from(NOTES))] * notes
        flawed = number in flawed_at and not is_private and not is_out
        if flawed:
            row = [*row, "more", "than fits"] if draw(st.booleans()) else row[:2]
        table.append(row)
        meant.append(Meant(email, first, company, is_out, flawed))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    dialect = "excel" if draw(st.booleans()) else "unix"  # the second puts every cell in quotes
    lines = [_line(row, delimiter, dialect) for row in [header, *table]]
    if draw(st.booleans()):
        at = draw(st.integers(1, size))
        if not (meant[at - 1].out or meant[at - 1].flawed or "\n" in lines[at]):
            lines[at] = draw(st.sampled_from(['"{}', '{}"', '"x"y"{}'])).format(lines[at])
            meant[at - 1] = replace(meant[at - 1], flawed=True)
    text = "".join(line + end for line in [*above, *lines])
    kinds = {"language": language, "delimiter": delimiter, "encoding": encoding, "above": above, "out": out}
    # What an encoding has no letter for, no program of that encoding has written: the sign is left out.
    return SellersList(text.encode(encoding, "ignore"), encoding, kinds, meant)


def _line(row: list[str], delimiter: str, dialect: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, dialect, delimiter=delimiter, lineterminator="\n").writerow(row)
    return text.getvalue().removesuffix("\n")
