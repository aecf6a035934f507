"""The text of a mail as a person sees it: without hidden text, and without the older mails that it quotes. Pure.

selectolax parses HTML as a browser does. ``css_visibility`` decides what is hidden.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from saleshandy_mcp.untrusted.css_visibility import Style, StyleSheet, is_dot
from saleshandy_mcp.untrusted.one_line import link, shortened, smuggles, visible
from saleshandy_mcp.untrusted.quoted_history import CUT, without_history

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

LONGEST_SOURCE = 500_000
"""Characters of plain text that are read; the rest is not."""
_LONGEST_MARKUP = 200_000
"""Characters of HTML that are read. Some web mails show no more than half of that."""
_MOST_TAGS = 20_000
_MOST_NODES = 300_000
"""Bounds for a mail that is made to keep a parser busy: parsing takes at most about a second and 100 MB."""

_USUAL = {"style", "title"}
"""Elements that honest mails have, and whose text is not for people."""
_USUAL_COMMENTS = ("[if", "[endif", "<![endif", "?xml", "[CDATA[")
"""Beginnings of comments that one large mail program puts into every mail."""

_LINE_OF_ITS_OWN = re.compile(
    "address|article|aside|blockquote|body|button|caption|center|d[dlt]|details|dir|div|fieldset|figcaption|figure|footer"
    "|form|h[1-6r]|header|hgroup|html|legend|li|listing|main|marquee|menu|nav|[ou]l|p|pre|search|section|summary|table"
    "|tbody|td|tfoot|th|thead|tr"
)
_GAP_AROUND = {"p", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
_QUOTE = re.compile(r"\b(?:gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote)\b", re.IGNORECASE)

_IS_HTML = re.compile(r"<!--|<[!?][^<>]*>|</(?!\d)[^<>]*>|<[a-zA-Z](?:[a-zA-Z0-9-]*(?:/[^<>]*)?|[^\s<>@/]*\s[^<>]*)>")
"""A tag or a comment; not ``<a@b.example>``, ``<https://b.example>`` or ``</3``."""
_BEGINS_TAG = re.compile(r"<[a-zA-Z!]|</(?!\d)")
_EMBEDDED = re.compile(r"(?<=[\"'])data:[a-zA-Z0-9/+.;=,%_-]{200,}")
"""The data of a picture inside the source: it is long and holds no text."""

# Formatting elements that are not closed are repeated in each block, so a small source can make a huge tree.
_TAG = re.compile(
    r"<(?P<formatting>(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>]))?", re.IGNORECASE
)
_WHOLE_TAG = re.compile(
    r"<[a-z]++(?:[ \t\n\f\r]++[a-z:._-]++(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>=`]++))?+)*+[ \t\n\f\r]*+/?>",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cleaned:
    """A mail as text.

    Attributes:
        text: what a person would have read.
        hidden: how many parts they would not have seen; these are left out. More than 0 is a warning sign.
        ways: how these parts are hidden, in words, each way once.
        quoted: whether quoted history was left out.
    """

    text: str
    hidden: int = 0
    ways: tuple[str, ...] = ()
    quoted: bool = False


def clean(body: str, *, quotes: bool = False) -> Cleaned:
    """A mail as a person would have read it.

    Args:
        body: HTML or plain text, as it came.
        quotes: whether to keep the quoted history.
    """
    if is_html(body):
        body = _EMBEDDED.sub("data:", body)
        source = _affordable(body[:_LONGEST_MARKUP])
        text, hidden = _html_to_text(source)
    else:
        text = source = body[:LONGEST_SOURCE]
        hidden = []
    if smuggles(text):
        hidden.append("characters that nobody can see")
    seen = shortened(visible(text))
    kept = seen if quotes else without_history(seen)
    if rest := len(body) - len(source):
        kept += f"\n[the mail goes on: {rest:,} characters of its source were not read]"
    ways = tuple(dict.fromkeys(hidden))
    return Cleaned(_tidy(kept), len(hidden), ways, quoted=kept.count(CUT) > seen.count(CUT))


def is_html(text: str) -> bool:
    """Whether the text holds a tag or a comment, also one without an end, which browsers do not show."""
    return bool(_IS_HTML.search(text) or _BEGINS_TAG.search(text, text.rfind(">") + 1))


def _affordable(markup: str) -> str:
    """The beginning of the source, as much as a parser can parse quickly.

    A tag makes one node, and may repeat each open formatting element: at most three of the same kind. Tags that are
    written in the usual way are of the same kind when their text is the same; any other tag is its own kind.
    """
    kinds: set[str | int] = set()
    nodes = 0
    for number, tag in enumerate(_TAG.finditer(markup)):
        if tag["formatting"]:
            whole = _WHOLE_TAG.match(markup, tag.start())
            kinds.add(whole.group() if whole else tag.start())
        nodes += 1 + 3 * len(kinds)
        if number >= _MOST_TAGS or nodes > _MOST_NODES:
            return markup[: tag.start()]
    return markup


def _html_to_text(markup: str) -> tuple[str, list[str]]:
    """The text of a mail, quotations marked by ``>``, and how each part is hidden that a person would not have seen."""
    # PLC0415: this library takes 20 ms to load, and most calls read no mail.
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415

    # With scripting, the content of <noscript> is no text, as in the browser of a web mail.
    tree = LexborHTMLParser(markup.encode("utf-8", "replace").decode(), scripting=True)
    reader = _Reader(StyleSheet(it.text() for it in tree.css("style")))
    for node, begins in _nodes(tree.root):
        if node.is_element_node:
            reader.begin(node) if begins else reader.end(node.tag or "")
        elif begins and node.is_text_node:
            reader.say(node.text_content or "")
        elif begins and node.is_comment_node:
            reader.skip(node.comment_content or "")
    return reader.text(), reader.unseen


def _nodes(root: "LexborNode | None") -> Iterator[tuple["LexborNode", bool]]:
    """The nodes of a document in their order: each when it begins, with True, and when it ends, with False."""
    document = root and root.parent
    node = document and document.first_child
    while node:
        yield node, True
        if below := node.first_child:
            node = below
            continue
        while node and not node.next:
            yield node, False
            node = node.parent
        if node:
            yield node, False
            node = node.next


@dataclass
class _Element:
    """An element that has begun and not ended. Its style includes those of all elements around it."""

    name: str
    style: Style
    usual: bool = False
    verbatim: bool = False
    target: str = ""


class _Reader:
    """Writes the text of a tree line by line, and notes what it leaves out."""

    def __init__(self, sheet: StyleSheet) -> None:
        self.unseen: list[str] = []
        self._sheet = sheet
        self._open = [_Element("", Style())]
        self._quotes: list[_Element] = []
        """The open elements that hold quoted history, or a whole mail and its history."""
        self._in_unseen = False
        self._hiding: tuple[str, Mapping[str, str | None]] = "", {}
        self._lines: list[str] = []
        self._line: list[str] = []
        self._line_quoted = False

    def text(self) -> str:
        self._fresh_line()
        return "\n".join(self._lines)

    def begin(self, node: "LexborNode") -> None:
        name, attributes = node.tag or "", node.attributes
        around = self._open[-1]
        style = around.style.then(self._sheet.style_of(name, attributes))
        element = _Element(
            name,
            style,
            usual=around.usual if around.style.hidden else name in _USUAL,
            verbatim=name == "pre" or around.verbatim,
            target=attributes.get("href") or "" if name == "a" else "",
        )
        if style.unseen and not around.style.unseen:
            # A formatting element that was not closed is repeated in the next block: it is the same part.
            self._in_unseen = self._in_unseen and self._hiding == (name, attributes)
            self._hiding = name, attributes
        self._border(name)
        if name == "br":
            self._break()
        elif name == "img" and not style.hidden and not is_dot(attributes):
            self._write("[image]")
        elif name == "li" and not style.hidden:
            self._write("- ")
        self._open.append(element)
        if name == "blockquote" or _QUOTE.search(f"{attributes.get('class')} {attributes.get('id')}"):
            self._quotes.append(element)
        if name == "template":  # the parser does not put its content below it
            self.say(re.sub(r"<[^>]*>", "", node.html or ""))

    def end(self, name: str) -> None:
        element = self._open.pop()
        if element.target and not element.style.unseen:
            self._write(f" {link(element.target)} ")
        if self._quotes and self._quotes[-1] is element:
            self._quotes.pop()
            # Some programs wrap a whole answer in such an element: its text beside the quotation is new.
            if name == "blockquote" and all(it.name != "blockquote" for it in self._quotes):
                self._quotes.clear()
        self._border(name)

    def say(self, text: str) -> None:
        here = self._open[-1]
        if here.style.unseen:
            self._count(text, here.style.unseen, usual=here.usual)
            return
        self._in_unseen = self._in_unseen and not text.strip()
        if not here.verbatim:
            self._write(re.sub(r"[ \t\n\r\f]+", " ", text))
            return
        first, *others = text.split("\n")
        self._write(first)
        for line in others:
            self._break()
            self._write(line)

    def skip(self, comment: str) -> None:
        self._count(comment, "a comment", usual=comment.startswith(_USUAL_COMMENTS))
        self._in_unseen = False

    def _count(self, text: str, way: str, *, usual: bool) -> None:
        """Note how a text is hidden. Hidden texts with no seen text between them are one part."""
        if text.strip() and not usual and not self._in_unseen:
            self.unseen.append(way)
            self._in_unseen = True

    def _border(self, name: str) -> None:
        """Write the space or the new line that belongs where an element begins or ends."""
        if name in ("td", "th") and self._line:
            self._write(" ")
        elif _LINE_OF_ITS_OWN.fullmatch(name):
            self._fresh_line()
            if name in _GAP_AROUND and self._lines and self._lines[-1].strip("> "):
                self._lines.append("")

    def _write(self, text: str) -> None:
        if bool(self._quotes) != self._line_quoted:
            self._fresh_line()
            self._line_quoted = bool(self._quotes)
        self._line.append(text)

    def _fresh_line(self) -> None:
        if "".join(self._line).strip():
            self._break()
        self._line = []

    def _break(self) -> None:
        line = "".join(self._line).rstrip()
        words = line if self._open[-1].verbatim else line.lstrip()
        self._lines.append(f"> {words}" if self._line_quoted else words)
        self._line = []


def _tidy(text: str) -> str:
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
