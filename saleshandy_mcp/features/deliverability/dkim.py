"""DKIM: the keys by which receivers check signatures. DNS cannot list them: a key is found by its selector. Pure."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator

from saleshandy_mcp.features.deliverability.audit_finding import GOOGLE, AuditFinding, Place, finding, rfc
from saleshandy_mcp.features.deliverability.dns_answers import Answers
from saleshandy_mcp.features.deliverability.providers import MailProvider
from saleshandy_mcp.features.deliverability.spf import quoted
from saleshandy_mcp.features.deliverability.tag_list import tags

LEAST_BITS, GOOD_BITS = 1024, 2048
# Bytes of an RSA key as DNS has it, with what stands around its number.
_BYTES = {512: 94, 768: 126, 1024: 162, 2048: 294, 4096: 550}


def selectors_to_try(providers: Iterable[MailProvider], selector: str | None) -> list[str]:
    """Where a key may be: at the selector that was given, else at those that its providers usually take."""
    return [selector] if selector else list(dict.fromkeys(name for it in providers for name in it.selectors))


def dkim_keys(domain: str, selectors: Iterable[str], answers: Answers) -> dict[str, list[str]] | None:
    """By selector, the texts that are found there; None while not all is known."""
    found = {it: answers.records(f"{it}._domainkey.{domain}", "TXT") for it in selectors}
    if None in found.values():
        return None
    return {it: keys for it, records in found.items() if (keys := [text for text in records or () if _is_key(text)])}


def dkim_findings(domain: str, selectors: list[str], answers: Answers, *, given: bool) -> Iterator[AuditFinding]:
    """What is wrong with the keys of a domain.

    Args:
        domain: with senders of the account.
        selectors: where keys may be.
        answers: what DNS told.
        given: whether somebody has said that mail is signed with this selector.
    """
    keys, place = dkim_keys(domain, selectors, answers), Place("DKIM", domain)
    if keys is None:
        return
    for selector, texts in keys.items():
        yield from _of_key(place, selector, texts)
    if keys:
        return
    if given:
        what = f"no key at {selectors[0]}._domainkey, where mail is said to be signed with it"
        yield finding("lost", place, what, "Publish it, or sign with another selector.", rfc(6376, "3.6.2"))
    else:
        what = f"no key at the usual selectors ({', '.join(selectors)}); DNS cannot list others"
        do = "Read s= in the header DKIM-Signature of a sent mail, and give it as selector."
        yield finding("unknown", place, what, do, GOOGLE)


def bits_of(key: str) -> int | None:
    """About how long an RSA key is; None when it is no base64."""
    try:
        size = len(base64.b64decode(re.sub(r"\s", "", key), validate=True))
    except (binascii.Error, ValueError):
        return None
    return max((bits for bits, length in _BYTES.items() if size >= length - 4), default=0)


def _is_key(text: str) -> bool:
    return "p" in tags(text)


def _of_key(place: Place, selector: str, texts: list[str]) -> Iterator[AuditFinding]:
    if len(texts) > 1:
        what = f"{len(texts)} keys at {selector}, 1 is allowed; which of them counts is not said"
        yield finding("lost", place, what, "Leave one.", rfc(6376, "3.6.2.2"))
        return
    found = tags(texts[0])
    key = found["p"]
    if not key:
        yield finding("lost", place, f"the key at {selector} is revoked (p= is empty)", "Publish a new one.",
                      rfc(6376, "3.6.1"))  # fmt: skip
        return
    if found.get("v", "DKIM1") != "DKIM1":
        yield finding("lost", place, f"the key at {selector} says v={quoted(found['v'])}, DKIM1 is meant",
                      "Correct it.", rfc(6376, "3.6.1"))  # fmt: skip
    if found.get("k", "rsa").casefold() == "rsa":
        yield from _of_length(place, selector, bits_of(key))
    if "y" in found.get("t", "").casefold().split(":"):
        what = f"the key at {selector} says that it is a test (t=y), so receivers may take its mail as unsigned"
        yield finding("filtered", place, what, "Take t=y out.", rfc(6376, "3.6.1"))


def _of_length(place: Place, selector: str, bits: int | None) -> Iterator[AuditFinding]:
    if bits is None:
        yield finding("lost", place, f"the key at {selector} is no base64, so nothing passes by it",
                      "Publish it again, whole.", rfc(6376, "3.6.1"))  # fmt: skip
    elif bits < LEAST_BITS:
        what = f"the key at {selector} is cut off or too short: below {LEAST_BITS} bits no receiver has to take it"
        yield finding("lost", place, what, f"Make one of {GOOD_BITS} bits.", rfc(8301, "3.2"))
    elif bits < GOOD_BITS:
        yield finding("advice", place, f"the key at {selector} has {bits} bits, {GOOD_BITS} are advised",
                      f"Make one of {GOOD_BITS} bits.", rfc(8301, "3.2"))  # fmt: skip
