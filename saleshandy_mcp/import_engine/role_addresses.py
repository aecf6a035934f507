"""Addresses that belong to a task (info@, sales@) or to nobody, and not to a person. Pure."""

import re
from functools import cache
from itertools import chain

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.import_engine.mapping.presets import words

_MASK = re.compile(r"\*\*\*|•|…@|xxxx@")


def is_role(email: str) -> bool:
    """Whether it is the mailbox of a task (info@, sales@, no-reply@) and not of a person."""
    local = key(email).rpartition("@")[0].partition("+")[0]
    return local.replace("-", "").replace("_", "").replace(".", "") in _listed("mailboxes", "roles")


def placeholder(email: str) -> str:
    """What stands there instead of an address of a person, as a reason; empty for a real address."""
    address = key(email)
    local = address.rpartition("@")[0] or address
    if not (local in _nobodies() or address in _nobodies() or _MASK.search(address)):
        return ""
    if local in _listed("placeholders", "apollo"):
        return "not revealed by Apollo"
    if _MASK.search(address):
        return "not revealed: the address is masked"
    return "a placeholder, nobody's address"


@cache
def _nobodies() -> frozenset[str]:
    """Whole addresses, and what stands before the @."""
    return frozenset(chain(*words()["placeholders"].values()))


@cache
def _listed(part: str, kind: str) -> frozenset[str]:
    return frozenset(words()[part][kind])
