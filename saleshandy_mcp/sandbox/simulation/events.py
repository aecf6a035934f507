"""The list of events: everything that has happened. Numbers, threads and webhook calls are read from it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, get_args

from saleshandy_mcp.sandbox.world.clock import iso
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

Kind = Literal[
    "email-sent",
    "email-opened",
    "email-link-clicked",
    "reply-received",
    "email-bounced",
    "prospect-unsubscribed",
    "prospect-finished",
    "prospect-outcome-updated",
    "sequence-paused",
    "email-account-disconnected",
    "email-account-paused",
    "inbox-analyser-test-completed",
    "task-created",
    "task-updated",
    "bulk-task-updated",
    "call-task-updated",
    "linkedin-task-updated",
    "custom-task-updated",
    "whatsapp-task-updated",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
ENDS: dict[Kind, str] = {"reply-received": "replied", "prospect-finished": "finished"}
STOP_ON_REPLY = 3
# After these events, conditions of subsequences are checked for the person.
CHECKED_AFTER: set[Kind] = {
    "email-opened",
    "email-link-clicked",
    "reply-received",
    "prospect-outcome-updated",
    "prospect-finished",
}


def record(
    world: World,
    kind: Kind,
    *,
    sequence_id: str | None = None,
    step_id: str | None = None,
    variant_id: str | None = None,
    prospect_id: str | None = None,
    sender_id: str | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> Row:
    """Put an event on the list, and note what it means for the progress of the person.

    Args:
        world: the workspace.
        kind: what has happened.
        sequence_id: of a sequence or a subsequence.
        step_id: the step that it belongs to.
        variant_id: the variant that was sent.
        prospect_id: the person.
        sender_id: the email account.
        at: when it happened; now if left out.
        **facts: what belongs to this kind of event.

    Returns:
        The event. It never changes. Webhooks are told of it with the next call.
    """
    event: Row = {
        "id": hash_id("event", len(world.events)),
        "kind": kind,
        "at": iso(at or world.clock.now()),
        "sequenceId": sequence_id,
        "stepId": step_id,
        "variantId": variant_id,
        "prospectId": prospect_id,
        "senderId": sender_id,
        "facts": facts,
    }
    world.events.append(event)
    if kind in ENDS:
        _end(world, event, ENDS[kind])
    if kind == "email-sent" and sequence_id and step_id and prospect_id:
        world.progress_of(sequence_id, prospect_id)["sent"][step_id] = at or world.clock.now()
    if kind in CHECKED_AFTER and prospect_id:
        world.changed_people.append(prospect_id)
    return event


def _end(world: World, event: Row, word: str) -> None:
    """The person gets no further step. Whether a reply has this effect is a setting of the sequence."""
    sequence = world.sequence(event["sequenceId"])
    if word == "replied" and sequence is not None and sequence["settings"][STOP_ON_REPLY] == "0":
        return
    place = (event["sequenceId"], event["prospectId"])
    world.ended[place] = word
    world.set_statuses.pop(place, None)


def select(world: World, *kinds: Kind, since: str = "", until: str = "~", **where: str) -> Iterator[Row]:
    """The events that fit, in the order in which they were recorded.

    Args:
        world: the workspace.
        *kinds: the kinds that are wanted; all if none is given.
        since: the first moment, as text.
        until: the moment before which they end, as text.
        **where: keys of the event and their values, such as sequenceId="...".
    """
    # This runs for every event whenever something is counted, so it does the least for each.
    wanted, places = set(kinds or KINDS), where.items()
    for event in world.events:
        if event["kind"] not in wanted or not since <= event["at"] < until:
            continue
        if not places or all(event[key] == value for key, value in places):
            yield event


def latest(world: World, *kinds: Kind, **where: str) -> Row | None:
    """The last event that fits, by time. Of several at one moment it is the one recorded last."""
    found = list(select(world, *kinds, **where))
    return max(enumerate(found), key=lambda pair: (pair[1]["at"], pair[0]))[1] if found else None
