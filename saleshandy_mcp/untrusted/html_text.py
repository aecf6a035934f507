"""From the HTML of a mail to the lines a person would have read; what they would not have seen is counted. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from saleshandy_mcp.untrusted.css_visibility import BLACK, WHITE, Colour, Look, Sheet, colour_of, look
from saleshandy_mcp.untrusted.markup import (
    BLOCK,
    UNSHOWN,
    VOID,
    End,
    Start,
    Unread,
    Words,
    ended_by_end,
    ended_by_start,
    goes_on,
    is_none,
    tokens,
)

_DEEPEST = 200
"""Levels of elements; mails have some dozens."""

_LONGEST_PATH = 60

_USUAL = {"style", "title"}
"""Elements without text for people that honest mails have."""

_GAP_AROUND = {"p", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
_QUOTE = re.compile(r"\b(?:gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote)\b", re.IGNORECASE)


@dataclass
class _Element:
    """An element that is open."""

    name: str
    hidden: bool = False
    usual: bool = False
    quotes: bool = False
    verbatim: bool = False
    target: str = ""
    colour: Colour = BLACK
    background: Colour = WHITE

    @property
    def unseen(self) -> bool:
        return self.hidden or self.colour.like(self.background)


def html_to_text(markup: str) -> tuple[str, int]:
    """The text of a mail, quotations marked by ``>``, and how many parts of it a person would not have seen."""
    reader = _Reader(Sheet(markup))
    for token in tokens(markup):
        match token:
            case Start():
                reader.begin(token)
            case End(name):
                reader.end(name)
            case Words(text):
                reader.say(text)
            case Unread(kind, text):
                reader.skip(kind, text)
    return reader.text(), reader.unseen


def link(target: str) -> str:
    """A link as text: host and path only, for what comes behind them can carry data out."""
    try:
        parts = urlsplit(target.strip())
        host = parts.hostname or ""
    except ValueError:
        return "[link]"
    if parts.scheme == "mailto":
        shown = parts.path
    elif parts.scheme in ("http", "https", "") and host:
        shown = host + parts.path.rstrip("/")
    else:
        return "[link]"
    shown = re.sub(r"[\s<>\[\]]", "_", shown)
    return f"[link: {shown if len(shown) <= _LONGEST_PATH else shown[: _LONGEST_PATH - 1] + '…'}]"


class _Reader:
    def __init__(self, sheet: Sheet) -> None:
        self.unseen = 0
        self._sheet = sheet
        self._open = [_Element("")]
        self._in_unseen = False
        self._too_deep = False
        self._lines: list[str] = []
        self._line: list[str] = []
        self._line_quoted = False

    def text(self) -> str:
        self._fresh_line()
        return "\n".join(self._lines)

    def begin(self, tag: Start) -> None:
        if self._too_deep or is_none(self._open, tag.name):
            return
        while number := ended_by_start(self._open[1:], tag.name):
            self._leave(number, tag.name)
        self._border(tag.name)
        element = self._element(tag)
        if tag.name in ("html", "body"):
            self._dress_all(element)
            return
        if tag.name == "br":
            self._break()
        elif tag.name == "hr":
            self._fresh_line()
        elif tag.name == "img" and not element.hidden and not _is_dot(tag):
            self._write("[image]")
        elif tag.name == "li" and not element.hidden:
            self._write("- ")
        if tag.name in VOID:
            return
        self._open.append(element)
        # Nothing is read from here on: what hides what cannot be told any more.
        self._too_deep = len(self._open) > _DEEPEST

    def end(self, name: str) -> None:
        if self._too_deep:
            return
        self._leave(ended_by_end(self._open[1:], name), name)
        self._border(name)

    def say(self, text: str) -> None:
        here = self._open[-1]
        if self._too_deep or here.unseen:
            self._count(text, usual=here.usual)
            return
        self._in_unseen = self._in_unseen and not text.strip()
        if here.verbatim:
            first, *others = text.split("\n")
            self._write(first)
            for line in others:
                self._break()
                self._write(line)
        else:
            self._write(re.sub(r"[ \t\n\r\f]+", " ", text))

    def skip(self, kind: str, text: str) -> None:
        """What stands in the source only. Every mail of one large mail program has conditional comments."""
        self._count(text, usual=kind in _USUAL or text.lstrip().startswith(("[if", "[endif", "<![endif")))
        self._in_unseen = False

    def _element(self, tag: Start) -> _Element:
        around = self._open[-1]
        given = tag.attributes
        classes = [f".{name}" for name in given.get("class", "").lower().split()]
        keys = ["*", tag.name, *classes, f"#{given.get('id', '').lower()}", *(f"[{name}" for name in given)]
        plain = Look(colour=colour_of(given.get("color", "")), background=colour_of(given.get("bgcolor", "")))
        seen = plain.under(self._sheet.look(keys)).under(look(tag.style))
        hidden = seen.hidden or "hidden" in given or given.get("aria-hidden", "").lower() == "true"
        unshown = tag.name in UNSHOWN
        return _Element(
            tag.name,
            hidden=hidden or unshown or around.hidden,
            usual=(around.usual if around.hidden else not hidden and tag.name in _USUAL),
            quotes=tag.name == "blockquote" or bool(_QUOTE.search(f"{given.get('class', '')} {given.get('id', '')}")),
            verbatim=tag.name == "pre" or around.verbatim,
            target=given.get("href", "") if tag.name == "a" else "",
            colour=seen.colour or around.colour,
            background=seen.background or around.background,
        )

    def _dress_all(self, page: _Element) -> None:
        """Wherever these tags stand, they are about the whole mail, and what was read of it already."""
        for element in self._open:
            element.hidden = element.hidden or page.hidden
        self._open[0].colour, self._open[0].background = page.colour, page.background
        if page.hidden:
            self._count("".join([*self._lines, *self._line]), usual=False)
            self._lines, self._line = [], []

    def _leave(self, number: int, by: str) -> None:
        """End this many elements; formatting that was not ended by its own tag goes on."""
        if not number:
            return
        ended = self._open[-number:]
        for element in reversed(ended):
            if element.target and not element.unseen:
                self._write(f" {link(element.target)} ")
                element.target = ""
        del self._open[-number:]
        if ended[0].name == "blockquote":
            self._answer_in_between()
        self._open += [element for element in ended[1:] if goes_on(element.name, by)]
        self._in_unseen = self._in_unseen and self._open[-1].unseen

    def _answer_in_between(self) -> None:
        """What stands beside a quotation that has ended, inside what some programs wrap all of it in, is new text."""
        for element in reversed(self._open):
            if element.name == "blockquote":
                return
            element.quotes = False

    def _count(self, text: str, *, usual: bool) -> None:
        """Each unbroken run of words is one part."""
        if text.strip() and not usual and not self._in_unseen:
            self.unseen += 1
            self._in_unseen = True

    def _border(self, name: str) -> None:
        if name in BLOCK and not (name in ("td", "th") and self._line):
            self._fresh_line()
            if name in _GAP_AROUND and self._lines and self._lines[-1].strip("> "):
                self._lines.append("")
        elif name in ("td", "th"):
            self._write(" ")

    def _write(self, text: str) -> None:
        quoted = any(element.quotes for element in self._open)
        if quoted != self._line_quoted:
            self._fresh_line()
            self._line_quoted = quoted
        self._line.append(text)

    def _fresh_line(self) -> None:
        if "".join(self._line).strip():
            self._break()
        self._line = []

    def _break(self) -> None:
        words = "".join(self._line).strip() if not self._open[-1].verbatim else "".join(self._line).rstrip()
        self._lines.append(f"> {words}" if self._line_quoted else words)
        self._line = []


def _is_dot(tag: Start) -> bool:
    """An image too small to see, which tells its sender that the mail was opened."""
    return any(tag.attributes.get(side, "").strip().rstrip("px") in ("0", "1", "2") for side in ("width", "height"))
