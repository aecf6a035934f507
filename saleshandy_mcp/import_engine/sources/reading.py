"""How a table is to be read, as far as somebody says. Pure."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from saleshandy_mcp.core.errors import Mistake

WORDS = ("header", "sheet", "encoding", "delimiter", "hidden")
"""What can be said, one word for each."""

_YES = {"yes": True, "no": False}
_SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "bar": "|"}


@dataclass(frozen=True)
class Reading:
    """What somebody says of a table; what is left open is found by its content.

    Attributes:
        header: the line of a text, or the row of a sheet, with the names of the columns; 0: there is none.
        sheet: the name of the sheet of a workbook, or its number from 1.
        encoding: of a text, as Python knows it.
        delimiter: between the cells of a text; one sign.
        hidden: whether hidden rows of a sheet are read too.
    """

    header: int | None = None
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    hidden: bool = False

    @classmethod
    def said(cls, words: Mapping[str, str]) -> Self:
        """What is said by WORDS; "hidden" is yes or no, a delimiter the sign or its name. What is empty is left open.

        Raises:
            Mistake: for what cannot be.
        """
        given = {word: value.strip(" ") for word, value in words.items() if value.strip(" ")}
        hidden = given.get("hidden", "no").lower()
        if hidden not in _YES:
            raise Mistake(f'hidden: "{hidden}" is neither yes nor no', "yes reads hidden rows too.")
        return cls(
            header=_number(given["header"]) if "header" in given else None,
            sheet=given.get("sheet", ""),
            encoding=_codec(given["encoding"]) if "encoding" in given else "",
            delimiter=_delimiter(given["delimiter"]) if "delimiter" in given else "",
            hidden=_YES[hidden],
        )


AS_IT_IS = Reading()


def _number(text: str) -> int:
    if text.isdecimal() and len(text) < 7:
        return int(text)
    raise Mistake(f'header: "{text}" is no number of a line', "Count from 1; 0 says there is no header.")


def _delimiter(text: str) -> str:
    sign = _SIGNS.get(text.lower(), text)
    if len(sign) == 1 and sign not in '"\r\n':
        return sign
    raise Mistake(f'delimiter: "{text}" is not one sign', "Give the sign, or: comma, semicolon, tab, bar.")


def _codec(text: str) -> str:
    try:
        found = codecs.lookup(text.strip().lower().replace(" ", "_").removesuffix("_mark"))
        "".encode(found.name)
    except (LookupError, UnicodeError):
        found = None
    if found is None or found.name in {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "utf-7"}:
        raise Mistake(
            f'encoding: "{text}" is not known', 'Known are, for example: "Windows-1250", "UTF-8", "Mac Roman".'
        )
    return "utf-8-sig" if found.name == "utf-8" else found.name
