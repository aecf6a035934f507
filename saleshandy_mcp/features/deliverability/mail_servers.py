"""Where replies to a domain go, where its tracked links lead, and whether a list has it. Pure."""

import ipaddress
from collections.abc import Iterable, Iterator

from saleshandy_mcp.features.deliverability.audit_finding import AuditFinding, Place, Source, finding, rfc
from saleshandy_mcp.features.deliverability.dns_answers import Answers
from saleshandy_mcp.features.deliverability.spf import quoted

_HOSTS = 4
"""Mail servers of a domain that are looked at."""


def mx_hosts(domain: str, answers: Answers) -> list[str] | None:
    """The mail servers, the preferred one first; None while they are not known."""
    records = answers.records(domain, "MX")
    if records is None:
        return None
    pairs = [(preference, host.rstrip(".").casefold()) for preference, _, host in (it.partition(" ") for it in records)]
    return [host for _, host in sorted(pairs, key=lambda it: int(it[0]) if it[0].isdecimal() else 0)]


def is_gone(domain: str, answers: Answers) -> bool:
    """Whether DNS has nothing for it: no text, no mail server, no address."""
    return (
        answers.records(domain, "TXT") == () and mx_hosts(domain, answers) == [] and _addresses(domain, answers) == []
    )


def mx_findings(domain: str, answers: Answers) -> Iterator[AuditFinding]:
    """Whether replies can come."""
    hosts, place = mx_hosts(domain, answers), Place("MX", domain)
    if hosts is None:
        return
    if not hosts:
        yield from _without(place, answers)
    elif hosts == [""]:
        what = "the domain says that it takes no mail (a null MX), so replies and bounces are lost"
        yield finding("lost", place, what, "Publish the servers of the mail provider.", rfc(7505, "3"))
    reached = [_of_host(place, host, answers) for host in hosts[:_HOSTS] if host]
    yield from (it for it in reached if it)


def tracking_findings(domain: str, name: str, answers: Answers) -> Iterator[AuditFinding]:
    """Whether the name leads anywhere that links and opens of a sender are counted at."""
    target, place = answers.records(name, "CNAME"), Place("tracking", domain)
    if target is None or target:
        return
    if _addresses(name, answers) == []:
        what = f"links lead to {quoted(name)}, which has no CNAME, so people who click get an error"
        yield finding("lost", place, what, "Publish it as Saleshandy says.", Source("DNS itself", ""))


def blocklist_findings(domain: str, lists: Iterable[str], answers: Answers) -> Iterator[AuditFinding]:
    """Which lists have it. A list answers 127.0.0.0/8 for a name that it has, and 127.255.255.x to refuse an answer."""
    for each in lists:
        told, place = answers.records(f"{domain}.{each}", "A") or (), Place("blocklist", domain)
        if any(it.startswith("127.255.255.") for it in told):
            what = f"{each} does not answer the name server of this machine"
            yield finding("unknown", place, what, "Ask it by its own web page.", Source(each, ""))
        elif any(it.startswith("127.") for it in told):
            what = f"{each} has the domain on its list; no list is to have it"
            yield finding("lost", place, what, "Stop sending from it, and ask the list why.", Source(each, ""))


def _without(place: Place, answers: Answers) -> Iterator[AuditFinding]:
    addresses = _addresses(place.where, answers)
    if addresses == []:
        what = "no MX record and no address, so replies and bounces are lost"
        yield finding("lost", place, what, "Publish the servers of the mail provider.", rfc(5321, "5.1"))
    elif addresses:
        what = "no MX record; replies go to the address of the domain itself, often a web server"
        yield finding("filtered", place, what, "Publish the servers of the mail provider.", rfc(5321, "5.1"))


def _of_host(place: Place, host: str, answers: Answers) -> AuditFinding | None:
    if _is_address(host):
        what = f"the MX is the address {quoted(host)}, a name is meant, so replies are lost"
        return finding("lost", place, what, "Write the name of the server.", rfc(5321, "5.1"))
    if answers.records(host, "CNAME"):
        what = f"the MX {quoted(host)} is an alias (CNAME), which it must not be"
        return finding("advice", place, what, "Write the name it leads to.", rfc(2181, "10.3"))
    if _addresses(host, answers) == []:
        what = f"the MX {quoted(host)} has no address, so it takes no replies"
        return finding("lost", place, what, "Correct or remove it.", rfc(5321, "5.1"))
    return None


def _addresses(name: str, answers: Answers) -> list[str] | None:
    """Addresses of either kind; None while they are not known. The second kind is asked for only without the first."""
    four = answers.records(name, "A")
    if four is None or four:
        return None if four is None else list(four)
    six = answers.records(name, "AAAA")
    return None if six is None else list(six)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
