"""Mails of the sandbox, whatever made them: a step, a person who answers, or somebody in the inbox."""

from typing import Any, NamedTuple

from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.world.tables import Row, World

KINDS = {"reply": "an answer from the inbox", "test": "a test", "export": "an export", "received": "the person"}


class Mail(NamedTuple):
    """One mail.

    Attributes:
        id: of the event, or of the mail that no step sent.
        at: when it was sent.
        sender: the address that it came from.
        to: the addresses that it went to.
        subject: of the mail.
        content: its HTML.
        kind: "step", "received", or what made it.
        sequence_id: of the sequence it belongs to, if any.
        step_id: the step that sent it, if any.
        prospect_id: the person on the other side, if known.
    """

    id: str
    at: str
    sender: str
    to: list[str]
    subject: str
    content: str
    kind: str
    sequence_id: str | None = None
    step_id: str | None = None
    prospect_id: str | None = None


def outgoing(world: World) -> list[Mail]:
    """What was sent, the newest first."""
    found = [of_event(world, event) for event in select(world, "email-sent")]
    found += [_of_row(world, row) for row in world.mails]
    return sorted(found, key=lambda mail: (mail.at, mail.id), reverse=True)


def find(world: World, id_: str) -> Mail | None:
    for event in select(world, "email-sent", "reply-received"):
        if event["id"] == id_:
            return of_event(world, event)
    return next((_of_row(world, row) for row in world.mails if row["id"] == id_), None)


def of_event(world: World, event: Row) -> Mail:
    """The mail of an event: one that a step sent, or an answer to it."""
    received, facts = event["kind"] == "reply-received", event["facts"]
    person = world.prospects.get(event["prospectId"] or "", {}).get("email", "")
    ends = (person, _mailbox(world, event)) if received else (_mailbox(world, event), facts.get("to", person))
    places = event["sequenceId"], event["stepId"], event["prospectId"]
    subject, content = facts.get("subject", ""), facts.get("content", "")
    kind = "received" if received else "step"
    return Mail(event["id"], event["at"], ends[0], [ends[1]], subject, content, kind, *places)


def kind_words(world: World, mail: Mail) -> str:
    """What made the mail: a step of a sequence, say."""
    step, sequence = world.steps.get(mail.step_id or ""), world.sequence(mail.sequence_id)
    if mail.kind != "step" or sequence is None:
        return KINDS.get(mail.kind, mail.kind)
    number = world.steps_of(sequence["id"]).index(step) + 1 if step else "that is gone"
    return f"{sequence['title']}, step {number}"


def _of_row(world: World, row: Row) -> Mail:
    to: Any = row.get("to") or []
    person = world.prospect(to[0]) if to else None
    id_ = person["id"] if person else None
    subject, content = row.get("subject") or "", row.get("content") or ""
    return Mail(row["id"], row["at"], _mailbox(world, row), list(to), subject, content, row["kind"], prospect_id=id_)


def _mailbox(world: World, row: Row) -> str:
    return world.email_accounts.get(row.get("senderId") or "", {}).get("fromEmail", "")
