"""What is wrong with what is being mailed: texts and settings of running sequences, and their mails against quota."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.fields import Field, ListFields
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.features.deliverability.audit_finding import (
    GOOGLE,
    NOBODY,
    AuditFinding,
    Level,
    Place,
    finding,
)
from saleshandy_mcp.features.sequences.checks.check_finding import together
from saleshandy_mcp.features.sequences.checks.sequence_plan import plan_of
from saleshandy_mcp.features.sequences.checks.start_findings import NO_WAY_OUT, settings_findings, text_findings
from saleshandy_mcp.features.sequences.sequence_details import SequenceDetails
from saleshandy_mcp.lookups.by_name import all_sequences

MOST = 4
"""Sequences that are read, four calls for each."""
SOON = 14
"""Days within which everybody who waits should have had a first mail."""


class RunningSequences(NamedTuple):
    """What was found, and how many running sequences were not looked at."""

    findings: list[AuditFinding]
    looked_at: int
    not_read: int


async def look_at_running(context: Context, accounts: list[EmailAccount]) -> RunningSequences:
    """Look at the sequences that these senders mail for."""
    ours = {str(used.get("id")) for it in accounts for used in it.sequences}
    try:
        running = [it for it in await all_sequences(context.api) if it.active and it.id in ours]
        labels = await context.api.recent(ListFields()) if running else []
    except SaleshandyError:
        return RunningSequences([], 0, len(ours))
    found, read = list[AuditFinding](), 0
    known = {it.id: it for it in accounts}
    for sequence in running[:MOST]:
        try:
            details = await SequenceDetails.of(context.api, sequence)
        except SaleshandyError:
            continue
        read += 1
        found += running_findings(sequence, details, labels, known, context.now_there())
    return RunningSequences(found, read, len(running) - read)


def running_findings(
    sequence: Sequence,
    details: SequenceDetails,
    labels: list[Field],
    accounts: Mapping[str, EmailAccount],
    now: datetime,
) -> list[AuditFinding]:
    """What is wrong with one. Pure."""
    return [*_of_texts(sequence, details, labels), *_of_quota(sequence, details, accounts, now)]


def _of_texts(sequence: Sequence, details: SequenceDetails, labels: Iterable[Field]) -> Iterator[AuditFinding]:
    for it in together([*text_findings(details.steps, list(labels)), *settings_findings(details)]):
        level: Level = "filtered" if it.level == "blocks" else "advice"
        source = GOOGLE if it.what == NO_WAY_OUT else NOBODY
        place = Place("sequence", f"{sequence.title}, {it.where}" if it.where else sequence.title)
        yield finding(level, place, it.what + (f": {it.why}" if it.why else ""), it.do or "Change it.", source)


def _of_quota(
    sequence: Sequence, details: SequenceDetails, accounts: Mapping[str, EmailAccount], now: datetime
) -> Iterator[AuditFinding]:
    plan = plan_of(details, now, accounts, sequence.id).plan
    if not plan or not plan.people:
        return
    days = (plan.first_mails_done - now.date()).days if plan.first_mails_done else None
    if days is None or days > SOON:
        when = "at no time that can be told" if days is None else f"in {days} days"
        what = f"{plan.people:,} people wait, and at the quota of its senders the last gets a first mail {when}"
        do = "Add senders, rather than raise limits."
        yield finding("advice", Place("sequence", sequence.title), f"{what}; {SOON} is meant", do, NOBODY)
