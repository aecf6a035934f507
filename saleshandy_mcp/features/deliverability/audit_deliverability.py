"""``audit_deliverability``: whether mail of the account's own senders arrives, by DNS and by what the API tells."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import anyio
from pydantic import Field

from saleshandy_mcp.api.resources.analytics import GetEmailAccountStats
from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.dns import Dns, no_dns
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.deliverability.audit_finding import WORDS, AuditFinding, ranked
from saleshandy_mcp.features.deliverability.dns_answers import TOGETHER, Answers, Collected, collected
from saleshandy_mcp.features.deliverability.mail_domain import (
    Asked,
    DomainFacts,
    MailDomain,
    domain_facts,
    domain_findings,
    mail_domains,
)
from saleshandy_mcp.features.deliverability.running_findings import look_at_running
from saleshandy_mcp.features.deliverability.sender_findings import (
    SenderFacts,
    free_mailbox,
    sender_facts,
    sender_findings,
)
from saleshandy_mcp.features.deliverability.spf import quoted
from saleshandy_mcp.features.senders.list_email_accounts import expired_domains
from saleshandy_mcp.lookups.by_name import all_accounts, pick
from saleshandy_mcp.lookups.several import read_each
from saleshandy_mcp.untrusted.one_line import BEFORE, one_line

MOST_DOMAINS, MOST_SENDERS = 10, 15
"""What one audit looks at: domains by DNS, and senders whose totals are read, a call for each."""
_FIRST, _ALL = 3, 40
_NO_SETUP = "the API told no setup score, which holds warm-up and tracking domain; no other call tells them"


class DeliverabilityAudit(View):
    """What was found.

    Attributes:
        senders: their numbers.
        domains: what DNS has for their domains; none where it did not answer at all.
        in_order: the domains in which DNS shows nothing wrong.
        findings: all of them, what matters most first.
        shown: how many of them the text tells.
        notes: what was not looked at, and why.
        next: the call that tells the others; None when all are told.
    """

    untrusted = True
    senders: list[SenderFacts]
    domains: list[DomainFacts]
    in_order: list[str]
    findings: list[AuditFinding]
    shown: int
    notes: list[str]
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        told = [it.sentence() for it in self.findings[: self.shown]]
        facts = [it.line() for it in (*self.domains, *self.senders)] if self.shown != _FIRST else []
        yield BEFORE if any("⟦" in it for it in [*told, *facts, *self.notes]) else None
        looked_at = f"{counted(len(self.senders), 'sender')}, {counted(len(self.domains), 'domain')} looked up"
        counts = [(words, sum(it.level == level for it in self.findings)) for level, words in WORDS.items()]
        yield f"{looked_at} · {' · '.join(f'{words}: {count}' for words, count in counts if count) or 'all in order'}"
        yield from facts
        yield from (f"{place}. {it}" for place, it in enumerate(told, 1))
        yield f"Nothing wrong in DNS: {', '.join(self.in_order)}" if self.in_order else None
        yield f"Note: {'; '.join(self.notes)}." if self.notes else None
        rest = len(self.findings) - self.shown
        if rest > 0 and self.next:
            yield f"The other {rest}: {say(self.next)}"

    def less(self) -> NextCall | None:
        return NextCall.of("audit_deliverability") if self.shown > _FIRST else None


class AuditDeliverability(Action[DeliverabilityAudit]):
    """Audit whether our mail arrives: SPF, DKIM, DMARC, MX of our domains, bounces, quotas, running copy. Tells the
    three worst findings.
    """

    domain: Annotated[str | None, Field(description="Only this one.")] = None
    selector: Annotated[str | None, Field(pattern="^[a-z0-9-]{1,63}$", description="Its DKIM selector.")] = None
    all_findings: Annotated[bool, Field(description="Also the others.")] = False

    async def run(self, context: Context) -> DeliverabilityAudit:
        ours = await all_accounts(context.api)
        domains = self._chosen(mail_domains(ours), len(ours))
        dns = context.find(Dns) or no_dns("DNS is not available here")
        asked = Asked(self.selector, dns.blocklists)
        looked_up = [it for it in domains if not it.free][:MOST_DOMAINS]
        accounts = [account for it in domains for account in it.accounts]
        heard, numbers = await _both(context, dns, looked_up, asked, accounts)
        gone = {place for it in numbers.findings if it.area == "domain" for place in it.where}
        there = [it for it in looked_up if it.name not in gone]
        findings = ranked(
            [
                *(it for domain in there for it in domain_findings(domain, heard.answers, asked)),
                *(free_mailbox(it.name, len(it.accounts)) for it in domains if it.free),
                *numbers.findings,
            ]
        )
        facts = [domain_facts(it, heard.answers, asked) for it in looked_up]
        wrong = {place for it in findings for place in it.where}
        given = {"domain": self.domain, "selector": self.selector}
        return DeliverabilityAudit(
            senders=numbers.senders,
            domains=[it for it in facts if any(it.told)],
            in_order=[it.name for it in facts if all(it.told) and it.name not in wrong],
            findings=findings,
            shown=_ALL if self.all_findings else _FIRST,
            notes=[
                *_of_dns(heard, len(looked_up), len(domains)),
                *numbers.notes,
                *([] if self.domain else _without_domain(len(ours) - len(accounts))),
            ],
            next=None if self.all_findings else NextCall.of("audit_deliverability", **given, all_findings=True),
        )

    def _chosen(self, domains: list[MailDomain], senders: int) -> list[MailDomain]:
        """The domains to audit: the account's own, and no others."""
        if senders and not domains:
            raise Mistake("no sender has an address whose domain DNS can have", "Look at them: list_email_accounts.")
        if not domains:
            raise Mistake("there is no email account yet, so there is no domain to audit", "Connect one in Saleshandy.")
        if self.domain:
            picked = pick(
                domains, self.domain, argument="domain", identity=lambda it: it.name, names=lambda it: [it.name]
            )
            return [picked]
        if self.selector and len(domains) > 1:
            raise Mistake("selector: it belongs to one domain", "Give domain with it.")
        return domains


class _Numbers(NamedTuple):
    """What the API told: numbers, findings, and what was not looked at."""

    senders: list[SenderFacts]
    findings: list[AuditFinding]
    notes: list[str]


async def _both(
    context: Context, dns: Dns, domains: list[MailDomain], asked: Asked, accounts: list[EmailAccount]
) -> tuple[Collected, _Numbers]:
    """What DNS and the API tell, asked at the same time."""
    heard: list[Collected] = []
    numbers: list[_Numbers] = []

    def judge(answers: Answers) -> None:
        for it in domains:
            domain_findings(it, answers, asked)
            domain_facts(it, answers, asked)

    async def listen() -> None:
        heard.append(await collected(dns, judge, context.patience(TOGETHER)))

    async def count() -> None:
        numbers.append(await _numbers(context, accounts))

    async with anyio.create_task_group() as group:
        group.start_soon(listen)
        group.start_soon(count)
    return heard[0], numbers[0]


async def _numbers(context: Context, accounts: list[EmailAccount]) -> _Numbers:
    first = accounts[:MOST_SENDERS]
    expired = await expired_domains(context.api)
    stats = await read_each(context, [GetEmailAccountStats(email_account_id=it.id) for it in first])
    running = await look_at_running(context, accounts)
    totals = dict(zip((it.id for it in first), stats, strict=True))
    facts = [sender_facts(it, totals.get(it.id)) for it in accounts]
    findings = [
        told
        for it, numbers in zip(accounts, facts, strict=True)
        for told in sender_findings(it, numbers, expired or [])
    ]
    not_read = len(accounts) - sum(it is not None for it in stats)
    notes = [
        f"bounces of {counted(not_read, 'sender')} were not read, domain= narrows it" if not_read else "",
        "" if expired is not None else "which domains have expired could not be read",
        f"{counted(running.not_read, 'running sequence')} not read" if running.not_read else "",
        "" if any(it.setup is not None for it in facts) else _NO_SETUP,
    ]
    return _Numbers(facts, [*findings, *running.findings], [it for it in notes if it])


def _of_dns(heard: Collected, looked_up: int, domains: int) -> Iterator[str]:
    """What DNS did not tell, and why."""
    silent = heard.answers.unanswered
    if silent and len(silent) == heard.answers.asked:
        yield f"DNS was not looked at: {one_line(heard.why, 200)}"
    elif silent:
        names = ", ".join(dict.fromkeys(it.name for it in silent[:3]))
        yield f"{counted(len(silent), 'question')} to DNS without an answer ({quoted(names)}): {one_line(heard.why)}"
    if domains > looked_up:
        yield f"{counted(domains - looked_up, 'domain')} not looked up"


def _without_domain(senders: int) -> Iterator[str]:
    if senders:
        yield f"{counted(senders, 'sender')} not looked at, for DNS cannot have the domain of their address"
