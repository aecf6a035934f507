"""Whether a person sees a piece of a mail, by its CSS. In doubt it counts as hidden. Pure."""

import colorsys
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SIMPLE = re.compile(r"[.#][\w-]+|\[[\w-]+|^[a-z][a-z0-9]*|^\*")
_ATTRIBUTE = re.compile(r"\[\s*(?:\*?\|)?\s*([\w-]+)(?:\"[^\"]*\"|'[^']*'|[^]\"'{}])*\]?")
"""A test of an attribute; what it asks of the value may hold any character."""
_PART_OR_COMMA = re.compile(r"(?:[^\s>+~,()]|\((?:[^()]|\([^()]*\))*\)?)+|,")
"""A part of a selector, whose parentheses may hold anything, or the comma between two selectors."""
_BY_PLACE = re.compile(":(?:first|last|nth|only|not)")
_NUMBER = re.compile(r"(-?[0-9]*\.?[0-9]+)([a-z%]*)")
_NO_AREA = re.compile(
    r"^0(?:\s|$)|(?:inset|circle|ellipse|rect|polygon|scale[xy]?|opacity)\(\s*(?:0(?![.0-9])|1px|100%|50%)"
)

_LEAST_SIZE = {"px": 2.0, "pt": 2.0, "%": 15.0, "em": 0.15, "rem": 0.15, "ex": 0.3}
"""Letters of this size or less are too small to read."""

_CUT_OFF = "cut to no size"

_FAR = -200.0
"""Something that is moved this far up or left is off the page."""

_UNSHOWN = re.compile(
    "script|style|title|template|noscript|noembed|noframes|iframe|object|applet|svg|math|select|textarea|audio|video|canvas"
    "|datalist|xmp|plaintext|dialog|meter|progress|rp"
)
"""Elements whose content a browser does not show as text."""

_AWAY = ("left", "top", "right", "bottom", "text-indent", "margin", "margin-left", "margin-top", "margin-right")
_COLOURS = ("color", "-webkit-text-fill-color")
_SAME_COLOUR = 24
"""Two colours look the same when no channel, of 255, differs by more."""


class Colour(NamedTuple):
    red: int
    green: int
    blue: int

    def like(self, other: "Colour") -> bool:
        return max(abs(one - two) for one, two in zip(self, other, strict=True)) <= _SAME_COLOUR


WHITE = Colour(255, 255, 255)
BLACK = Colour(0, 0, 0)

_NAMED = {
    **dict.fromkeys(
        ("white", "snow", "ivory", "ghostwhite", "whitesmoke", "floralwhite", "mintcream", "azure", "aliceblue"), WHITE
    ),
    "black": BLACK,
    "gray": Colour(128, 128, 128),
    "grey": Colour(128, 128, 128),
    "silver": Colour(192, 192, 192),
    "red": Colour(255, 0, 0),
    "green": Colour(0, 128, 0),
    "blue": Colour(0, 0, 255),
    "navy": Colour(0, 0, 128),
    "yellow": Colour(255, 255, 0),
}


@dataclass(frozen=True)
class Style:
    """What some declarations say about whether a person sees an element; None where they say nothing.

    Attributes:
        hidden: how they hide it, in words; empty where they do not.
        colour: of the letters.
        background: what the letters stand on.
    """

    hidden: str = ""
    colour: Colour | None = None
    background: Colour | None = None

    @property
    def unseen(self) -> str:
        """Why a person sees nothing of a text in it; empty where they see it. Letters are black on white unless it says
        otherwise.
        """
        alike = (self.colour or BLACK).like(self.background or WHITE)
        return self.hidden or ("letters in the colour of the page" if alike else "")

    def then(self, other: "Style") -> "Style":
        """Both together, such as those of an element and of one inside it. Its colours win; hidden stays hidden."""
        return Style(self.hidden or other.hidden, other.colour or self.colour, other.background or self.background)


class StyleSheet:
    """The styles that a mail gives to classes, ids, tags and attributes.

    It hides more than a browser does: of ``div.a > p.b`` only the last part counts, each name in that part counts
    alone, a part that says only the place of an element fits all, and rules for certain screens count for all.

    Args:
        texts: the contents of the ``<style>`` elements.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._styles: dict[str, Style] = {}
        for text in texts:
            for rule in _ATTRIBUTE.sub(r"[\1]", _plain(text)).split("}"):
                head, _, declarations = rule.rpartition("{")
                style = style_of(declarations)
                if style != Style():
                    self._add(head.rpartition("{")[2], style)

    def style_of(self, name: str, attributes: Mapping[str, str | None]) -> Style:
        """The style of an element: from its name, its attributes, and the rules that fit it.

        Args:
            name: of the element, in lower case.
            attributes: its attributes; names are in lower case.
        """
        given = {key: value or "" for key, value in attributes.items()}
        classes = (f".{it}" for it in given.get("class", "").lower().split())
        found = Style(
            _hidden_by_markup(name, given),
            colour_of(given["color"]) if "color" in given else None,
            colour_of(given["bgcolor"]) if "bgcolor" in given else None,
        )
        for key in ("*", name, *classes, f"#{given.get('id', '').lower()}", *(f"[{it}" for it in given)):
            if key in self._styles:
                found = found.then(self._styles[key])
        return found.then(style_of(given["style"])) if "style" in given else found

    def _add(self, selectors: str, style: Style) -> None:
        last = ""
        for part in [*_PART_OR_COMMA.findall(selectors), ","]:
            if part == ",":
                self._give(last, style)
            last = part

    def _give(self, part: str, style: Style) -> None:
        names = _SIMPLE.findall(part) or (["*"] if _BY_PLACE.match(part) else [])
        for name in [name for name in names if name[0] in ".#["] or names:
            self._styles[name] = self._styles.get(name, Style()).then(style)


def style_of(declarations: str) -> Style:
    """The style that the declarations of a style attribute or of a rule give."""
    parts = (it.partition(":") for it in _plain(declarations).replace("!important", "").split(";"))
    pairs = [(name.strip(), value.strip()) for name, _, value in parts]
    said = dict(pairs)
    colour = background = None
    for name, value in pairs:
        if name in _COLOURS:
            colour = colour_of(value) or colour
        elif name in ("background", "background-color"):
            background = colour_of(value) or background
    flat = any(_flat(said.get(side, "")) for side in ("height", "width"))
    clipped = flat and any(word in said.get("overflow", "") for word in ("hidden", "clip"))
    ways = (_HIDES[name].words for name, value in pairs if name in _HIDES and _HIDES[name].hides(value))
    return Style(_CUT_OFF if clipped else next(ways, ""), colour, background)


def _hidden_by_markup(name: str, attributes: Mapping[str, str]) -> str:
    """How an element is hidden without any style; empty where it is not."""
    if _UNSHOWN.fullmatch(name):
        return f"<{name}>"
    marked = "hidden" in attributes or attributes.get("aria-hidden", "").lower() == "true"
    return "marked as hidden" if marked else ""


def is_dot(attributes: Mapping[str, str | None]) -> bool:
    """Whether an image is too small to see. Such an image tells the sender that the mail was opened."""
    return any((attributes.get(side) or "").strip().rstrip("px") in ("0", "1", "2") for side in ("width", "height"))


def colour_of(value: str) -> Colour | None:
    """A colour in any of the usual ways to write one; None for anything else."""
    value = value.strip().lower()
    if found := re.match(r"#([0-9a-f]{3,8})\b", value):
        digits = found[1] if len(found[1]) >= 6 else "".join(2 * digit for digit in found[1])
        return Colour(*(int(digits[place : place + 2], 16) for place in (0, 2, 4)))
    if found := re.match(r"(rgb|hsl)a?\(([^)]*)", value):
        return _of_function(found[1], found[2])
    return next((colour for word in value.split() if (colour := _NAMED.get(word))), None)


def _of_function(name: str, arguments: str) -> Colour | None:
    """The colour of ``rgb(…)`` or ``hsl(…)``; None where there are too few numbers."""
    parts = [_number(part) for part in re.findall(r"-?[0-9.]+%?", arguments)]
    if len(parts) < 3:
        return None
    if name == "hsl":
        red, green, blue = colorsys.hls_to_rgb(parts[0] / 360, parts[2] / 100, parts[1] / 100)
        return _colour(255 * red, 255 * green, 255 * blue)
    scale = 2.55 if "%" in arguments else 1
    return _colour(*(scale * part for part in parts[:3]))


def _colour(*channels: float) -> Colour:
    return Colour(*(round(min(255.0, max(0.0, channel))) for channel in channels))


def _plain(css: str) -> str:
    """The CSS in lower case, without comments and escapes, which could disguise words."""
    return _ESCAPE.sub(_unescaped, _COMMENT.sub("", css)).lower()


def _unescaped(found: re.Match[str]) -> str:
    point = int(found[1], 16) if found[1] else 0
    return chr(point) if 0 < point < 0x110000 else found[2] or ""


def _number(text: str) -> float:
    found = re.search(r"-?[0-9]*\.?[0-9]+", text)
    return float(found.group()) if found else 0.0


def _sizes(value: str) -> list[tuple[float, str]]:
    return [(float(number), unit) for number, unit in _NUMBER.findall(value)]


def _moved_off(value: str) -> bool:
    return any(number <= _FAR and unit != "deg" for number, unit in _sizes(value))


def _flat(value: str) -> bool:
    return any(number == 0 or (number <= 1 and unit == "px") for number, unit in _sizes(value)[:1])


def _small(value: str) -> bool:
    return any(_tiny(number, unit) for number, unit in _sizes(value))


def _tiny(number: float, unit: str) -> bool:
    return number == 0 or number <= _LEAST_SIZE.get(unit, 0)


def _see_through(value: str) -> bool:
    """Whether the value is a colour that is almost transparent, by its fourth part."""
    if value.startswith(("rgb", "hsl")):
        parts = re.findall(r"-?[0-9.]+%?", value)
        return len(parts) > 3 and _number(parts[3]) <= (10 if parts[3].endswith("%") else 0.1)
    digits = re.fullmatch(r"#(?:[0-9a-f]{3}([0-9a-f])|[0-9a-f]{6}([0-9a-f]{2}))", value)
    return bool(digits) and int(digits[1] or digits[2], 16) <= (1 if digits[1] else 25)


class _Way(NamedTuple):
    """A property that can hide: in words, and whether a value of it does."""

    words: str
    hides: Callable[[str], bool]


_WAYS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("display", "not displayed", lambda value: "none" in value),
    (
        "visibility content-visibility",
        "not displayed",
        lambda value: any(word in value for word in ("hidden", "collapse")),
    ),
    ("mso-hide", "not displayed", lambda value: "all" in value),
    ("opacity", "see-through letters", lambda value: any(it <= (10 if unit else 0.1) for it, unit in _sizes(value))),
    ("font-size", "letters too small to read", _small),
    ("font", "letters too small to read", lambda value: _small(value.split("/", maxsplit=1)[0])),
    ("max-height max-width", _CUT_OFF, _flat),
    (" ".join(_COLOURS), "see-through letters", lambda value: "transparent" in value or _see_through(value)),
    (
        "clip clip-path transform filter scale",
        _CUT_OFF,
        lambda value: _moved_off(value) or bool(_NO_AREA.search(value)),
    ),
    (" ".join(_AWAY), "moved off the page", _moved_off),
)
_HIDES = {name: _Way(words, hides) for names, words, hides in _WAYS for name in names.split()}
"""Property -> how it hides an element."""
