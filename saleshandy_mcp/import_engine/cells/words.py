"""The words that matter in cells, out of ``words.toml``: read once, when the first table is."""

from functools import cache
from importlib.resources import files


@cache
def words(kind: str) -> frozenset[str]:
    """The words of a kind: "nothing", "labels" or "apostrophe", in small letters."""
    # PLC0415: most sessions import nobody, and a start must not wait for it.
    import tomllib  # noqa: PLC0415

    text = files("saleshandy_mcp.import_engine.cells").joinpath("words.toml").read_text(encoding="utf-8")
    return frozenset(it.casefold() for it in tomllib.loads(text)[kind]["words"])
