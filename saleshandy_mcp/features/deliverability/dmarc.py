"""DMARC: what receivers do with mail that passes neither SPF nor DKIM. Judged as RFC 9989 does. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from saleshandy_mcp.features.deliverability.audit_finding import GOOGLE, AuditFinding, Place, finding, rfc
from saleshandy_mcp.features.deliverability.dns_answers import Answers
from saleshandy_mcp.features.deliverability.spf import quoted
from saleshandy_mcp.features.deliverability.tag_list import tags

POLICIES = ("none", "quarantine", "reject")
_MOST_PARENTS = 8
"""Names that receivers look at, from the domain upwards."""


class Policy(NamedTuple):
    """The record that counts for a domain.

    Attributes:
        name: where it stands: the domain, or a parent of it.
        text: the record.
        word: what it asks for, "" where that is no known word.
    """

    name: str
    text: str
    word: str


def dmarc_records(name: str, answers: Answers) -> list[str] | None:
    records = answers.records(f"_dmarc.{name}", "TXT")
    return None if records is None else [it for it in records if _is_dmarc(it)]


def policies_of(domain: str, answers: Answers) -> list[Policy] | None:
    """The record that counts: of the domain itself, else of its nearest parent that has one. More than one count as
    none. None while that is not known.
    """
    for name in _and_parents(domain):
        found = dmarc_records(name, answers)
        if found is None:
            return None
        if found:
            return [_policy(name, domain, found[0])] if len(found) == 1 else []
    return []


def _policy(name: str, domain: str, record: str) -> Policy:
    told = tags(record)
    word = told.get("p", "none") if name == domain else told.get("sp", told.get("p", "none"))
    return Policy(name, record, word.casefold() if word.casefold() in POLICIES else "")


def dmarc_findings(domain: str, answers: Answers, *, signed: bool, spf: bool) -> Iterator[AuditFinding]:
    """What is wrong with the DMARC record of a domain.

    Args:
        domain: with senders of the account.
        answers: what DNS told.
        signed: whether there may be a DKIM key.
        spf: whether mail may pass SPF.
    """
    own, place = dmarc_records(domain, answers), Place("DMARC", domain)
    if own is None:
        return
    policies = policies_of(domain, answers)
    if len(own) > 1:
        what = f"{len(own)} DMARC records, 1 is allowed; receivers take it as none"
        yield finding("filtered", place, what, "Leave one.", rfc(9989))
    elif policies:
        yield from _of_policy(place, policies[0], answers, passes=signed or spf)
    elif policies is not None:
        yield _missing(place, answers)


def _missing(place: Place, answers: Answers) -> AuditFinding:
    domain = place.where
    written = [it for it in answers.records(f"_dmarc.{domain}", "TXT") or () if "dmarc" in it.casefold()[:12]]
    if written:
        what = f'{quoted(written[0])} is read by nobody: it has to begin with "v=DMARC1;"'
        return finding("filtered", place, what, "Correct its beginning.", rfc(9989))
    if any(_is_dmarc(it) for it in answers.records(domain, "TXT") or ()):
        what = f"the record stands at {domain}, where nobody looks; it belongs to _dmarc.{domain}"
        return finding("filtered", place, what, "Move it.", rfc(9989))
    do = "Publish v=DMARC1; p=none; rua=mailto:… at _dmarc first."
    return finding("filtered", place, "no DMARC record, 1 is asked for", do, GOOGLE)


def _of_policy(place: Place, policy: Policy, answers: Answers, *, passes: bool) -> Iterator[AuditFinding]:
    told = tags(policy.text)
    if not policy.word:
        what = f"the policy {quoted(told.get('sp', told.get('p', '')))} is none of {', '.join(POLICIES)}"
        yield finding("filtered", place, what, "Correct it.", rfc(9989))
    elif policy.word == "none":
        what = "p=none asks receivers for nothing; quarantine or reject keep others from sending as you"
        yield finding("advice", place, what, "Read the reports, then set quarantine.", rfc(9989))
    elif not passes:
        what = f"p={policy.word}, but neither SPF nor a DKIM key was found to pass by"
        yield finding("lost", place, what, "Put SPF and DKIM right first.", rfc(9989))
    if told.get("pct", "100") != "100" and policy.word != "none":
        what = f"pct={quoted(told['pct'])} counts no more: receivers apply the policy to all mail"
        yield finding("advice", place, what, "Take pct out.", rfc(9989))
    strict = [name for name in ("adkim", "aspf") if told.get(name, "r").casefold() == "s"]
    if strict:
        what = f"{' and '.join(strict)} strict: mail that is signed or returned by a subdomain does not align"
        yield finding("advice", place, what, "Use r unless all mail is of the very domain.", rfc(9989))
    yield from _of_reports(place, policy, told.get("rua", ""), answers)


def _of_reports(place: Place, policy: Policy, rua: str, answers: Answers) -> Iterator[AuditFinding]:
    if not rua:
        what = "no rua, so no report tells who sends as you and what fails"
        yield finding("advice", place, what, "Add rua=mailto:…", rfc(9989))
        return
    for address in (it.strip() for it in rua.split(",")):
        host = address.rpartition("@")[2].partition("!")[0].casefold()
        if not address.casefold().startswith("mailto:") or "@" not in address:
            what = f"rua holds {quoted(address)}, which is no mailto: address"
            yield finding("advice", place, what, "Write rua=mailto:…", rfc(9989))
        elif not _related(host, policy.name):
            allowed = answers.records(f"{policy.name}._report._dmarc.{host}", "TXT")
            if allowed is not None and not any(_is_dmarc(it) for it in allowed):
                what = f"reports go to {quoted(host)}, which has not agreed to take them, so they are not sent"
                do = "Have that domain publish its agreement, or use an address of your own."
                yield finding("advice", place, what, do, rfc(9990))


def _related(host: str, name: str) -> bool:
    """Whether they belong to one organisation: one is part of the other, or they share all but the first label."""
    parent = name.partition(".")[2]
    return any(host == it or host.endswith(f".{it}") or name.endswith(f".{host}") for it in (name, parent) if "." in it)


def _and_parents(domain: str) -> list[str]:
    """The domain and those above it, but for the last label."""
    labels = domain.split(".")
    return [domain, *(".".join(labels[at:]) for at in range(1, len(labels) - 1))][:_MOST_PARENTS]


def _is_dmarc(text: str) -> bool:
    return "".join(text.partition(";")[0].split()) == "v=DMARC1"
