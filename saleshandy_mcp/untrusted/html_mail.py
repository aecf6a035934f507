"""What a stranger's mail says to a person who reads it: no more than they would see, and no older mail again. Pure."""

import re
from dataclasses import dataclass

from saleshandy_mcp.untrusted.html_text import html_to_text, link
from saleshandy_mcp.untrusted.markup import looks_like_markup
from saleshandy_mcp.untrusted.one_line import smuggles, visible

PART = 4000
"""Characters of a mail that are shown at once."""

LONGEST_SOURCE = 500_000
"""Characters of source that are looked at."""

_CUT = "[quoted text cut]"


_URL = re.compile(
    r"(?<!\[link: )\b(?:[a-z][a-z0-9+.-]{0,15}://|www\.|javascript:|data:|vbscript:)[^\s<>\"\]]+", re.IGNORECASE
)
_TWICE = re.compile(r"(\[link(?:: [^]]{0,200})?\])(?:\s*\1)+")
_BLOB = re.compile(r"[A-Za-z0-9+/=_-]{60,}(?:[ \n]+[A-Za-z0-9+/=_-]{20,})*")

_WROTE = re.compile(
    r"^(?:on|am|le|el|il|op|den|em|w dniu|dnia)\b[^\n]{0,200}(?:\n[^\n]{0,120})?"
    r"\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu|napisał\(?a?\)?)\b[^\n]{0,120}"
    r"(?:\n<[^\n>]{1,120}>)?[ \t]*:[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ORIGINAL = re.compile(
    r"^[-_ ]{3,}(?:original message|forwarded message|ursprüngliche nachricht|message d'origine|mensaje original)"
    r"[-_ ]*$"
    r"|^\*?(?:from|von|de|da|van|fra)\*?:[^\n]{1,200}\n(?:[^\n]{0,200}\n){0,2}\*?(?:sent|date|gesendet|datum|envoyé"
    r"|enviado|inviato|verzonden|sendt|to|an|à|para)\*?:",
    re.IGNORECASE | re.MULTILINE,
)
_MARKED = re.compile(r"\s*>")
_QUOTED_LINES = re.compile(r"(?:^[ \t]*>[^\n]*(?:\n\s*|\Z))+", re.MULTILINE)


@dataclass(frozen=True)
class Cleaned:
    """A mail as text.

    Attributes:
        text: what a person would have read.
        hidden: parts that they would not have seen, and that are left out: a warning sign.
        quoted: whether quoted history was left out.
    """

    text: str
    hidden: int = 0
    quoted: bool = False


def clean(body: str, *, quotes: bool = False) -> Cleaned:
    """A mail as a person would have read it.

    Args:
        body: HTML or plain text, as it came.
        quotes: keep the quoted history.
    """
    source, rest = body[:LONGEST_SOURCE], len(body) - LONGEST_SOURCE
    text, hidden = html_to_text(source) if looks_like_markup(source) else (source, 0)
    seen = visible(text)
    hidden += smuggles(text)
    seen = _TWICE.sub(r"\1", _URL.sub(_shortened_link, seen))
    seen = _BLOB.sub(_measured, seen)
    kept = seen if quotes else _without_history(seen)
    if rest > 0:
        kept += f"\n[the mail goes on: {rest:,} characters of its source were not read]"
    return Cleaned(_tidy(kept), hidden, quoted=kept.count(_CUT) > seen.count(_CUT))


def parts(text: str) -> list[str]:
    """The text in pieces of at most ``PART`` characters, cut between words where there are any."""
    found: list[str] = []
    while len(text) > PART:
        cut = max(text.rfind(" ", PART // 2, PART), text.rfind("\n", PART // 2, PART))
        cut = cut if cut > 0 else PART
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*found, text]


def _shortened_link(found: re.Match[str]) -> str:
    target = found.group().rstrip(".,;:!?)")
    tail = found.group()[len(target) :]
    return link(target if "://" in target or not target.lower().startswith("www.") else f"https://{target}") + tail


def _measured(found: re.Match[str]) -> str:
    """Data nobody reads; a line drawn with dashes is one too, and shorter."""
    run = found.group()
    return f"[{len(run):,} characters of data]" if len(set(run)) > 8 else run[:20]


def _without_history(text: str) -> str:
    """Without what was written before: lines with ``>``, and all that follows the head of an older mail."""
    heads = [found.start() for found in _ORIGINAL.finditer(text)]
    # Where the older mail is marked with >, answers may stand between its lines and below.
    heads += [found.start() for found in _WROTE.finditer(text) if not _MARKED.match(text, found.end())]
    if heads:
        text = f"{text[: min(heads)]}\n{_CUT}"
    return _QUOTED_LINES.sub(f"{_CUT}\n", _WROTE.sub(">", text))


def _tidy(text: str) -> str:
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
