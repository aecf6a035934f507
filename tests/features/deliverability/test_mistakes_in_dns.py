"""A zone in order, and each of many mistakes in it: each is told, alone, with its limit, its source and what to do."""

from base64 import b64encode
from typing import Any, NamedTuple

import pytest

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.core.dns import Dns, Question
from saleshandy_mcp.features.deliverability.audit_finding import AuditFinding
from saleshandy_mcp.features.deliverability.dns_answers import collected
from saleshandy_mcp.features.deliverability.mail_domain import Asked, domain_findings, mail_domains

DOMAIN = "news.acme.example"


def key(size: int, more: str = "") -> str:
    return f"v=DKIM1; {more}p={b64encode(bytes(size)).decode()}"


GOOD: dict[str, dict[str, list[str]]] = {
    DOMAIN: {"TXT": ["v=spf1 include:_spf.google.com ~all", "other=text"], "MX": ["1 mx.acme.example."]},
    "_spf.google.com": {"TXT": ["v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all"]},
    f"google._domainkey.{DOMAIN}": {"TXT": [key(294)]},
    f"_dmarc.{DOMAIN}": {"TXT": ["v=DMARC1; p=reject; rua=mailto:dmarc@acme.example"]},
    "mx.acme.example": {"A": ["192.0.2.1"]},
}


class Mistake(NamedTuple):
    """What is otherwise in the zone, and what is told of it: level, area and a phrase."""

    zone: dict[str, dict[str, list[str]]]
    told: tuple[str, str, str]
    asked: Asked = Asked()
    provider: str = "gsuite"
    settings: dict[str, str] = {}


def spf(*records: str, **more: list[str]) -> dict[str, dict[str, list[str]]]:
    others = {name.replace("__", ".").replace("_", "-"): {"TXT": texts} for name, texts in more.items()}
    return {DOMAIN: {"TXT": list(records), "MX": ["1 mx.acme.example."]}, **others}


def dmarc(*records: str) -> dict[str, dict[str, list[str]]]:
    return {f"_dmarc.{DOMAIN}": {"TXT": list(records)}}


def dkim(*records: str) -> dict[str, dict[str, list[str]]]:
    return {f"google._domainkey.{DOMAIN}": {"TXT": list(records)}}


def mx(*records: str, **hosts: dict[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    return {DOMAIN: {**GOOD[DOMAIN], "MX": list(records)}, **{f"{name}.example": it for name, it in hosts.items()}}


OK = "v=spf1 include:_spf.google.com ~all"
ELEVEN = {f"s{number}__example": ["v=spf1 -all"] for number in range(10)}
MISTAKES = {
    "no SPF": Mistake(spf("other=text"), ("filtered", "SPF", "no SPF record, 1 is asked for")),
    "two SPF": Mistake(spf(OK, "v=spf1 -all"), ("lost", "SPF", "2 SPF records, exactly 1 is allowed")),
    "SPF misspelt": Mistake(spf("v=spf1include:_spf.google.com ~all"), ("lost", "SPF", "is read by nobody")),
    "too many lookups": Mistake(
        spf(f"v=spf1 include:_spf.google.com {' '.join(f'include:s{number}.example' for number in range(10))} ~all",
            **ELEVEN),
        ("lost", "SPF", "11 DNS lookups, 10 at most"),
    ),
    "lookups behind an include": Mistake(
        spf(f"{OK[:-4]}include:far.example ~all", far__example=[f"v=spf1 {'a mx exists:x.example ' * 3}-all"]),
        ("lost", "SPF", "11 DNS lookups, 10 at most"),
    ),
    "a term of nobody's": Mistake(spf(f"{OK[:-4]}inlcude:x.example ~all"), ("lost", "SPF", "is no term of SPF")),
    "no address": Mistake(spf(f"{OK[:-4]}ip4:192.0.2.300 ~all"), ("lost", "SPF", "holds no address")),
    "include of nothing": Mistake(
        spf(f"{OK[:-4]}include:gone.example ~all"), ("lost", "SPF", "refers to ⟦gone.example⟧, which has no SPF record")
    ),
    "include in a circle": Mistake(
        spf(f"{OK[:-4]}include:a.example ~all", a__example=["v=spf1 include:a.example -all"]),
        ("lost", "SPF", "⟦a.example⟧ refers to itself"),
    ),
    "+all": Mistake(spf("v=spf1 include:_spf.google.com +all"), ("filtered", "SPF", "+all, so anybody may send")),
    "?all": Mistake(spf("v=spf1 include:_spf.google.com ?all"), ("filtered", "SPF", "?all, which says nothing")),
    "no all": Mistake(spf("v=spf1 include:_spf.google.com"), ("filtered", "SPF", "no all, which says nothing")),
    "ptr": Mistake(spf(f"{OK[:-4]}ptr ~all"), ("advice", "SPF", "ptr, which is not to be used")),
    "not its provider": Mistake(
        spf("v=spf1 ip4:198.51.100.1 ~all"), ("filtered", "SPF", "mailboxes at Google, but no include:_spf.google.com")
    ),
    "its provider shut out": Mistake(spf("v=spf1 ip4:198.51.100.1 -all"), ("lost", "SPF", "their mail does not pass")),
    "a macro instead of its provider": Mistake(
        spf("v=spf1 include:%{i}._spf.%{d} -all"), ("unknown", "SPF", "a macro decides whether mail of Google passes")
    ),
    "its provider behind the end": Mistake(
        spf("v=spf1 -all include:_spf.google.com"), ("lost", "SPF", "their mail does not pass")
    ),
    "no DKIM seen": Mistake(dkim(), ("unknown", "DKIM", "no key at the usual selectors (google)")),
    "no DKIM where it was said": Mistake(
        dkim(), ("lost", "DKIM", "no key at s9._domainkey"), asked=Asked(selector="s9")
    ),
    "two keys": Mistake(dkim(key(294), key(294)), ("lost", "DKIM", "2 keys at google, 1 is allowed")),
    "revoked": Mistake(dkim("v=DKIM1; p="), ("lost", "DKIM", "the key at google is revoked")),
    "not a key": Mistake(dkim("v=DKIM1; p=MIG…"), ("lost", "DKIM", "is no base64")),
    "cut off": Mistake(dkim(key(140)), ("lost", "DKIM", "below 1024 bits")),
    "short": Mistake(dkim(key(162)), ("advice", "DKIM", "has 1024 bits, 2048 are advised")),
    "another version": Mistake(dkim(key(294).replace("DKIM1", "DKIM2")), ("lost", "DKIM", "DKIM1 is meant")),
    "a test": Mistake(dkim(key(294, "t=y; ")), ("filtered", "DKIM", "a test (t=y)")),
    "no DMARC": Mistake(dmarc(), ("filtered", "DMARC", "no DMARC record, 1 is asked for")),
    "two DMARC": Mistake(dmarc("v=DMARC1; p=none", "v=DMARC1; p=reject"), ("filtered", "DMARC", "2 DMARC records")),
    "DMARC misspelt": Mistake(dmarc("v=DMARC2; p=none"), ("filtered", "DMARC", "is read by nobody")),
    "DMARC in the wrong place": Mistake(
        {**dmarc(), **spf(OK, "v=DMARC1; p=none")}, ("filtered", "DMARC", f"it belongs to _dmarc.{DOMAIN}")
    ),
    "policy misspelt": Mistake(
        dmarc("v=DMARC1; p=rejct; rua=mailto:a@acme.example"), ("filtered", "DMARC", "is none of none, quarantine")
    ),
    "p=none": Mistake(dmarc("v=DMARC1; p=none; rua=mailto:a@acme.example"), ("advice", "DMARC", "p=none asks")),
    "pct": Mistake(
        dmarc("v=DMARC1; p=reject; pct=10; rua=mailto:a@acme.example"), ("advice", "DMARC", "pct=⟦10⟧ counts no more")
    ),
    "strict": Mistake(
        dmarc("v=DMARC1; p=reject; adkim=s; rua=mailto:a@acme.example"), ("advice", "DMARC", "adkim strict")
    ),
    "no reports": Mistake(dmarc("v=DMARC1; p=reject"), ("advice", "DMARC", "no rua")),
    "reports to no address": Mistake(
        dmarc("v=DMARC1; p=reject; rua=dmarc@acme.example"), ("advice", "DMARC", "which is no mailto: address")
    ),
    "reports to strangers": Mistake(
        dmarc("v=DMARC1; p=reject; rua=mailto:a@reports.example"), ("advice", "DMARC", "has not agreed to take them")
    ),
    "no MX": Mistake(mx(), ("lost", "MX", "no MX record and no address")),
    "no MX but an address": Mistake(
        {DOMAIN: {**GOOD[DOMAIN], "MX": [], "A": ["192.0.2.9"]}}, ("filtered", "MX", "often a web server")
    ),
    "takes no mail": Mistake(mx("0 ."), ("lost", "MX", "a null MX")),
    "MX of nothing": Mistake(mx("1 gone.example."), ("lost", "MX", "has no address")),
    "MX is an address": Mistake(mx("1 192.0.2.1."), ("lost", "MX", "a name is meant")),
    "MX is an alias": Mistake(
        mx("1 m.example.", m={"CNAME": ["mx.acme.example."], "A": ["192.0.2.1"]}), ("advice", "MX", "is an alias")
    ),
    "tracked links lead nowhere": Mistake(
        {}, ("lost", "tracking", "which has no CNAME"), settings={"custom-tracking-domain": "go.acme.example"}
    ),
    "on a list": Mistake(
        {f"{DOMAIN}.list.example": {"A": ["127.0.1.2"]}}, ("lost", "blocklist", "list.example has the domain"),
        asked=Asked(blocklists=("list.example",)),
    ),
    "a list that refuses": Mistake(
        {f"{DOMAIN}.list.example": {"A": ["127.255.255.254"]}}, ("unknown", "blocklist", "does not answer"),
        asked=Asked(blocklists=("list.example",)),
    ),
}  # fmt: skip


async def found(mistake: Mistake) -> list[AuditFinding]:
    zone = {**GOOD, **mistake.zone}

    async def ask(question: Question) -> list[str]:
        return zone.get(question.name, {}).get(question.kind, [])

    settings: list[dict[str, Any]] = [{"code": code, "value": value} for code, value in mistake.settings.items()]
    sender = {
        "id": "a",
        "fromEmail": f"ada@{DOMAIN}",
        "status": 1,
        "emailServiceProvider": mistake.provider,
        "settings": settings,
    }
    (domain,) = mail_domains([EmailAccount.model_validate(sender)])
    answers = (await collected(Dns(ask), lambda it: domain_findings(domain, it, mistake.asked))).answers
    assert answers.unanswered == []
    return domain_findings(domain, answers, mistake.asked)


IN_ORDER = {
    "as it is meant": {},
    "addresses of the provider in the record itself": spf("v=spf1 ip4:192.0.2.0/25 ip6:2001:db8::/48 -all"),
    "the record of another name": spf("v=spf1 redirect=spf.acme.example", spf__acme__example=[OK]),
    "an end, and a redirect that counts no more": spf(f"{OK} redirect=gone.example"),
}


@pytest.mark.parametrize("zone", IN_ORDER.values(), ids=IN_ORDER)
async def test_in_a_zone_in_order_nothing_is_found(zone: dict[str, dict[str, list[str]]]) -> None:
    assert await found(Mistake(zone, ("", "", ""))) == []


@pytest.mark.parametrize("name", MISTAKES)
async def test_a_mistake_is_told_alone_with_where_its_limit_comes_from(name: str) -> None:
    mistake = MISTAKES[name]
    (told,) = await found(mistake)
    level, area, phrase = mistake.told
    assert (told.level, told.area) == (level, area)
    assert phrase in told.what
    assert told.do
    assert told.source
    assert told.where == [DOMAIN]
