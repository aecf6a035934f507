"""How installing and uninstalling change the text of a settings file. Pure."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

from saleshandy_mcp.client_settings.documents.edit import entry, put, take
from saleshandy_mcp.client_settings.documents.placement import Placement
from saleshandy_mcp.client_settings.entries import traces
from saleshandy_mcp.client_settings.known_clients import Client

HIDDEN = "••••••••"
"""What a key is shown as."""
_SECRETS = re.compile(
    r"""((?:key|token|secret|password|authorization)[\w-]*["']?\s*[:=]\s*["']?)"""  # the name
    r"""(?!\$)[^"',\s{\[][^"',]{5,}""",  # a value that is no reference
    re.IGNORECASE,
)


def installed(client: Client, text: str, things: Sequence[Placement]) -> str:
    """The text with the server in it, and with nothing of an earlier entry that is not wanted now."""
    if not text.strip():
        text = client.first
    kept = {it.path for it in things}
    stale = [it for it in traces(client) if it.path not in kept and entry(client.form, text, it) is not None]
    return put(client.form, take(client.form, text, stale), things)


def is_there(client: Client, text: str) -> bool:
    """Whether the server is in the text."""
    return entry(client.form, text, traces(client)[0]) is not None


def uninstalled(client: Client, text: str, before: str | None) -> str | None:
    """The text without the server; None when the whole file came with it and goes with it.

    Args:
        client: whose settings these are.
        text: the settings now.
        before: the settings before the server came in, from the backup; None when there was no file.

    What was there before comes back whole when nothing else has changed since. Else only the server is taken out.
    """
    now = [replace(it, value=entry(client.form, text, it)) for it in traces(client)]
    things = [it for it in now if it.value is not None]
    if before is None or not is_there(client, before):
        base = before if before and before.strip() else client.first
        if put(client.form, base, things) == text:
            return before
    return take(client.form, text, things)


def difference(before: str, after: str, name: str) -> list[str]:
    """The lines that change, with some around them. Values of keys, tokens and passwords are not shown."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="", n=2)
    return [_SECRETS.sub(rf"\1{HIDDEN}", line) for line in lines]
