"""Pages with their style and script inside: how parts are put in, and how a policy allows them. Pure."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256


def allowed(inline: str) -> str:
    """How a Content-Security-Policy names an inline style or script, so that no other one counts."""
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"


def filled(page: str, parts: Mapping[str, str]) -> str:
    """The page with its parts in the places that name them, such as ``{{TITLE}}``.

    All are put in at once: a part that holds such a place keeps it as text.

    Raises:
        KeyError: when there is no part for a place.
    """
    return re.sub(r"{{([A-Z]+)}}", lambda place: parts[place[1]], page)
