"""A mail without the older mails that it quotes. Pure."""

import re

CUT = "[quoted text cut]"
"""What stands where older mails were."""

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


def without_history(text: str) -> str:
    """The text without older mails: lines with ``>``, and everything after the head of an older mail."""
    heads = [found.start() for found in _ORIGINAL.finditer(text)]
    # Where the older mail is marked with >, answers may stand between its lines and below.
    heads += [found.start() for found in _WROTE.finditer(text) if not _MARKED.match(text, found.end())]
    if heads:
        text = f"{text[: min(heads)]}\n{CUT}"
    return _QUOTED_LINES.sub(f"{CUT}\n", _WROTE.sub(">", text))
