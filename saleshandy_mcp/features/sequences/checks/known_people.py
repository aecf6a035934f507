"""The people of a sequence that are known here, and what keeps or should keep them from its mails.

No call lists the people of a sequence. Those that were imported from this machine are known.
"""

from dataclasses import dataclass, field

from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.api.resources.schedules import Schedule
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.running_imports import ImportsInto
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.crm.crm_opt_outs import crm_opt_outs
from saleshandy_mcp.features.sequences.checks.check_finding import Finding
from saleshandy_mcp.features.sequences.checks.people_zones import zone_findings
from saleshandy_mcp.features.sequences.sending_hours import week_of
from saleshandy_mcp.lookups.do_not_contact import list_membership
from saleshandy_mcp.untrusted.one_line import one_line

_PAGES = 5
"""Pages of 100 stored people, newest first, in which their values are looked for."""
_NAMED = 3
_COUNTRY = "Country"


@dataclass
class KnownPeople:
    """The people of a sequence that were imported from here, and those that the caller named.

    Attributes:
        emails: their addresses.
        notes: what could not be looked at.
    """

    emails: list[str]
    findings: list[Finding] = field(default_factory=list[Finding])
    notes: list[str] = field(default_factory=list[str])


async def known_people(
    context: Context,
    sequence: Sequence,
    sequences: list[Sequence],
    needed: list[str],
    named: list[str],
    *,
    schedule: Schedule | None = None,
) -> KnownPeople:
    """Look at them: on do-not-contact lists, opted out in the CRM, in other active sequences, without values, at night.

    Args:
        context: reads; failures are told as notes.
        sequence: theirs.
        sequences: all of the account.
        needed: labels that the texts take from people without a fallback.
        named: addresses of people that the caller asks about, whether or not they were imported from here.
        schedule: when mail goes out.
    """
    imports = context.find(ImportsInto)
    imported = imports.people(sequence.id) if imports else []
    people = KnownPeople(list({key(it): it for it in [*imported, *named]}.values()))
    if not people.emails:
        return people
    if imports:
        others = {it.title: imports.people(it.id) for it in sequences if it.active and it.id != sequence.id}
        people.findings += _elsewhere(people.emails, others)
    await _blocked(context, people)
    await _opted_out(context, people)
    await _values(context, people, needed, schedule)
    return people


def _elsewhere(emails: list[str], others: dict[str, list[str]]) -> list[Finding]:
    found: list[Finding] = []
    for title, people in others.items():
        both = sorted(set(emails) & set(people))
        if both:
            what = f"{_counted(both)} also in the active sequence {one_line(title)}"
            found.append(Finding(level="change", what=what, why="they get mail from both", do="Keep them in one."))
    return found


async def _blocked(context: Context, people: KnownPeople) -> None:
    membership = await list_membership(context.api, [key(it) for it in people.emails])
    on = [it for it in people.emails if membership.found(key(it))]
    if on:
        people.findings.append(
            Finding(
                level="change",
                what=f"{_counted(on)} on a do-not-contact list",
                why="Saleshandy leaves them out, so fewer get mail",
            )
        )
    unsure = sum(not membership.certain(key(it)) for it in people.emails)
    if unsure:
        people.notes.append(f"whether {unsure:,} of them are on a do-not-contact list could not be looked up")


async def _opted_out(context: Context, people: KnownPeople) -> None:
    try:
        found = await crm_opt_outs(context)
    except SaleshandyError as error:
        people.notes.append(f"who opted out in the CRM could not be read: {error}")
        return
    if found and (told := found.told_among(people.emails)):
        people.findings.append(Finding(level="blocks", what=told, do="Pause or unsubscribe them: update_prospects."))


async def _values(context: Context, people: KnownPeople, needed: list[str], schedule: Schedule | None) -> None:
    wanted = {key(it) for it in people.emails}
    try:
        stored = await _stored(context, wanted)
    except SaleshandyError as error:
        people.notes.append(f"the values of people could not be read: {error}")
        return
    for label in needed:
        without = sorted(it.email for it in stored.values() if not it.value(label).strip())
        if without:
            what = f"{_counted(without)} without {label}, for which the texts have no fallback"
            people.findings.append(Finding(level="change", what=what, why="they get a gap", do="Write a fallback."))
    if week := week_of(schedule) if schedule else None:
        people.findings += zone_findings((it.value(_COUNTRY) for it in stored.values()), week, context.now_there())
    if len(stored) < len(wanted):
        people.notes.append(f"values were looked at for {len(stored):,} of {len(wanted):,} known people")


async def _stored(context: Context, wanted: set[str]) -> dict[str, Prospect]:
    """The stored people among the wanted, as far as the pages reach."""
    found: dict[str, Prospect] = {}
    operation = ListProspects(page_size=100, include_custom_fields=True)
    for _ in range(_PAGES):
        page = await context.api.recent(operation)
        found |= {key(it.email): it for it in page.items if key(it.email) in wanted}
        if not page.more or len(found) == len(wanted):
            break
        operation = operation.next_page()
    return found


def _counted(emails: list[str]) -> str:
    more = ", …" if len(emails) > _NAMED else ""
    return f"{counted(len(emails), 'known person', 'known people')} ({', '.join(emails[:_NAMED])}{more})"
