"""What texts may hold: merge tags, spintax, plain text and HTML. Pure."""

import html
import re
from collections.abc import Iterable
from difflib import get_close_matches

_TAG = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|\s*([^{}]*?)\s*)?\}\}")
_BARE_SPIN = re.compile(r"(?<!\{)\{(?!\{)[^{}|]+\|[^{}]+\}(?!\})")
_MARKUP = re.compile(
    r"</?(p|br|div|a|b|i|u|ul|ol|li|strong|em|span|table|img|h\d|html|body|blockquote)\b[^<>]*>", re.IGNORECASE
)
_LINK = re.compile(r"""(?:href|src)\s*=\s*["']?([^"'\s>]+)|(https?://[^\s"'<>]+)""", re.IGNORECASE)
_NO_FIELDS = {"signature", "link", "sender name"}
"""Merge tags, in lower case, that are not fields of a prospect."""


def merge_tags(text: str) -> list[tuple[str, bool]]:
    """The labels of the merge tags in a text, in order. Each comes with whether it has a fallback.

    ``{{First Name|'there'}}`` is ``("First Name", True)``.
    """
    return [(label, bool(fallback)) for label, fallback in _TAG.findall(text)]


def text_warnings(text: str, labels: Iterable[str]) -> list[str]:
    """Warns of merge tags that are not fields and of wrong spintax, a sentence each.

    Args:
        text: subject or body.
        labels: the labels of the account's fields. A merge tag has to be exactly one of them.
    """
    return [*unknown_tags(text, labels), *wrong_spintax(text)]


def unknown_tags(text: str, labels: Iterable[str]) -> list[str]:
    """Merge tags that are not fields, a sentence each. A merge tag has to be exactly one of the labels."""
    known = list(labels)
    found: list[str] = []
    for label, _ in dict.fromkeys(merge_tags(text)):
        if label not in known and label.lower() not in _NO_FIELDS:
            near = get_close_matches(_spaced(label), known, n=1, cutoff=0.6)
            hint = f"; did you mean {{{{{near[0]}}}}}?" if near else ""
            found.append(f"{{{{{label}}}}} is no field of this account{hint}")
    return found


def wrong_spintax(text: str) -> list[str]:
    """Spintax without its marks, one sentence for the first."""
    spin = _BARE_SPIN.search(text)
    return [f"{spin.group()} is sent as it stands; spintax is written {{spin}}one|two{{endspin}}"] if spin else []


def without_bare_spintax(text: str) -> str:
    return _BARE_SPIN.sub("", text)


def links(text: str) -> list[str]:
    """Where the links of a text lead, each once."""
    return list(dict.fromkeys(html.unescape(attribute or bare) for attribute, bare in _LINK.findall(text)))


def as_html(text: str) -> str:
    """Plain text as HTML paragraphs, because HTML drops line breaks. A text with markup is not changed."""
    plain = re.sub(r"\r\n?", "\n", text).strip()
    if _MARKUP.search(text) or "\n" not in plain:
        return text
    paragraphs = re.split(r"\n\s*\n", plain)
    return "".join(f"<p>{html.escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def as_text(markup: str) -> str:
    """The words of an HTML text on one line."""
    words = re.sub(r"<(br|/p|/div|/li)\b[^<>]*>", " ", markup, flags=re.IGNORECASE)
    return " ".join(html.unescape(re.sub(r"<[^<>]+>", "", words)).split())


def _spaced(label: str) -> str:
    """Written as labels are: ``First Name`` for ``firstName`` and ``first_name``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", label).title()
