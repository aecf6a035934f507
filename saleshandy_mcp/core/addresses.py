"""Email addresses: which are valid, and which belong to the same person. Pure."""

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

_USUAL = re.compile(r"[a-zA-Z0-9_+-]+(?:\.[a-zA-Z0-9_+-]+)*@([a-zA-Z0-9.-]+\.[a-zA-Z]+)")
"""What nearly every address looks like. Such a text is an address when its domain is one, and nothing else."""
_PLAIN = re.compile(r"[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+(?:\.[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+)*@([a-zA-Z0-9.\-]+)")
"""An address with a local part that is certainly valid: it is valid when its domain is."""
_PLAIN_DOMAIN = re.compile(r"(?:[a-zA-Z0-9]{1,63}\.){1,3}([a-zA-Z]{2,63})")
"""A domain of letters and digits alone: it is certainly valid unless its last part is in ``_SPECIAL``."""
_SPECIAL = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})
_LONGEST = 254
_DOMAINS = 50_000


def key(email: str) -> str:
    """The address as it is compared: composed Unicode (NFC), lower case, an xn-- domain in its own letters."""
    bare = email.strip()
    small = (bare if bare.isascii() else unicodedata.normalize("NFC", bare)).lower()
    return _in_own_letters(small) if "xn--" in small else small


def domain(email: str) -> str:
    return key(email).rpartition("@")[2]


def row_key(account: str, step: str, email: str) -> bytes:
    """A digest of account, step and person. Rows with the same key are the same work.

    Args:
        account: ``Saleshandy.account``.
        step: id of the step that the row goes into; "" for an import into the account alone.
        email: the address of the person.
    """
    return sha256(f"{account}\0{step}\0{key(email)}".encode()).digest()


def is_usual(email: str) -> bool:
    """Whether it is a valid address of few kinds of signs, as nearly all are: a first, fast look."""
    usual = _USUAL.fullmatch(email)
    return usual is not None and len(email) <= _LONGEST and _is_usual_domain(usual[1])


def is_address(email: str) -> bool:
    """Whether email-validator accepts the address, without DNS. Plain addresses are judged here, ten times faster."""
    if is_usual(email):
        return True
    plain = _PLAIN.fullmatch(email)
    # An international domain (xn--) has a second form, whose length counts, too.
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


def spellings(value: str) -> tuple[str, ...]:
    """An address or a domain, and where its domain is international, the same with the domain as xn--.

    Which of the two a list of Saleshandy holds is not known.
    """
    if value.isascii():
        return (value,)
    # PLC0415: see above.
    import idna  # noqa: PLC0415

    local, at, name = value.rpartition("@")
    try:
        return (value, f"{local}{at}{idna.encode(name).decode('ascii')}")
    except idna.IDNAError:
        return (value,)


@lru_cache(maxsize=_DOMAINS)
def _is_usual_domain(name: str) -> bool:
    return "xn--" not in name.lower() and _is_domain(name)


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
