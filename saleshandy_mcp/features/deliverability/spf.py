"""SPF: which servers may send mail of a domain. Judged as RFC 7208 does, without a mail at hand. Pure."""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from saleshandy_mcp.features.deliverability.audit_finding import GOOGLE, AuditFinding, Level, Place, finding, rfc
from saleshandy_mcp.features.deliverability.dns_answers import Answers, is_name
from saleshandy_mcp.features.deliverability.providers import MailProvider
from saleshandy_mcp.untrusted.one_line import marked, one_line

MOST_LOOKUPS, MOST_VOID = 10, 2
_LOOKING = ("include", "a", "mx", "ptr", "exists", "redirect")
"""Terms that need DNS."""
_KNOWN = (*_LOOKING, "all", "ip4", "ip6", "exp")
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_FAR = 40
"""A record that needs more lookups is not followed any further."""


@dataclass
class _Walk:
    """Follows a record and those that it includes.

    Attributes:
        lookups: terms that need DNS, those of included records too.
        void: included names that have no answer.
        broken: what is wrong in the text of any of the records, the first of it.
        included: every name that was included.
        networks: addresses that may send, as the records have them.
        macro: whether a term depends on the mail, so that DNS alone cannot tell what passes by it.
        unknown: whether an included record could not be read.
        ends: how the record treats everybody else: ``-``, ``~``, ``?``, ``+`` or "" for not at all.
        ptr: whether the outdated term is used.
    """

    answers: Answers
    lookups: int = 0
    void: int = 0
    broken: str = ""
    included: set[str] = field(default_factory=set[str])
    networks: list[_Network] = field(default_factory=list[_Network])
    macro: bool = False
    unknown: bool = False
    ends: str = ""
    ptr: bool = False

    def follow(self, record: str, path: tuple[str, ...], *, decides: bool) -> None:
        """Follow a record. What stands after its ``all`` counts for nothing, unless it is no term at all.

        Args:
            record: its text.
            path: the names by which it was come to.
            decides: whether its ``all`` is that of the domain: not where it was included.
        """
        terms = [_Term.of(text) for text in record.split()[1:]]
        self.broken = self.broken or next((it.wrong for it in terms if it.wrong), "")
        sound = [it for it in terms if not it.wrong]
        until = next((at for at, it in enumerate(sound) if it.name == "all"), None)
        redirects = [it for it in sound if it.name == "redirect"] if until is None else []
        for term in [*(it for it in sound[:until] if it.name != "redirect"), *redirects[:1]]:
            if self.lookups <= _FAR:
                self._take(term, path, decides=decides)
        if until is not None and decides:
            self.ends = sound[until].qualifier

    def _take(self, term: "_Term", path: tuple[str, ...], *, decides: bool) -> None:
        self.lookups += term.name in _LOOKING
        self.ptr |= term.name == "ptr"
        self.macro |= term.name != "exp" and "%" in term.value
        if term.qualifier == "+" and (network := term.network):
            self.networks.append(network)
        if term.name == "include":
            self._go_to(term.value, path, decides=False)
        elif term.name == "redirect":
            self._go_to(term.value, path, decides=decides)

    def _go_to(self, target: str, path: tuple[str, ...], *, decides: bool) -> None:
        self.included.add(target)
        if "%" in target:  # a macro: what it becomes depends on the mail
            return
        if target in path:
            self.broken = self.broken or f"{quoted(target)} refers to itself"
            return
        records = self.answers.records(target, "TXT")
        if records is None:
            self.unknown = True
            return
        self.void += not records
        found = spf_records(records)
        if len(found) == 1:
            self.follow(found[0], (*path, target), decides=decides)
            return
        number = f"{len(found)} SPF records" if found else "no SPF record"
        self.broken = self.broken or f"it refers to {quoted(target)}, which has {number}"


def spf_records(records: Iterable[str]) -> list[str]:
    return [it for it in records if it.casefold() == "v=spf1" or it.casefold().startswith("v=spf1 ")]


def spf_may_pass(domain: str, answers: Answers) -> bool:
    """Whether there is one record, so that a mail can pass by it; true while that is not known."""
    records = answers.records(domain, "TXT")
    return records is None or len(spf_records(records)) == 1


def spf_findings(domain: str, providers: Iterable[MailProvider], answers: Answers) -> Iterator[AuditFinding]:
    """What is wrong with the SPF record of a domain.

    Args:
        domain: with senders of the account.
        providers: those who run their mailboxes.
        answers: what DNS told.
    """
    records, place = answers.records(domain, "TXT"), Place("SPF", domain)
    if records is None:
        return
    found = spf_records(records)
    if len(found) == 1:
        walk = _Walk(answers)
        walk.follow(found[0], (domain,), decides=True)
        yield from _of_walk(place, walk)
        yield from () if walk.unknown or walk.lookups > _FAR else _of_providers(place, walk, providers)
    elif found:
        what = f"{len(found)} SPF records, exactly 1 is allowed; receivers take it as an error"
        yield finding("lost", place, what, "Make them one.", rfc(7208, "4.5"))
    elif near := next((it for it in records if "spf1" in it.casefold()[:12]), None):
        what = f'{quoted(near)} is read by nobody: it has to begin with "v=spf1 "'
        yield finding("lost", place, what, "Correct its beginning.", rfc(7208, "4.5"))
    else:
        what = "no SPF record, 1 is asked for"
        yield finding("filtered", place, what, "Publish the one of the mail provider.", GOOGLE)


def quoted(text: str) -> str:
    """A value out of DNS: somebody outside may have written it."""
    return marked(one_line(text, 60))


def _of_walk(place: Place, walk: _Walk) -> Iterator[AuditFinding]:
    if walk.lookups > MOST_LOOKUPS:
        number = f"more than {_FAR}" if walk.lookups > _FAR else str(walk.lookups)
        what = f"{number} DNS lookups, {MOST_LOOKUPS} at most; receivers take more as an error"
        yield finding("lost", place, what, "Take out includes that nothing sends by.", rfc(7208, "4.6.4"))
    if walk.void > MOST_VOID:
        what = f"{walk.void} names without an answer, {MOST_VOID} at most; receivers take more as an error"
        yield finding("lost", place, what, "Take out includes that are gone.", rfc(7208, "4.6.4"))
    if walk.broken:
        what = f"{walk.broken}; receivers take it as an error"
        yield finding("lost", place, what, "Correct the record.", rfc(7208, "4.6"))
    if walk.ptr:
        yield finding("advice", place, "it uses ptr, which is not to be used", "Take ptr out.", rfc(7208, "5.5"))
    if walk.ends == "+":
        what = "it ends in +all, so anybody may send as you; ~all or -all is meant"
        yield finding("filtered", place, what, "End it in ~all.", rfc(7208, "5.1"))
    elif walk.ends in ("?", "") and not walk.unknown:
        what = f"it ends in {'?all' if walk.ends else 'no all'}, which says nothing of others; ~all or -all is meant"
        yield finding("filtered", place, what, "End it in ~all.", rfc(7208, "5.1"))


def _of_providers(place: Place, walk: _Walk, providers: Iterable[MailProvider]) -> Iterator[AuditFinding]:
    for name, spf in dict.fromkeys((it.name, it.spf) for it in providers if it.spf):
        if spf in walk.included or _listed(spf, walk):
            continue
        if walk.macro:
            what = f"no include:{spf}, and a macro decides whether mail of {name} passes, which depends on the mail"
            yield finding("unknown", place, what, "Look for spf=pass in the header of a sent mail.", rfc(7208, "7"))
            continue
        # With -all, a receiver may refuse the mail for that alone.
        level: Level = "lost" if walk.ends == "-" else "filtered"
        what = f"mailboxes at {name}, but no include:{spf}, so their mail does not pass"
        yield finding(level, place, what, f"Add include:{spf}.", rfc(7208, "5.2"))


def _listed(spf: str, walk: _Walk) -> bool:
    """Whether addresses of a provider stand in the record itself, as some services write it. True while unknown."""
    theirs = _Walk(walk.answers)
    theirs.follow(f"v=spf1 include:{spf}", (), decides=False)
    return theirs.unknown or any(
        one.version == other.version and one.overlaps(other) for one in theirs.networks for other in walk.networks
    )


class _Term(NamedTuple):
    """``-include:a.example`` is ``("-", "include", "a.example")``."""

    qualifier: str
    name: str
    value: str
    text: str

    @classmethod
    def of(cls, text: str) -> Self:
        qualifier = text[0] if text[0] in "+-~?" else "+"
        rest = text.lstrip("+-~?")
        name, _, value = rest.partition("=" if "=" in rest.partition(":")[0] else ":")
        return cls(qualifier, name.partition("/")[0].casefold(), value.casefold().rstrip("."), text)

    @property
    def wrong(self) -> str:
        """What is wrong with it; "" when nothing is. Unknown terms with = are allowed."""
        if self.name not in _KNOWN:
            return "" if "=" in self.text else f"{quoted(self.text)} is no term of SPF"
        if self.name in ("ip4", "ip6") and not self.network:
            return f"{quoted(self.text)} holds no address"
        if self.name in ("include", "redirect") and "%" not in self.value and not is_name(self.value):
            return f"{quoted(self.text)} holds no domain"
        return ""

    @property
    def network(self) -> _Network | None:
        """The addresses of an ip4 or ip6 term."""
        try:
            return ipaddress.ip_network(self.value, strict=False) if self.name in ("ip4", "ip6") else None
        except ValueError:
            return None
