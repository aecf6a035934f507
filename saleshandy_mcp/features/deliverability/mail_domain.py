"""A domain that the account sends from: what DNS tells of it, and what is wrong there. Pure."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import idna

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.core.view import View
from saleshandy_mcp.features.deliverability import dkim, dmarc, mail_servers, spf
from saleshandy_mcp.features.deliverability.audit_finding import AuditFinding, Place, finding, rfc
from saleshandy_mcp.features.deliverability.dns_answers import Answers, is_name
from saleshandy_mcp.features.deliverability.providers import FREE, MailProvider, provider_of
from saleshandy_mcp.untrusted.one_line import marked, one_line

_LONGEST_NAME = 253
_SHOWN = 160
"""Characters of a record."""


class MailDomain(NamedTuple):
    """A domain with senders of the account.

    Attributes:
        name: as DNS has it.
        accounts: the senders.
        tracking: the names that their links lead to, as far as the API tells.
    """

    name: str
    accounts: tuple[EmailAccount, ...]
    tracking: tuple[str, ...] = ()

    @property
    def providers(self) -> list[MailProvider]:
        return list(dict.fromkeys(provider_of(it.email_service_provider) for it in self.accounts))

    @property
    def free(self) -> bool:
        """Whether anybody can have a mailbox there."""
        return self.name in FREE


class Asked(NamedTuple):
    """What an audit looks for beside the usual.

    Attributes:
        selector: where a DKIM key is, when somebody has said it.
        blocklists: lists of domains to ask.
    """

    selector: str | None = None
    blocklists: tuple[str, ...] = ()


class DomainFacts(View):
    """What DNS has for a domain; None where that is not known. Others may have written it."""

    untrusted = True
    name: str
    senders: int
    spf: list[str] | None
    dmarc: list[str] | None
    dkim: list[str] | None
    mx: list[str] | None

    def line(self) -> str:
        """All of it on one line."""
        parts = {"SPF": self.spf, "DMARC": self.dmarc, "DKIM at": self.dkim, "MX": self.mx}
        told = (
            f"{word} {'not known' if values is None else ' '.join(map(marked, values)) or 'none'}"
            for word, values in parts.items()
        )
        return f"{self.name}: {' · '.join(told)}"

    @property
    def told(self) -> list[bool]:
        """Of each of these, whether it is known."""
        return [it is not None for it in (self.spf, self.dmarc, self.dkim, self.mx)]


def mail_domains(accounts: Iterable[EmailAccount]) -> list[MailDomain]:
    """The domains of these senders, those with most senders first. An address without a real domain has none."""
    by_name: dict[str, list[EmailAccount]] = {}
    for it in accounts:
        if name := domain_of(it.from_email):
            by_name.setdefault(name, []).append(it)
    found = [MailDomain(name, tuple(senders), _tracking(name, senders)) for name, senders in by_name.items()]
    return sorted(found, key=lambda it: -len(it.accounts))


def domain_of(address: str) -> str:
    """The domain of an address as DNS has it; "" where there is none."""
    name = address.rpartition("@")[2].strip().rstrip(".").casefold()
    try:
        name = name if name.isascii() or len(name) > _LONGEST_NAME else idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return ""
    return name if is_name(name) else ""


def domain_findings(domain: MailDomain, answers: Answers, asked: Asked) -> list[AuditFinding]:
    """What is wrong, from what DNS told."""
    if mail_servers.is_gone(domain.name, answers):
        what = "it has no records at all, so it has expired or its name servers do not know it"
        do = "Renew it and publish its records, or detach its senders."
        found = [finding("lost", Place("domain", domain.name), what, do, rfc(5321, "5.1"))]
    else:
        found = _mistakes(domain, answers, asked)
    return [it.model_copy(update={"senders": len(domain.accounts)}) for it in found]


def _mistakes(domain: MailDomain, answers: Answers, asked: Asked) -> list[AuditFinding]:
    return [
        *spf.spf_findings(domain.name, domain.providers, answers),
        *dkim.dkim_findings(domain.name, _selectors(domain, asked), answers, given=bool(asked.selector)),
        *dmarc.dmarc_findings(domain.name, answers, signed=_signed(domain, answers, asked), spf=_spf(domain, answers)),
        *mail_servers.mx_findings(domain.name, answers),
        *mail_servers.blocklist_findings(domain.name, asked.blocklists, answers),
        *(it for name in domain.tracking for it in mail_servers.tracking_findings(domain.name, name, answers)),
    ]


def domain_facts(domain: MailDomain, answers: Answers, asked: Asked) -> DomainFacts:
    """What DNS has, short enough to be shown."""
    records = answers.records(domain.name, "TXT")
    keys = dkim.dkim_keys(domain.name, _selectors(domain, asked), answers)
    policies = dmarc.policies_of(domain.name, answers)
    hosts = mail_servers.mx_hosts(domain.name, answers)
    return DomainFacts(
        name=domain.name,
        senders=len(domain.accounts),
        spf=None if records is None else _short(spf.spf_records(records)),
        dmarc=None if policies is None else _short(it.text for it in policies),
        dkim=None if keys is None else list(keys),
        mx=None if hosts is None else _short(hosts),
    )


def _selectors(domain: MailDomain, asked: Asked) -> list[str]:
    return dkim.selectors_to_try(domain.providers, asked.selector)


def _signed(domain: MailDomain, answers: Answers, asked: Asked) -> bool:
    """Whether there is a DKIM key; true while that is not known."""
    keys = dkim.dkim_keys(domain.name, _selectors(domain, asked), answers)
    return keys is None or bool(keys)


def _spf(domain: MailDomain, answers: Answers) -> bool:
    return spf.spf_may_pass(domain.name, answers)


def _short(texts: Iterable[str]) -> list[str]:
    return [one_line(it, _SHOWN) for it in list(texts)[:4]]


def _tracking(domain: str, accounts: Iterable[EmailAccount]) -> tuple[str, ...]:
    """Names that links of these senders lead to. No source shows such a setting, so its code is guessed.

    Only names below the domain itself or beside it are looked up: none leads a question elsewhere.
    """
    return tuple(dict.fromkeys(name for it in accounts for name in _named(it) if _beside(name, domain)))


def _named(account: EmailAccount) -> Iterator[str]:
    for it in account.settings:
        if "tracking" in it.code and "domain" in it.code:
            yield (it.value or "").strip().casefold().removeprefix("https://").removeprefix("http://").rstrip("/.")


def _beside(name: str, domain: str) -> bool:
    parent = domain.partition(".")[2]
    return is_name(name) and any(name.endswith(f".{it}") for it in (domain, parent) if "." in it)
