"""The pages of the cards, each whole in itself: it runs its own script and style alone, and loads nothing."""

from functools import cache
from importlib.resources import files

from saleshandy_mcp.core.inline_page import allowed, filled

_PARTS = files("saleshandy_mcp.server.apps").joinpath("parts")


@cache
def card_page(page: str, *scripts: str, **places: str) -> str:
    """A page with the common style, and with the bridge to the host before its own scripts.

    Args:
        page: the name of its HTML.
        scripts: the names of its scripts, in the order in which they build on each other.
        places: what stands in the places of the HTML, by their names.
    """
    style = _part("cards.css")
    script = "\n".join(_part(f"{name}.js") for name in ("bridge", *scripts))
    policy = f"default-src 'none'; script-src {allowed(script)}; style-src {allowed(style)}; base-uri 'none'"
    parts = {"POLICY": policy, "STYLE": style, "SCRIPT": script, **places}
    return filled(_part(f"{page}.html"), parts)


def _part(name: str) -> str:
    return _PARTS.joinpath(name).read_text(encoding="utf-8")
