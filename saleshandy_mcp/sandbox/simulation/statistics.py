"""Numbers, all counted from the same list of events, so that every endpoint tells the same story."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from saleshandy_mcp.sandbox.simulation import threads
from saleshandy_mcp.sandbox.simulation.events import Kind, select
from saleshandy_mcp.sandbox.world.tables import Row, World


@dataclass
class Mail:
    """One mail of a step to one person, and what came of it."""

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
    """What the steps of these sequences (none given: of all) have sent, in the order of sending."""
    wanted = None if sequence_ids is None else set(sequence_ids)
    found: dict[tuple[str, str, str], Mail] = {}
    for event in sorted(select(world, *_OF_MAILS), key=lambda event: event["at"]):
        if wanted is not None and event["sequenceId"] not in wanted:
            continue
        key = (event["sequenceId"], event["stepId"], event["prospectId"])
        if event["kind"] == "email-sent":
            found.setdefault(key, Mail(event))
        elif key in found:  # of a mail that nobody sent there is nothing to tell
            getattr(found[key], _OF_MAILS[event["kind"]]).append(event)
    return list(found.values())


def people(mails: Iterable[Mail], what: str = "sent") -> set[str]:
    """Those with a mail of which this list (opens, clicks, replies, bounces) is not empty."""
    return {mail.person for mail in mails if getattr(mail, what)}


def unsubscribed(world: World, sequence_id: str | None = None) -> set[str]:
    """Who left, in this sequence or without any being named."""
    places = {sequence_id, None}
    left = select(world, "prospect-unsubscribed")
    return {event["prospectId"] for event in left if sequence_id is None or event["sequenceId"] in places}


def outcomes(world: World, pairs: Iterable[tuple[str, str]], replied: set[str]) -> Counter[str]:
    """How many of (sequence, person) have come to what. Uncategorized are those who answered and were not sorted."""
    changes = threads.changes(world)
    names = ((threads.outcome(changes.get(pair)), pair[1]) for pair in pairs)
    return Counter(name for name, person in names if name != threads.UNCATEGORIZED or person in replied)


def deals(world: World, pairs: Iterable[tuple[str, str]]) -> Counter[str]:
    """What is hoped for, by outcome."""
    changes = threads.changes(world)
    worth: Counter[str] = Counter()
    for change in filter(None, map(changes.get, pairs)):
        worth[change["facts"]["newOutcome"]] += change["facts"].get("dealValue") or 0
    return worth


def pairs(mails: Iterable[Mail]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((mail.sequence, mail.person) for mail in mails))


def of_sequence(world: World, sequence: Row) -> Row:
    """People and mails of one sequence, as its statistics name them."""
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
    """Scheduled are the first mails of those who wait for one, as long as the sequence runs (assumed)."""
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
