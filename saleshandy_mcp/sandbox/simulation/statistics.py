"""Numbers, counted from the list of events, so that all endpoints agree."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from saleshandy_mcp.sandbox.simulation import threads
from saleshandy_mcp.sandbox.simulation.events import Kind, select
from saleshandy_mcp.sandbox.world.tables import Row, World


@dataclass
class Mail:
    """One mail of a step to one person, and the events that followed from it."""

    sent: Row
    opens: list[Row] = field(default_factory=list[Row])
    clicks: list[Row] = field(default_factory=list[Row])
    replies: list[Row] = field(default_factory=list[Row])
    bounces: list[Row] = field(default_factory=list[Row])

    @property
    def sequence(self) -> str:
        return self.sent["sequenceId"]

    @property
    def person(self) -> str:
        return self.sent["prospectId"]

    @property
    def events(self) -> list[Row]:
        return [self.sent, *self.opens, *self.clicks, *self.replies, *self.bounces]


def mails(world: World, sequence_ids: Iterable[str] | None = None) -> list[Mail]:
    """The mails that steps of these sequences have sent, in the order of sending; of all sequences if none is given."""
    wanted = None if sequence_ids is None else set(sequence_ids)
    found: dict[tuple[str, str, str], Mail] = {}
    events = [event for event in select(world, *_OF_MAILS) if wanted is None or event["sequenceId"] in wanted]
    for event in sorted(events, key=_at):
        key = (event["sequenceId"], event["stepId"], event["prospectId"])
        if event["kind"] == "email-sent":
            found.setdefault(key, Mail(event))
        elif key in found:  # an event of a mail that was never sent is left out
            getattr(found[key], _OF_MAILS[event["kind"]]).append(event)
    return list(found.values())


def _at(event: Row) -> str:
    return event["at"]


def people(mails: Iterable[Mail], what: str = "sent") -> set[str]:
    """The people who have a mail with something in this list: sent, opens, clicks, replies or bounces."""
    return {mail.person for mail in mails if getattr(mail, what)}


def unsubscribed(world: World, sequence_id: str | None = None) -> set[str]:
    """Who has unsubscribed, in this sequence or without a sequence; without an argument, anywhere."""
    places = {sequence_id, None}
    left = select(world, "prospect-unsubscribed")
    return {event["prospectId"] for event in left if sequence_id is None or event["sequenceId"] in places}


def outcomes(world: World, pairs: Iterable[tuple[str, str]], replied: set[str]) -> Counter[str]:
    """How many people have each outcome, given (sequence, person). Uncategorized counts only those who answered."""
    changes = threads.changes(world)
    names = ((threads.outcome(changes.get(pair)), pair[1]) for pair in pairs)
    return Counter(name for name, person in names if name != threads.UNCATEGORIZED or person in replied)


def deals(world: World, pairs: Iterable[tuple[str, str]]) -> Counter[str]:
    """The sum of deal values by outcome."""
    changes = threads.changes(world)
    worth: Counter[str] = Counter()
    for change in filter(None, map(changes.get, pairs)):
        worth[change["facts"]["newOutcome"]] += change["facts"].get("dealValue") or 0
    return worth


def pairs(mails: Iterable[Mail]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((mail.sequence, mail.person) for mail in mails))


def of_sequence(world: World, sequence: Row) -> Row:
    """The numbers of people and mails of one sequence, under the names of its statistics."""
    sent = mails(world, [sequence["id"]])
    enrolled = set(world.enrolments[sequence["id"]])
    contacted = people(sent)
    opened, clicked, replied = (people(sent, what) for what in ("opens", "clicks", "replies"))
    both = [(sequence["id"], person) for person in enrolled | contacted]
    reached = outcomes(world, both, replied)
    worth = deals(world, both)
    numbers: dict[str, object] = {
        "total": len(enrolled),
        "contacted": len(contacted),
        "notContacted": len(enrolled - contacted),
        "open": len(opened),
        "clicked": len(clicked),
        "replied": len(replied),
        "unsubscribed": len(unsubscribed(world, sequence["id"]) & (enrolled | contacted)),
        "sentNoOpen": len(contacted - opened),
        "openedNoReply": len(opened - replied),
        "openedNoClicked": len(opened - clicked),
        "clickedNoReply": len(clicked - replied),
        **{_camel(name): reached[name] for name in NAMED},
        **{f"{_camel(name)}DealValue": worth[name] for name in ("Interested", "Meeting Booked", "Closed")},
    }
    return {"people": numbers, "emails": _emails(world, sequence, sent, enrolled - contacted)}


def _emails(world: World, sequence: Row, sent: list[Mail], waiting: set[str]) -> Row:
    """Assumed: scheduled are the first mails of people who wait for one, while the sequence is active."""
    bounced = sum(bool(mail.bounces) for mail in sent)
    left = {
        id_ for id_ in waiting if (row := world.prospects.get(id_)) is None or row["unsubscribed"] or row["bounced"]
    }
    scheduled = len(waiting - left) if sequence["active"] else 0
    status = {
        "scheduled": scheduled,
        "delivered": len(sent) - bounced,
        "opened": sum(bool(mail.opens) for mail in sent),
        "clicked": sum(bool(mail.clicks) for mail in sent),
        "replied": sum(bool(mail.replies) for mail in sent),
        "bounced": bounced,
        "failed": 0,
    }
    return {"total": scheduled + len(sent), "status": status}


def _camel(name: str) -> str:
    words = name.split()
    return words[0].lower() + "".join(word.capitalize() for word in words[1:])


_OF_MAILS: dict[Kind, str] = {
    "email-sent": "",
    "email-opened": "opens",
    "email-link-clicked": "clicks",
    "reply-received": "replies",
    "email-bounced": "bounces",
}
NAMED = (
    threads.UNCATEGORIZED,
    "Interested",
    "Not Interested",
    "Meeting Booked",
    "Out of Office",
    "Closed",
    "Not Now",
    "Do Not Contact",
)
