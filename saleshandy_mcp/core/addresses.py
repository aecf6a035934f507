"""Email addresses: which are good, and which are the same. Pure."""

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

_PLAIN = re.compile(r"[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+(?:\.[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+)*@([a-zA-Z0-9.\-]+)")
"""An address whose local part is surely good, and whose verdict therefore is that of its domain."""
_PLAIN_DOMAIN = re.compile(r"(?:[a-zA-Z0-9]{1,63}\.){1,3}([a-zA-Z]{2,63})")
"""A domain that is surely good, where its last part is none of the special ones: letters and digits alone."""
_SPECIAL = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})
_LONGEST = 254
_DOMAINS = 50_000


def key(email: str) -> str:
    """What makes two addresses the same person: composed Unicode, lower case, an xn-- domain in its own letters."""
    small = unicodedata.normalize("NFC", email.strip()).lower()
    return _in_own_letters(small) if "xn--" in small else small


def domain(email: str) -> str:
    return key(email).rpartition("@")[2]


def row_key(account: str, step: str, email: str) -> bytes:
    """What makes two rows the same piece of work: the person, and the step where they go; "" for the whole account."""
    return sha256("\0".join((account, step, key(email))).encode()).digest()


def is_address(email: str) -> bool:
    """The verdict of email-validator without DNS, which takes ten times as long."""
    plain = _PLAIN.fullmatch(email)
    # An international domain is long or short in its other form, too.
    if plain is None or "xn--" in email.lower():
        return _is_valid(email)
    return len(email) <= _LONGEST and _is_domain(plain[1])


def _in_own_letters(email: str) -> str:
    # PLC0415: it takes time to load, and such domains are rare.
    import idna  # noqa: PLC0415

    local, at, name = email.rpartition("@")
    try:
        return unicodedata.normalize("NFC", f"{local}{at}{idna.decode(name)}")
    except idna.IDNAError:
        return email


@lru_cache(maxsize=_DOMAINS)
def _is_domain(name: str) -> bool:
    plain = _PLAIN_DOMAIN.fullmatch(name)
    return (plain is not None and plain[1].lower() not in _SPECIAL) or _is_valid(f"a@{name}")


def _is_valid(email: str) -> bool:
    # PLC0415: this library takes 40 ms to load, and most sessions import nobody.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
