"""What the API tells of senders that makes mail land in spam: scores, bounces, answers, mails a day. Pure."""

from collections.abc import Iterable, Iterator

from saleshandy_mcp.api.resources.analytics import EmailAccountStats
from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.core.view import View
from saleshandy_mcp.features.deliverability.audit_finding import (
    NOBODY,
    AuditFinding,
    Level,
    Place,
    Source,
    finding,
    rfc,
)
from saleshandy_mcp.features.deliverability.mail_domain import domain_of
from saleshandy_mcp.features.deliverability.providers import provider_of
from saleshandy_mcp.features.reports.mail_numbers import BAD_BOUNCES, COMPARABLE, MANY_BOUNCES, number
from saleshandy_mcp.features.senders.list_email_accounts import account_line
from saleshandy_mcp.features.senders.sender_state import BAD_SCORE, GOOD_SCORE
from saleshandy_mcp.untrusted.one_line import one_line

ADVISED_A_DAY = 15
"""Mails a day of one mailbox: Saleshandy's soft limit. It lets each kind of mailbox send more, up to a hard limit."""
ENOUGH = 100
"""Mails from which on a rate of bounces weighs more than advice: of fewer, a few bad addresses make it."""
NO_ANSWER_IN = 300
"""Mails without an answer from which on it is 95 % certain that fewer than 1 in 100 is answered."""

_DAILY = Source(
    "Saleshandy's daily sending limits",
    "https://docs.saleshandy.com/en/articles/6970059-what-is-the-daily-sending-limit",
)
_BOUNCES = Source(
    "Amazon SES reviews accounts from there", "https://docs.aws.amazon.com/ses/latest/dg/reputation-dashboard-messages.html"
)  # fmt: skip
_SCORE = Source("Saleshandy's audit of mailboxes", "")
_RULE_OF_THREE = Source("rule of three", "https://en.wikipedia.org/wiki/Rule_of_three_(statistics)")


class SenderFacts(View):
    """The numbers of a sender; None where they were not read.

    Attributes:
        daily: mails it may send in a day.
        sent: mails of all time.
        bounced: per cent of them.
        answered: how many of them.
        health: of 100.
        setup: of 100; warm-up and tracking domain are in it.
    """

    sender: str
    daily: int | None
    sent: int | None
    bounced: float | None
    answered: int | None
    health: float | None
    setup: float | None

    def line(self) -> str:
        """All of it on one line."""
        share = f" ({100 * self.answered / self.sent:.1f} %)" if self.answered and self.sent else ""
        parts = (
            None if self.daily is None else f"{self.daily:,} a day",
            None if self.sent is None else f"{self.sent:,} sent",
            None if self.bounced is None else f"{self.bounced:g} % bounced",
            None if self.answered is None else f"{self.answered:,} answered{share}",
            None if self.health is None else f"health {self.health:g}",
            None if self.setup is None else f"setup {self.setup:g}",
        )
        return f"{one_line(self.sender)}: {', '.join(it for it in parts if it) or 'not read'}"


def sender_facts(account: EmailAccount, stats: EmailAccountStats | None) -> SenderFacts:
    line = account_line(account, stats, [])
    return SenderFacts(
        sender=account.from_email,
        daily=line.daily,
        sent=line.sent,
        bounced=line.bounce_rate,
        answered=number(stats.rows[0].replies) if stats and stats.rows else None,
        health=line.health,
        setup=line.setup,
    )


def sender_findings(account: EmailAccount, facts: SenderFacts, expired: list[str]) -> list[AuditFinding]:
    """What is wrong with a sender.

    Args:
        account: the sender.
        facts: its numbers.
        expired: domains bought through Saleshandy that have expired or failed.
    """
    place = Place("sender", account.from_email)
    return [
        *_of_domain(domain_of(account.from_email), expired),
        *_of_bounces(place, facts),
        *_of_score(place, "setup score", facts.setup, "See in Saleshandy which part of the set-up is missing."),
        *_of_score(place, "health", facts.health, "Send less from it and warm it up until it has recovered."),
        *_of_limit(place, account, facts.daily),
        *_of_answers(place, facts.sent or 0, facts.answered),
    ]


def free_mailbox(domain: str, senders: int) -> AuditFinding:
    """What is told of senders whose domain is not theirs."""
    what = "anybody can have a mailbox there: its DNS is not yours, and providers limit what such mailboxes mail"
    found = finding("advice", Place("sender", domain), what, "Send from a domain of your own.", NOBODY)
    return found.model_copy(update={"senders": senders})


def _of_domain(domain: str, expired: Iterable[str]) -> Iterator[AuditFinding]:
    if domain in expired:
        what = "Saleshandy lists it as expired, deleted or not bought, so nobody can reply to it"
        yield finding("lost", Place("domain", domain), what, "Renew it, or detach its senders.", rfc(5321, "5.1"))


def _of_bounces(place: Place, facts: SenderFacts) -> Iterator[AuditFinding]:
    rate = facts.bounced
    if rate is None or (facts.sent or 0) < COMPARABLE or rate <= MANY_BOUNCES:
        return
    level: Level = "filtered" if rate >= BAD_BOUNCES and (facts.sent or 0) >= ENOUGH else "advice"
    what = f"{rate:g} % of {facts.sent:,} mails bounced, below {BAD_BOUNCES:g} % is asked for"
    yield finding(level, place, what, "Verify addresses before you mail them, and leave out the bad ones.", _BOUNCES)


def _of_score(place: Place, name: str, score: float | None, do: str) -> Iterator[AuditFinding]:
    if score is not None and score < GOOD_SCORE:
        level: Level = "filtered" if score < BAD_SCORE else "advice"
        yield finding(level, place, f"{name} {score:g} of 100, {GOOD_SCORE:g} is asked for", do, _SCORE)


def _of_limit(place: Place, account: EmailAccount, daily: int | None) -> Iterator[AuditFinding]:
    most = provider_of(account.email_service_provider).most
    if daily is not None and daily > most:
        what = f"limit of {daily:,} mails a day, {most:,} at most for such a mailbox"
        yield finding("filtered", place, what, "Lower it, and add mailboxes instead.", _DAILY)
    elif daily is not None and daily > ADVISED_A_DAY:
        what = f"more than {ADVISED_A_DAY} mails a day, which is the number advised for one mailbox"
        yield finding("advice", place, what, "Lower the limit, and add mailboxes instead.", _DAILY)


def _of_answers(place: Place, sent: int, answered: int | None) -> Iterator[AuditFinding]:
    if answered == 0 and sent >= NO_ANSWER_IN:
        what = f"no answer to {sent:,} mails: from {NO_ANSWER_IN} on, fewer than 1 in 100 is almost certain"
        do = "Look whether its mail lands in spam; change list and text."
        yield finding("filtered", place, what, do, _RULE_OF_THREE)
