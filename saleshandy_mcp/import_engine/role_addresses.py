"""Addresses that belong to a task (info@, sales@) or to nobody, and not to a person. Pure."""

from functools import cache
from itertools import chain

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.import_engine.mapping.presets import words


def is_role(email: str) -> bool:
    """Whether it is the mailbox of a task (info@, sales@, no-reply@) and not of a person."""
    local = key(email).rpartition("@")[0].partition("+")[0]
    return local.replace("-", "").replace("_", "").replace(".", "") in _listed("mailboxes", "roles")


def placeholder(email: str) -> str:
    """What stands there instead of an address of a person, as a reason; empty for a real address."""
    address = key(email)
    local = address.rpartition("@")[0] or address
    masked = _is_masked(address)
    if not masked and _nobodies().isdisjoint((local, address)):
        return ""
    if local in _listed("placeholders", "apollo"):
        return "not revealed by Apollo"
    if masked:
        return "not revealed: the address is masked"
    return "a placeholder, nobody's address"


def _is_masked(address: str) -> bool:
    return "***" in address or "•" in address or "…@" in address or "xxxx@" in address


@cache
def _nobodies() -> frozenset[str]:
    """Whole addresses, and what stands before the @."""
    return frozenset(chain(*words()["placeholders"].values()))


@cache
def _listed(part: str, kind: str) -> frozenset[str]:
    return frozenset(words()[part][kind])
