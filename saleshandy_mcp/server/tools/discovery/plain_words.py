"""One word for what people call by several, and how they speak of operations: the words are in ``words.toml``."""

import re
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

_ADDRESS = re.compile(r"\S+@\S+")
_DOMAIN = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:example|com|org|net|io|de|co|ai)\b")
_APART = (
    (re.compile(r"\b(?:throw|kick|pull|take|cut|get|leave|drop|strip)s?\b(.{1,60}?)\b(?:out|away)\b"), r"delete \1"),
    (re.compile(r"\btake\b(.{1,60}?)\boff\b"), r"delete off \1"),
    (re.compile(r"\b(?:take|get|pull|bring|put)\b(.{1,60}?)\bback\b"), r"undo back \1"),
    (re.compile(r"\b(?:pass|hand|send)\b(.{1,40}?)\bon to\b"), r"forward \1"),
    (re.compile(r"\b(?:turn|switch)\b(.{1,40}?)\boff\b"), r"off \1"),
    (re.compile(r"\b(?:turn|switch)\b(.{1,40}?)\bon\b"), r"start \1"),
    (re.compile(r"\bopen\b(.{1,30}?)\bagain\b"), r"reopen \1"),
    (re.compile(r"\bno(?:body| one)\b(.{1,40}?)\b(?:may|must|should|can)\b"), r"dnc \1"),
)
"""Verbs of two words with something between them."""
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "want need please just really also some any every each more most many much very first second third fourth one "
        "two three four five six seven old new whole next last month today yesterday",
    )
)


def plainly(text: str) -> str:
    """The text in lower case, with one word for what people call by several; an address is a prospect."""
    text = _ADDRESS.sub("prospect", text.casefold().replace("_", " ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    text = _DOMAIN.sub("domain", text)
    for verb, plain in _APART:
        text = verb.sub(plain, text)
    known, plain_word = _same()
    text = known.sub(lambda found: plain_word(found[0]), text)
    return " ".join(word for word in text.split() if word.strip(",.;:!?'\"") not in _EMPTY)


def said_of(operation: str) -> str:
    """How people speak of an operation."""
    return _vocabulary()["said"].get(operation, "")


def not_meant(operation: str) -> str:
    """Words with which something else is meant."""
    return _vocabulary()["not"].get(operation, "")


def spoken_of() -> set[str]:
    """The operations that the vocabulary is about."""
    return {*_vocabulary()["said"], *_vocabulary()["not"]}


@cache
def _vocabulary() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("saleshandy_mcp.server.tools.discovery") / "words.toml").read_text(encoding="utf-8"))


@cache
def _same() -> tuple[re.Pattern[str], Callable[[str], str]]:
    words = {said: plain for plain, others in _vocabulary()["same"].items() for said in others.split("|")}
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), words.__getitem__
