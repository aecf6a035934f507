"""API keys as people set them: in a variable, or in a file that ``…_FILE`` names. What cannot be a key is refused.

A message never holds what was given, for it may be most of a key.
"""

import os
import stat
from collections.abc import Mapping
from typing import NamedTuple

from pydantic import SecretStr

from saleshandy_mcp.core.keys.key_text import wrong_with
from saleshandy_mcp.core.variables import whole_path

_MOST_BYTES = 4_096


class FoundKey(NamedTuple):
    """A key, and what its owner should know of the way it is kept."""

    key: SecretStr | None = None
    warning: str = ""


def found_key(environ: Mapping[str, str], name: str) -> FoundKey:
    """The key that a variable holds, or the file that the variable with ``_FILE`` at its end names.

    Raises:
        ValueError: when what is there cannot be a key; the message names the variable and says what to do.
    """
    text, place = environ.get(name, "").strip(), environ.get(f"{name}_FILE", "").strip()
    if text and place:
        raise ValueError(f"{name} and {name}_FILE are both set: keep one of them")
    if place:
        return _of_file(f"{name}_FILE", place)
    return FoundKey(checked_key(name, text) if text else None)


def checked_key(where: str, text: str) -> SecretStr:
    """A text as a key.

    Args:
        where: it stands, for the message.
        text: without blanks around it.

    Raises:
        ValueError: when it cannot be one.
    """
    if wrong := wrong_with(text):
        raise ValueError(f"{where} {wrong}")
    return SecretStr(text)


def _of_file(name: str, place: str) -> FoundKey:
    path = whole_path(place)
    try:
        with path.open("rb") as file:
            mode, content = os.fstat(file.fileno()).st_mode, file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{name}: {path} cannot be read ({error.strerror})") from None
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or len(content) > _MOST_BYTES:
        raise ValueError(f"{name}: {path} has to hold a key and nothing else")
    open_to_others = os.name != "nt" and mode & (stat.S_IRWXG | stat.S_IRWXO)
    warning = f"{name}: other users of this machine may read {path}. Mend it: chmod 600 {path}"
    return FoundKey(checked_key(f"{name}: {path}", text), warning if open_to_others else "")
