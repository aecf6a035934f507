"""Addresses with letters that look like Latin ones, as some of Cyrillic do. Pure."""

import re
import unicodedata

from saleshandy_mcp.core.addresses import key

_ALIKE = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"))
"""Scripts whose letters look alike. Latin letters beside Chinese or Japanese ones are nothing strange."""
_TWINS = frozenset("аеорсухіїјѕһԁԛԝьԍкмтвнɑο\u03bd\u03c1\u03b1\u03c5\u03ba\u03b9")
"""Small letters of other scripts with a Latin twin."""


def has_lookalikes(email: str) -> bool:
    """Whether a part of it mixes scripts that look alike, or is made of twins of Latin letters alone."""
    if email.isascii() and "xn--" not in email.lower():
        return False
    return any(map(_is_strange, re.split(r"[\W\d_]+", key(email))))


def _is_strange(part: str) -> bool:
    if part.isascii():
        return False
    scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in part} & _ALIKE
    return len(scripts) > 1 or (len(part) > 2 and _TWINS.issuperset(part))
