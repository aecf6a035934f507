"""The rows that the API answers for recipients, email accounts and team members."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from saleshandy_mcp.sandbox.simulation import statistics, threads
from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.simulation.slots import zone
from saleshandy_mcp.sandbox.simulation.statistics import Mail
from saleshandy_mcp.sandbox.world.rows import client_of, owner_of
from saleshandy_mcp.sandbox.world.tables import Row, World

COLUMNS: tuple[str, ...] = (
    "Sequence Title",
    "Step Number",
    "Sender Email",
    "Recipient Email",
    "Recipient name",
    "Email Sent At",
    "Open Count",
    "Click Count",
    "Replied",
    "Bounced",
    "Unsubscribed",
)
OF_MAILS = ("prospectContacted", "emailSent", "opened", "clicked", "replied", "bounced")
OF_PEOPLE = (
    "prospectAdded",
    "prospectContacted",
    "opened",
    "clicked",
    "replied",
    "unSubscribed",
    "bounced",
    *statistics.NAMED,
)


def recipients(world: World, sequences: list[Row], since: str, until: str) -> list[Row]:
    """A row for each mail with an event in the window. The counts in a row are of all time."""
    by_id = {row["id"]: row for row in sequences}
    numbers = {step["id"]: number for id_ in by_id for number, step in enumerate(world.steps_of(id_), start=1)}
    left = {id_: statistics.unsubscribed(world, id_) for id_ in by_id}
    changes = threads.changes(world)
    return [
        {
            **_mail(world, mail),
            "Sequence Title": by_id[mail.sequence]["title"],
            "Sequence Owner": _name(owner_of(world, by_id[mail.sequence])),
            "Step Number": numbers.get(mail.sent["stepId"], 0),
            "Current Sentiment": threads.outcome(changes.get((mail.sequence, mail.person))),
            "Unsubscribed": _yes(mail.person in left[mail.sequence]),
            "Sequence Id": mail.sequence,
            "Client": client_of(world, mail.sequence),
        }
        for mail in statistics.mails(world, by_id)
        if any(since <= event["at"] < until for event in mail.events)
    ]


def _mail(world: World, mail: Mail) -> Row:
    values = world.prospects.get(mail.person, {}).get("values", {})
    return {
        "Sender Email": world.email_accounts.get(mail.sent["senderId"], {}).get("fromEmail", ""),
        "Recipient Email": mail.sent["facts"].get("to", ""),
        "Recipient name": f"{values.get('First Name', '')} {values.get('Last Name', '')}".strip(),
        "Email Sent At": _last(world, [mail.sent]),
        "Open Count": len(mail.opens),
        "Last Opened At": _last(world, mail.opens),
        "Replied": _yes(mail.replies),
        "Replied At": _last(world, mail.replies),
        "Conversation Id": threads.thread_id(mail.sequence, mail.person) if mail.replies else None,
        "Click Count": len(mail.clicks),
        "Last Clicked At": _last(world, mail.clicks),
        "Last Link Clicked": mail.clicks[-1]["facts"].get("link") if mail.clicks else None,
        "Bounced": _yes(mail.bounces),
        "Bounced At": _last(world, mail.bounces),
        "Deleted": _yes(mail.person not in world.prospects),
    }


def email_account(world: World, account: Row) -> Row:
    """The row of an email account. Assumed: rates are texts with a per cent sign; setup score and tags are empty."""
    mails = [mail for mail in statistics.mails(world) if mail.sent["senderId"] == account["id"]]
    pairs = statistics.pairs(mails)
    reached = statistics.outcomes(world, pairs, statistics.people(mails, "replies"))
    moods = Counter[str]()
    for name, number in reached.items():
        moods[threads.sentiment(world, name)] += number
    left = statistics.unsubscribed(world)
    return {
        "Email Address": account["fromEmail"],
        "Name": account["fromName"],
        "ESP": account["emailServiceProvider"],
        "Sequence Count": sum(account["id"] in row["emailAccountIds"] for row in world.sequences.values()),
        "Setup Score": None,
        "Inbox Score": account["healthScore"],
        "Total Contacted": len(statistics.people(mails)),
        "Total Sent": len(mails),
        "Opens": sum(bool(mail.opens) for mail in mails),
        "Clicked": sum(bool(mail.clicks) for mail in mails),
        "Replies": sum(bool(mail.replies) for mail in mails),
        "Bounce Rate": f"{_percent(sum(bool(mail.bounces) for mail in mails), len(mails))}%",
        "Unsubscribed": len(statistics.people(mails) & left),
        **{f"{mood} Sentiments": moods[mood] for mood in threads.SENTIMENTS.values()},
        **{name: reached[name] for name in statistics.NAMED if name != "Closed"},
        "Owner": _name(world.user),
        "Tags": [],
    }


def team(world: World, since: str, until: str, *, by_person: bool, relative: bool, member: str) -> Row:
    """The numbers of a team member in a period. What a sequence does counts for the member whom it belongs to.

    Args:
        world: the workspace.
        since: the first moment, as text.
        until: the moment before which the period ends, as text.
        by_person: count people instead of mails.
        relative: per cent of the people contacted or the mails sent (assumed), where that makes sense.
        member: the id of the member.
    """
    names = OF_PEOPLE if by_person else OF_MAILS
    window = [it for it in select(world, since=since, until=until) if _whose(world, it) == member]
    numbers = _mails_in(window)
    if by_person:
        added = [row for row in world.prospects.values() if since <= row["createdAt"] < until]
        numbers = _people_in(world, window) + Counter(prospectAdded=len(added) if member == _whose(world, {}) else 0)
    whole = numbers["prospectContacted" if by_person else "emailSent"]
    bases = ("prospectAdded", "prospectContacted", "emailSent")
    return {name: _percent(numbers[name], whole) if relative and name not in bases else numbers[name] for name in names}


_WORDS = {
    "opened": "email-opened",
    "clicked": "email-link-clicked",
    "replied": "reply-received",
    "bounced": "email-bounced",
}


def _whose(world: World, event: Row) -> str:
    """The id of the member whom the sequence of an event belongs to; people and events without one are the user's."""
    sequence = world.sequences.get(event.get("sequenceId") or "")
    return str((owner_of(world, sequence) if sequence else world.user)["id"])


def _name(person: Row) -> str:
    return f"{person['firstName']} {person['lastName']}"


def _mails_in(window: list[Row]) -> Counter[str]:
    sent = [event for event in window if event["kind"] == "email-sent"]
    numbers = Counter({"emailSent": len(sent), "prospectContacted": len({event["prospectId"] for event in sent})})
    for word, kind in _WORDS.items():
        of_kind = [event for event in window if event["kind"] == kind]
        numbers[word] = len({(event["sequenceId"], event["stepId"], event["prospectId"]) for event in of_kind})
    return numbers


def _people_in(world: World, window: list[Row]) -> Counter[str]:
    numbers = Counter(prospectContacted=len({event["prospectId"] for event in window if event["kind"] == "email-sent"}))
    for word, kind in {**_WORDS, "unSubscribed": "prospect-unsubscribed"}.items():
        numbers[word] = len({event["prospectId"] for event in window if event["kind"] == kind})
    replied = {event["prospectId"] for event in window if event["kind"] == "reply-received"}
    pairs = {(event["sequenceId"], event["prospectId"]) for event in window if event["prospectId"]}
    return numbers + statistics.outcomes(world, pairs, replied)


def _last(world: World, events: list[Row]) -> str | None:
    """The moment of the last event as JavaScript writes it, in the zone of the default schedule."""
    if not events:
        return None
    name = world.default(world.schedules)["timezone"]
    here = zone(name)
    moment = datetime.fromisoformat(events[-1]["at"]).astimezone(here)
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    day = f"{_DAYS[moment.weekday()]} {_MONTHS[moment.month - 1]} {moment:%d %Y %H:%M:%S}"
    return f"{day} GMT{sign}{hours}:{rest:02d} ({'Etc/UTC' if here is UTC else name})"


# Not by strftime, whose names are in the language of the machine.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _yes(fact: object) -> str:
    return "Yes" if fact else "No"


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
