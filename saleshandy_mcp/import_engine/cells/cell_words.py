"""The words that matter in cells, out of ``cell_words.toml``: read once, when the first table is."""

from functools import cache
from importlib.resources import files


@cache
def words(kind: str) -> frozenset[str]:
    """The words of a kind: "nothing", "labels" or "apostrophe", in small letters."""
    return frozenset(it.casefold() for it in _read()[kind]["words"])


@cache
def written(kind: str) -> frozenset[str]:
    """The words of a kind as they are mostly written: for a first, fast look."""
    forms = (str.upper, str.title, str.capitalize, str.casefold)
    listed = _read()[kind]["words"]
    return frozenset([*listed, "NaN", "NaT", *(form(it) for it in listed for form in forms)])


@cache
def names() -> frozenset[str]:
    """Words that mean nothing elsewhere and are names of people when they are written so."""
    return frozenset(_read()["names"]["words"])


@cache
def _read() -> dict[str, dict[str, list[str]]]:
    # PLC0415: most sessions import nobody, and a start must not wait for it.
    import tomllib  # noqa: PLC0415

    return tomllib.loads(
        files("saleshandy_mcp.import_engine.cells").joinpath("cell_words.toml").read_text(encoding="utf-8")
    )
