"""HTML as browsers take it apart: tags, words, and where an element ends when its tags do not match. Pure.

A browser's own rules, for whatever reads a mail otherwise can be shown what a person is not. Where they are simplified,
an element ends later than in a browser, so that nothing hidden comes to light.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol


def names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TAG = re.compile(r"<(/?)([a-zA-Z][^\t\n\f\r />]*)")
_ATTRIBUTE = re.compile(
    r"[\t\n\f\r /]*(?:(?P<end>>)|(?P<name>[^\t\n\f\r />][^\t\n\f\r />=]*)"
    r"(?:[\t\n\f\r ]*(?P<equals>=)[\t\n\f\r ]*"
    r"(?:\"(?P<two>[^\"]*)\"|'(?P<one>[^']*)'|(?P<bare>[^\t\n\f\r >\"'][^\t\n\f\r >]*))?)?)"
)
_COMMENT = re.compile(r"<!--(?:-?>|(?P<words>.*?)(?:--!?>|\Z))", re.DOTALL)
_SCRIPT = re.compile(r"<!--|-->|<(?P<end>/?)script(?=[\t\n\f\r />])", re.IGNORECASE)

VOID = names("area base basefont bgsound br col embed hr img input link meta param source track wbr")
"""Elements that hold nothing and have no end tag."""

_RAW = names("script style title textarea xmp iframe noembed noframes plaintext")
"""Elements in which no tag begins but their own end tag."""

_TABLE = names("table tbody thead tfoot tr td th caption")
_SCOPE = names("table td th caption html marquee button object applet template")
BLOCK = _TABLE | names(
    "address applet article aside blockquote body button center dd details dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html iframe li listing main marquee menu nav noembed noframes "
    "noscript object ol p plaintext pre search section select summary template ul xmp"
)
"""Elements that begin on a line of their own, or that the end of ``</span>`` does not reach across."""

_CLEARS_FORMATTING = names("td th caption object applet marquee template")
_FORMATTING = names("a b big code em font i nobr s small strike strong tt u")
_ENDED_BY = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr"},
}
"""Start tag -> elements that it ends when they are the innermost."""

_IN_TABLES = _TABLE - {"table"} | {"col", "colgroup"}
_ENDS_NO_PARAGRAPH = _TABLE | names(
    "body button html noscript noembed noframes iframe object applet template select marquee"
)

UNSHOWN = names(
    "script style title template noscript noembed noframes iframe object applet svg math select textarea audio video "
    "canvas datalist xmp plaintext"
)
"""Elements whose content is no text of a page."""


@dataclass(frozen=True)
class Start:
    """A start tag; ``style`` is that of all its style attributes, though a browser takes the first."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    style: str = ""


@dataclass(frozen=True)
class End:
    name: str


@dataclass(frozen=True)
class Words:
    text: str


@dataclass(frozen=True)
class Unread:
    """What stands in the source and is not for people: a comment, or the inside of a script or the like.

    Attributes:
        kind: name of the element; empty for a comment.
        text: what it says.
    """

    kind: str
    text: str


Token = Start | End | Words | Unread


class Named(Protocol):
    """An element that is open."""

    @property
    def name(self) -> str: ...


def looks_like_markup(text: str) -> bool:
    return "<!--" in text or bool(_TAG.search(text) and re.search(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:[\s/][^<>]*)?>", text))


def tokens(markup: str) -> Iterator[Token]:
    """The parts in their order. What a browser drops, such as a tag that never ends, is dropped."""
    place = 0
    while place < len(markup):
        at = markup.find("<", place)
        if at != place:
            yield Words(html.unescape(markup[place : at if at >= 0 else None]))
            place = at
        elif found := _TAG.match(markup, at):
            name = found[2].lower()
            start, place = _start(name, markup, found.end())
            if start is None:
                return
            yield End(name) if found[1] else start
            if name in _RAW and not found[1]:
                inside = place
                place = _end_of_raw(name, markup, place)
                yield Unread(name, markup[inside:place])
        elif found := _COMMENT.match(markup, at):
            yield Unread("", found["words"] or "")
            place = found.end()
        elif markup.startswith(("<!", "<?", "</"), at):
            place = markup.find(">", at) + 1
            place = place or len(markup)
        else:
            yield Words("<")
            place = at + 1
        if place < 0:
            return


def is_none(opened: Sequence[Named], name: str) -> bool:
    """Whether a browser drops this start tag: a cell outside a table is no cell."""
    return name in _IN_TABLES and all(here.name != "table" for here in opened)


def ended_by_start(opened: Sequence[Named], name: str) -> int:
    """How many of the open elements, innermost first, end because this one begins."""
    if name in BLOCK - _ENDS_NO_PARAGRAPH and (number := ended_by_end(opened, "p")):
        return number
    ended = _ENDED_BY.get(name, ())
    return next((number for number, here in enumerate(reversed(opened)) if here.name not in ended), len(opened))


def ended_by_end(opened: Sequence[Named], name: str) -> int:
    """How many of the open elements end with this end tag; none when there is no such element, or one bars the way."""
    if name in ("body", "html"):
        return 0  # browsers go on in what was the body
    barrier = _barrier(name)
    for number, here in enumerate(reversed(opened), 1):
        if here.name == name:
            return number
        if here.name in barrier or here.name in UNSHOWN:
            return 0
    return 0


def goes_on(name: str, ended: str) -> bool:
    """Whether an element begins anew by itself when the one around it has ended: ``<p><b>one</p>two`` is bold."""
    return name in _FORMATTING and ended not in _CLEARS_FORMATTING


def _start(name: str, markup: str, place: int) -> tuple[Start | None, int]:
    """The tag whose attributes begin here, and where it ends; None when it never does."""
    attributes: dict[str, str] = {}
    styles: list[str] = []
    while found := _ATTRIBUTE.match(markup, place):
        place = found.end()
        if found["end"]:
            return Start(name, attributes, ";".join(styles)), place
        value = html.unescape(found["two"] or found["one"] or found["bare"] or "")
        if (
            found["equals"]
            and not value
            and markup[place : place + 1] in ('"', "'")
            and markup[place - 1] in "= \t\n\f\r"
        ):
            break  # a quotation mark that is never closed
        key = found["name"].lower()
        attributes.setdefault(key, value)
        if key == "style":
            styles.append(value)
    return None, len(markup)


def _end_of_raw(name: str, markup: str, place: int) -> int:
    """Where the end tag of such an element begins."""
    if name == "plaintext":
        return len(markup)
    if name == "script":
        return _end_of_script(markup, place)
    found = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(markup, place)
    return found.start() if found else len(markup)


def _end_of_script(markup: str, place: int) -> int:
    """Inside a comment, a script within the script has an end tag of its own."""
    commented = nested = False
    while found := _SCRIPT.search(markup, place):
        place = found.end()
        word = found.group().lower()
        if word == "<!--":
            commented = True
            place -= 2  # its dashes may be those of its end: <!-->
        elif word == "-->":
            commented = nested = False
        elif not found["end"]:
            nested = commented
        elif not nested:
            return found.start()
        else:
            nested = False
    return len(markup)


def _barrier(name: str) -> frozenset[str]:
    """The elements that an end tag does not reach across."""
    if name in _TABLE:
        return frozenset({"table", "template"})
    if name == "form" or name not in BLOCK or name in UNSHOWN:
        return BLOCK
    return _SCOPE | {"ul", "ol"} if name == "li" else _SCOPE
