"""What the people of an import will read: the copy of a step, with the values of their rows in it. Pure.

No answer of the API is known to hold the fallback text of a field; if one does, previews use it.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping

from saleshandy_mcp.api.resources.steps import Variant
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.features.sequences import channels
from saleshandy_mcp.features.sequences.copywriting import as_text, merge_tags, text_warnings

OPENING = 160
"""Characters of a body by which a person recognises it."""

_TAG = re.compile(r"\{\{[^{}]*\}\}")
_SPIN = re.compile(r"\{spin\}(.*?)\{endspin\}", re.DOTALL)
_FIRST = re.compile(rf"(?:{_TAG.pattern}|[^|])*")
"""The first of spun parts. That the | of a merge tag does not part them is assumed."""
_BODIES = list(dict.fromkeys(filter(None, (channels.rules(channel).text for channel in Channel))))


def filled(text: str, values: Mapping[str, str], fallbacks: Mapping[str, str] | None = None) -> str:
    """The words that somebody reads, on one line.

    Args:
        text: a subject or a body, HTML or not.
        values: by label, for every field of the account: "" where the person has none. A tag of no such label, like
            {{Signature}}, stays as it is.
        fallbacks: of the fields themselves by label, for tags that have none of their own.
    """
    return as_text(filled_html(text, values, fallbacks or {}))


def filled_html(text: str, values: Mapping[str, str], fallbacks: Mapping[str, str]) -> str:
    """The same with its HTML."""
    return _TAG.sub(lambda tag: _value(tag.group(), values, fallbacks), _spun(text))


def needed(variants: Iterable[Variant]) -> list[str]:
    """Labels that the variants in use take from people and have no fallback for, each once."""
    tags = (tag for variant in variants if _in_use(variant) for text in _texts(variant) for tag in merge_tags(text))
    return list(dict.fromkeys(label for label, fallback in tags if not fallback and _is_of_a_person(label)))


def opening(variants: Iterable[Variant]) -> tuple[str, str]:
    """Subject and beginning of the first variant in use, both to be given to ``filled``; empty where there is none.

    The body of a task is its note. Of spun parts of the body the first is taken.
    """
    variant = next(filter(_in_use, variants), None)
    if variant is None:
        return "", ""
    body = next((str(variant.payload[name]) for name in _BODIES if variant.payload.get(name)), variant.task_note)
    return str(variant.payload.get("subject") or ""), html.escape(_beginning(as_text(_spun(body or ""))), quote=False)


def _beginning(words: str) -> str:
    if len(words) <= OPENING:
        return words
    # Half a merge tag would not be filled.
    end = next((tag.start() for tag in _TAG.finditer(words) if tag.start() < OPENING < tag.end()), OPENING)
    return f"{words[:end].rstrip()}…"


def _spun(text: str) -> str:
    def first(spin: re.Match[str]) -> str:
        part = _FIRST.match(spin[1])
        return part.group() if part else ""

    return _SPIN.sub(first, text)


def _value(tag: str, values: Mapping[str, str], fallbacks: Mapping[str, str]) -> str:
    """What stands in HTML for a merge tag."""
    plain = _unescaped(tag)
    for label, has_fallback in merge_tags(plain):
        if label in values:
            fallback = plain[2:-2].partition("|")[2].strip().strip("'\"")
            instead = fallback if has_fallback else fallbacks.get(label) or f"[{label}: empty]"
            return html.escape(as_text(values[label]) or instead, quote=False)
    return tag


def _texts(variant: Variant) -> Iterator[str]:
    """All that people get to read, the subject first."""
    parts = [variant.payload.get("subject"), *variant.payload.values(), variant.task_note]
    return (_unescaped(part) for part in parts if isinstance(part, str))


def _unescaped(markup: str) -> str:
    """With the blanks that an editor wrote as &nbsp;."""
    return " ".join(html.unescape(markup).split())


def _in_use(variant: Variant) -> bool:
    return variant.status != 0


def _is_of_a_person(label: str) -> bool:
    """Not {{Signature}} and the like, which are right even in an account without any fields."""
    return bool(text_warnings(f"{{{{{label}}}}}", []))
