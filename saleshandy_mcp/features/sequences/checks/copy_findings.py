"""What is wrong in the texts of a step, and what a careful person would change in them. Pure.

The thresholds of length and links are common advice for cold mail; Saleshandy's own sequence score looks at the same
things and does not publish its numbers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from saleshandy_mcp.api.resources.fields import Field
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.features.sequences import channels
from saleshandy_mcp.features.sequences.checks.check_finding import Finding
from saleshandy_mcp.features.sequences.copywriting import (
    as_text,
    links,
    merge_tags,
    unknown_tags,
    without_bare_spintax,
    wrong_spintax,
)

MOST_LINKS = 2
MOST_WORDS = 200
LONGEST_SUBJECT = 60
LONGEST_TEXT = 100_000
"""Characters of a text that are looked at: mails are shorter."""

_PLACEHOLDER_WORDS = "name|company|your|first|last|insert|title|city|date|link|topic|industry|product|website|role|pain"
_PLACEHOLDERS = (
    re.compile(r"(?<!\{)\{(?!\{)(?!spin\}|endspin\})[^{}|<>\n]{1,40}\}(?!\})"),
    re.compile(rf"\[(?=[^\[\]]{{0,40}}\b(?:{_PLACEHOLDER_WORDS})\b)[^\[\]|<>\n]{{1,40}}\]", re.IGNORECASE),
    re.compile(rf"<<?(?=[^<>]{{0,40}}\b(?:{_PLACEHOLDER_WORDS})\b)[^<>/=\n]{{1,40}}>>?", re.IGNORECASE),
    re.compile(r"%[A-Z][A-Z_]{2,30}%"),
    re.compile(r"\*\|[A-Z_:]{2,30}\|\*"),
    re.compile(r"\b(?:TODO|TBD|XXX+|(?i:lorem ipsum))\b"),
)
"""Texts that other programs fill in, or that an author meant to fill in."""

_UNCLOSED_TAG = re.compile(r"\{\{(?![^{}]{1,200}\}\})[^{}<>\n]{0,20}")
_SPIN_MARK = re.compile(r"\{(end)?spin\}")
_SPAM = (
    "100% free|act now|as seen on|be your own boss|buy now|cash bonus|cheap|click here|click below|congratulations"
    "|double your|earn money|extra income|for free|free trial|get paid|guarantee[ds]?|limited time|lowest price"
    "|make money|money back|no cost|no obligation|no risk|once in a lifetime|order now|risk[- ]free|special promotion"
    "|this is not spam|urgent|winner|you have been selected"
)
_SPAM_WORDS = re.compile(rf"\b(?:{_SPAM})\b", re.IGNORECASE)
_SPAM_SYMBOLS = re.compile(r"!{2,}|[$€£]{2,}")


def copy_findings(
    where: str,
    channel: Channel,
    payload: Mapping[str, Any],
    fields: Iterable[Field],
    *,
    note: str | None = None,
    opens_thread: bool = False,
) -> list[Finding]:
    """What to put right or to change in one variant.

    Args:
        where: its place: "step 1 A".
        channel: of the step.
        payload: the texts as they are stored, or would be.
        fields: of the account; a merge tag has to be the label of one.
        note: the note of a task.
        opens_thread: whether it is the first email, which needs a subject.
    """
    subject, body = channels.texts(channel, dict(payload))
    parts = [subject, body, payload.get("preheader"), note]
    whole = "\n".join(str(part)[:LONGEST_TEXT] for part in parts if part)
    words = as_text(body[:LONGEST_TEXT]) if channel is Channel.EMAIL else body[:LONGEST_TEXT]
    found = [
        *_empty(channel, subject, words, opens_thread=opens_thread),
        *_tags(whole, list(fields)),
        *_placeholders("\n".join([str(subject or ""), words, str(payload.get("preheader") or ""), note or ""])),
        *(_email(subject or "", body[:LONGEST_TEXT], words) if channel is Channel.EMAIL else ()),
    ]
    return [it.model_copy(update={"where": where}) for it in found]


def _empty(channel: Channel, subject: str | None, words: str, *, opens_thread: bool) -> Iterator[Finding]:
    if channels.rules(channel).needs_text and not words.strip():
        yield Finding(level="blocks", what="the text is empty", do="Write it, or take the variant out of use.")
    if channel is Channel.EMAIL and opens_thread and not (subject or "").strip():
        yield Finding(level="blocks", what="the first email has no subject", do="Give it one.")


def _tags(text: str, fields: list[Field]) -> Iterator[Finding]:
    known = {field.label: field for field in fields}
    for sentence in unknown_tags(text, known):
        yield Finding(level="blocks", what=sentence, do="Correct the tag, or create the field.")
    # A number of places with the same label is one finding.
    bare = dict.fromkeys(label for label, fallback in merge_tags(text) if not fallback and label in known)
    told = [label for label in bare if not known[label].fallback_text and label != "Email"]
    if told:
        own = any(not known[label].is_default for label in told)
        unless = " (unless the field itself has one, which the API does not tell)" if own else ""
        yield Finding(
            level="change",
            what=f"no fallback for {', '.join(told)}{unless}",
            why="people without it get a gap",
            do=f"Write {{{{{told[0]}|'…'}}}}.",
        )


def _placeholders(text: str) -> Iterator[Finding]:
    for sentence in wrong_spintax(text):
        yield Finding(level="blocks", what=sentence)
    plain = without_bare_spintax(text)
    shown = [match.group().strip() for pattern in _PLACEHOLDERS for match in pattern.finditer(plain)]
    if shown:
        named = ", ".join(list(dict.fromkeys(shown))[:5])
        yield Finding(
            level="blocks",
            what=f"{named} is mailed as it stands",
            do="Write a merge tag such as {{First Name|'there'}}.",
        )
    if broken := _UNCLOSED_TAG.search(plain):
        yield Finding(level="blocks", what=f"{broken.group().strip()} is never closed with }}}}", do="Close it.")
    opened = [match[1] is None for match in _SPIN_MARK.finditer(plain)]
    if opened != [True, False] * (len(opened) // 2):
        yield Finding(
            level="blocks", what="{spin} and {endspin} do not come in pairs", do="Write {spin}one|two{endspin}."
        )


def _email(subject: str, body: str, words: str) -> Iterator[Finding]:
    targets = links(body)
    if len(targets) > MOST_LINKS:
        yield Finding(
            level="change",
            what=f"{len(targets)} links, {MOST_LINKS} at most are advised",
            why="mails with many links are filtered more often",
            do="Keep the one that matters.",
        )
    length = len(words.split())
    if length > MOST_WORDS:
        yield Finding(
            level="change",
            what=f"{length:,} words, {MOST_WORDS} at most are advised",
            why="long cold mails are read less",
            do="Shorten it.",
        )
    if len(subject) > LONGEST_SUBJECT:
        yield Finding(
            level="change",
            what=f"subject of {len(subject)} characters, {LONGEST_SUBJECT} at most are advised",
            why="phones cut it",
            do="Shorten it.",
        )
    yield from _spam(subject, words)


def _spam(subject: str, words: str) -> Iterator[Finding]:
    text = f"{subject}\n{words}"
    hits = [match.group() for pattern in (_SPAM_WORDS, _SPAM_SYMBOLS) for match in pattern.finditer(text)]
    letters = [letter for letter in re.sub(r"\{\{[^{}]*\}\}", "", subject) if letter.isalpha()]
    if len(letters) > 8 and all(letter.isupper() for letter in letters):
        hits.append("a subject in capitals")
    if hits:
        named = ", ".join(list(dict.fromkeys(hit.casefold() for hit in hits))[:6])
        yield Finding(level="change", what=f"reads like spam: {named}", why="filters look for it", do="Say it plainly.")
