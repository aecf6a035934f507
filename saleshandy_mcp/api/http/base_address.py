"""The address of an API: whose account it leads to with a key, and whether a proxy may see what goes there. Pure."""

import hashlib
from urllib.parse import urlsplit

from pydantic import SecretStr


def account_name(address: str, key: SecretStr | None) -> str:
    """A digest of an address and a key, which tells nothing of either."""
    secret = key.get_secret_value() if key else ""
    return hashlib.sha256(f"{address}\n{secret}".encode()).hexdigest()[:16]


def in_clear_on_loopback(base_url: str) -> bool:
    """Whether an address is plain HTTP on this machine: what goes there must not pass a proxy."""
    parts = urlsplit(base_url)
    return parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
