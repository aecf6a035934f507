"""Sequences, steps and senders in text."""

from saleshandy_mcp.core.view import call, counted
from saleshandy_mcp.features.senders.list_email_accounts import AccountLine, AccountList, AddedAccounts
from saleshandy_mcp.features.sequences.create_step import CreatedStep
from saleshandy_mcp.features.sequences.list_sequences import (
    CreatedSequence,
    SenderView,
    SequenceList,
    SequenceView,
    StepView,
    VariantView,
)
from saleshandy_mcp.features.sequences.set_sequence_status import StatusChange
from saleshandy_mcp.features.sequences.update_step_variant import ChangedVariant
from saleshandy_mcp.server.render.base import lines, more, plain, render


@render.register
def _(view: SequenceList) -> str:
    if not view.sequences:
        return "No sequence fits." if view.page == 1 else f"Page {view.page} is empty; there are {view.pages}."
    first = view.sequences[0]
    return lines(
        f"{counted(view.total, 'sequence')}, {view.active} active (page {view.page} of {view.pages})",
        *(
            f"{plain(it.title)} [{it.id}] {it.status} · {counted(it.steps, 'step')}"
            + (f" · {plain(it.owner)}" if it.owner else "")
            for it in view.sequences
        ),
        more(view.next) or f"Details of one: {call('get_sequence', sequence=first.title)}",
    )


@render.register
def _(view: SequenceView) -> str:
    people = "number of prospects unknown" if view.prospects is None else counted(view.prospects, "prospect")
    return lines(
        f"{plain(view.title)} [{view.id}] {view.status} · {counted(len(view.steps), 'step')} · {people}"
        + (f" · schedule {plain(view.schedule)}" if view.schedule else ""),
        *(_step(step, whole=view.whole_text) for step in view.steps),
        "Senders: " + ("; ".join(_sender(it) for it in view.senders) or "none, so it cannot start"),
        f"Settings: {', '.join(view.settings)}" if view.settings else None,
        None
        if view.whole_text or not view.steps
        else f"Texts in full: {call('get_sequence', sequence=view.title, whole_text=True)}",
    )


@render.register
def _(view: CreatedSequence) -> str:
    senders = "not known" if view.senders is None else "; ".join(_sender(it) for it in view.senders) or "none yet"
    return lines(
        f"Created {plain(view.title)} [{view.id}], not sending.",
        f"Senders: {senders}",
        f"Next: {view.next}",
    )


@render.register
def _(view: CreatedStep) -> str:
    number = f"step {view.number}" if view.number else "a step"
    return lines(
        f"Added {number} [{view.id}] to {plain(view.sequence)}: "
        f"day {view.day}, {view.type}, {counted(view.variants, 'variant')}.",
        *(f"Check: {plain(doubt, 200)}" for doubt in view.doubts),
        f"See it: {view.next}",
    )


@render.register
def _(view: ChangedVariant) -> str:
    return lines(
        f"{plain(view.sequence)}, {plain(view.step)}: changed {', '.join(view.changed)}.",
        _variant(view.variant, whole=False),
        "The sequence is active: mails not yet sent go out with this text." if view.active else None,
        *(f"Check: {plain(doubt, 200)}" for doubt in view.doubts),
    )


@render.register
def _(view: StatusChange) -> str:
    if view.was == view.status:
        return f"{plain(view.title)} [{view.id}] was {view.status} already."
    follow = f" {'To stop it' if view.status == 'active' else 'See it'}: {view.next}"
    return f"{plain(view.title)} [{view.id}] is {view.status} now (was {view.was}).{follow}"


@render.register
def _(view: AccountList) -> str:
    if not view.accounts:
        return "No email account fits."
    total = counted(len(view.accounts) if view.total is None else view.total, "email account")
    return lines(
        f"{total} (page {view.page}): active unless said, mails left today, health of 100, number of sequences",
        *(_account(it) for it in view.accounts),
        more(view.next) or "Attach to a sequence: add_email_accounts",
    )


def _account(it: AccountLine) -> str:
    """A sender on a line of a list, whose head says what the numbers are."""
    numbers = (
        None if it.active else "NOT ACTIVE",
        None if it.quota_left is None else f"{it.quota_left} left",
        None if it.health is None else f"health {it.health:g}",
        f"in {it.in_sequences}" if it.in_sequences else None,
    )
    told = ", ".join(part for part in numbers if part)
    return f"{it.address} [{it.id}] {told}" + (f" · {plain(it.name)}" if it.name else "")


@render.register
def _(view: AddedAccounts) -> str:
    added = "; ".join(_sender(it) for it in view.added)
    return lines(
        f"Added to {plain(view.sequence)}: {added}" if added else f"Nothing to add to {plain(view.sequence)}.",
        f"Attached before: {', '.join(view.already)}" if view.already else None,
        f"It has {counted(view.senders, 'sender')} now." + (" It is active and uses them." if view.active else ""),
        f"See it: {view.next}",
    )


def _step(step: StepView, *, whole: bool) -> str:
    return lines(
        f"Step {step.number} [{step.id}] day {step.day} {step.type}",
        *(_variant(variant, whole=whole) for variant in step.variants),
    )


def _variant(variant: VariantView, *, whole: bool) -> str:
    off = "" if variant.in_use else " (not in use)"
    subject = f' "{plain(variant.subject)}"' if variant.subject else " (same thread)" if variant.subject == "" else ""
    text = variant.text if whole else f"{plain(variant.text)} ({variant.length} characters)" if variant.text else ""
    note = f" note: {plain(variant.task_note, 400 if whole else 90)}" if variant.task_note else ""
    return f"  {variant.letter} [{variant.id}]{off}{subject}" + (f" {text}" if text else "") + note


def _sender(sender: SenderView) -> str:
    health = "" if sender.health is None else f", health {sender.health:g}"
    quota = "" if sender.quota_left is None else f", {sender.quota_left} left today"
    return f"{sender.address} [{sender.id}] {'active' if sender.active else 'NOT ACTIVE'}{quota}{health}"
