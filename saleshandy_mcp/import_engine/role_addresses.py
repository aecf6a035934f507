"""Addresses that belong to a task and not to a person: info@, sales@. Pure."""

import re
from functools import cache

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.import_engine.mapping.presets import words


def is_role(email: str) -> bool:
    """Whether it is the mailbox of a task (info@, sales@, no-reply@) and not of a person."""
    local = key(email).rpartition("@")[0].partition("+")[0]
    return re.sub(r"[-_.]", "", local) in _roles()


@cache
def _roles() -> frozenset[str]:
    return frozenset(words()["mailboxes"]["roles"])
