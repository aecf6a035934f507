"""Why a text cannot be an API key. Pure, and loaded before anything else: it imports little."""

import re

_UNEXPANDED = re.compile(r"\$\{?[\w.:-]+\}?|%\w+%|\{\{.*\}\}")
_PLACEHOLDER = re.compile(
    r"<.*>|\[.*\]|(paste|put|enter|insert|add|your|my|the)[-_. ].*(key|token|here).*"
    r"|(api[-_ ]?)?key|change[-_ ]?me|x{3,}|\.{3}|…",
    re.IGNORECASE,
)
_QUOTES = "\"'`“”‘’„"  # noqa: RUF001 - word processors put these


def wrong_with(text: str) -> str:
    """What is wrong with a text as a key, as a sentence without its subject; empty when nothing is.

    Args:
        text: not empty, without blanks around it. The sentence never holds it.
    """
    if text[0] in _QUOTES or text[-1] in _QUOTES:
        return "has quotes around the key: take them out"
    if _UNEXPANDED.fullmatch(text):
        return (
            "holds the name of a variable instead of a key: what starts this program did not put its value "
            "there. Write the key itself, or name a file that holds it"
        )
    if _PLACEHOLDER.fullmatch(text):
        return "still holds the words of an example: put your key in their place"
    if text.lower().startswith("bearer "):
        return "begins with the word Bearer: the key alone belongs there"
    if not text.isascii() or any(character.isspace() or not character.isprintable() for character in text):
        return "holds characters that no key has, such as a blank; copy it again"
    return ""
