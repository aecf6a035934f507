"""What is wrong with a sequence as a whole before it starts: steps, senders, settings, schedule, people. Pure."""

from collections.abc import Collection, Iterator

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.fields import Field
from saleshandy_mcp.api.resources.steps import Step
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.senders.sender_state import signature_of, state_words
from saleshandy_mcp.features.sequences import sequence_settings as settings
from saleshandy_mcp.features.sequences.checks.check_finding import Finding, together
from saleshandy_mcp.features.sequences.checks.copy_findings import copy_findings
from saleshandy_mcp.features.sequences.sending_hours import week_of
from saleshandy_mcp.features.sequences.sequence_details import SequenceDetails, letter_of
from saleshandy_mcp.untrusted.one_line import one_line

_NAMED = 5
NO_WAY_OUT = "recipients are offered no way to unsubscribe"


def start_findings(details: SequenceDetails, fields: list[Field], expired: Collection[str] = ()) -> list[Finding]:
    """All that its stored facts tell; what blocks comes first, and the same thing stands once with its places.

    Args:
        details: the sequence.
        fields: of people.
        expired: domains bought through Saleshandy that have expired.
    """
    return together(
        [
            *_steps(details.steps),
            *_senders(details, expired),
            *text_findings(details.steps, fields),
            *settings_findings(details),
            *_signatures(details),
            *_people(details),
        ]
    )


def text_findings(steps: list[Step], fields: list[Field]) -> Iterator[Finding]:
    """Of the texts in use."""
    emails = [step for step in steps if step.type == Channel.EMAIL]
    for step in steps:
        if step.type not in set(Channel):
            continue
        for place, variant in enumerate(step.variants):
            if variant.status == 0:
                continue
            yield from copy_findings(
                f"step {step.number} {letter_of(place)}",
                Channel(step.type),
                variant.payload,
                fields,
                note=variant.task_note,
                opens_thread=step is emails[0] if emails else False,
            )


def _steps(steps: list[Step]) -> Iterator[Finding]:
    if not steps:
        yield Finding(level="blocks", what="it has no steps", do="Add one with create_step.")
    for step in steps:
        if not any(variant.status != 0 for variant in step.variants):
            yield Finding(
                level="blocks",
                where=f"step {step.number}",
                what="no variant is in use",
                why="people stay there",
                do="Take one into use.",
            )


def _senders(details: SequenceDetails, expired: Collection[str]) -> Iterator[Finding]:
    idle = [account for account in details.senders if not account.active]
    named = _listed([f"{one_line(it.from_email)} ({state_words(it, expired)})" for it in idle])
    lost = [it for it in details.senders if it.active and it.from_email.rpartition("@")[2].casefold() in expired]
    if lost:
        yield Finding(
            level="change",
            what=f"the domain of {_listed(_addresses(lost))} has expired",
            why="its mails bounce, and replies do not arrive",
            do="Detach it: remove_sequence_email_accounts.",
        )
    if not details.senders:
        yield Finding(
            level="blocks", what="no email account is attached", why="nothing can be sent", do="Use add_email_accounts."
        )
    elif len(idle) == len(details.senders):
        yield Finding(
            level="blocks", what=f"no email account can send: {named}", do="Reconnect one, or attach an active one."
        )
    elif idle:
        yield Finding(
            level="change", what=f"attached but not active, so not sending: {named}", do="Reconnect or detach."
        )


def settings_findings(details: SequenceDetails) -> Iterator[Finding]:
    stored, schedule = details.settings.settings, details.settings.schedule
    if not settings.can_unsubscribe(stored):
        yield Finding(
            level="change",
            what=NO_WAY_OUT,
            why="laws and large mail providers ask for one",
            do='update_sequence_settings(unsubscribe="link").',
        )
    if settings.goes_on_after_reply(stored):
        yield Finding(
            level="change",
            what="it goes on mailing people who have replied",
            do='update_sequence_settings(on=["stop_on_reply"]).',
        )
    if settings.by_code(stored).get(settings.MAIL_RISKY) == "1":
        yield Finding(
            level="change",
            what="risky addresses are mailed",
            why="they bounce more often",
            do='update_sequence_settings(off=["mail_risky"]).',
        )
    week = week_of(schedule) if schedule else None
    if week and not any(week.days):
        yield Finding(level="blocks", what="its schedule has no hours", why="nothing is ever sent", do="Set hours.")


def _signatures(details: SequenceDetails) -> Iterator[Finding]:
    used = [variant for step in details.steps if step.type == Channel.EMAIL for variant in step.variants]
    texts = [str(variant.payload.get("content") or "") for variant in used if variant.status != 0]
    if not texts:
        return
    without = [it for it in details.senders if it.active and not signature_of(it).strip()]
    tagged = ["{{signature" in text.casefold().replace(" ", "") for text in texts]
    if any(tagged) and without:
        yield Finding(
            level="change",
            what=f"{counted(len(without), 'sender')} without a signature: {_listed(_addresses(without))}",
            why="{{Signature}} leaves a gap, and the postal address is missing",
            do="Set it in Saleshandy, or by bulk_update_email_accounts.",
        )
    if not any(tagged):
        yield Finding(
            level="change",
            what="no email holds {{Signature}}",
            why="laws such as CAN-SPAM ask for a postal address, which the signature holds",
            do="Add it below the first email.",
        )


def _people(details: SequenceDetails) -> Iterator[Finding]:
    if details.prospects == 0:
        yield Finding(level="change", what="nobody is in it yet", do="Import people first.")


def _addresses(accounts: list[EmailAccount]) -> list[str]:
    return [one_line(it.from_email) for it in accounts]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
