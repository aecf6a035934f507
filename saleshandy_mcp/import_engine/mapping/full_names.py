"""A full name taken apart: what somebody is greeted by, and the rest. Pure."""

from functools import cache

from saleshandy_mcp.import_engine.mapping.presets import word, words


def split(name: str) -> tuple[str, str]:
    """First and last name; either may be empty.

    The first word is the first name and all that follows the last name: ``van der Berg`` and ``García Márquez`` stay
    whole, and nobody is greeted with two names. ``Doe, Jane`` is turned round. Titles and degrees are dropped.
    """
    before, *rest = [part.split() for part in name.split(",")]
    after = [it for part in rest if not all(_is_degree(it) for it in part) for it in part]
    plain = _without_degrees(before)
    bare = _without_titles(plain)
    if after:
        return " ".join(_without_titles(after)), " ".join(bare)
    titled = len(bare) < len(plain)
    if bare and ((titled and len(bare) == 1) or (len(bare) > 1 and bare[0] in _particles())):  # "Dr. Doe", "de Boer"
        return "", " ".join(bare)
    return " ".join(bare[:1]), " ".join(bare[1:])


def _without_titles(parts: list[str]) -> list[str]:
    """A title that stands alone may be a name after all."""
    first = 0
    while first < len(parts) - 1 and word(parts[first]) in _titles():
        first += 1
    return parts[first:]


def _without_degrees(parts: list[str]) -> list[str]:
    """Two words are left in any case: MA is a last name, too."""
    last = len(parts)
    while last > 2 and _is_degree(parts[last - 1]):
        last -= 1
    return parts[:last]


def _is_degree(part: str) -> bool:
    return part.replace(".", "") in _degrees()


@cache
def _titles() -> frozenset[str]:
    return frozenset(map(word, words()["names"]["titles"]))


@cache
def _degrees() -> frozenset[str]:
    return frozenset(form for it in words()["names"]["degrees"] for form in (it, it.upper()))


@cache
def _particles() -> frozenset[str]:
    return frozenset(words()["names"]["particles"])
