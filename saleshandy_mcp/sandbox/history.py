"""What happened in the demo workspace before its Monday: mails, and what people did with them."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from random import Random
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from saleshandy_mcp.sandbox import events, threads
from saleshandy_mcp.sandbox.clock import BASE, iso
from saleshandy_mcp.sandbox.merge import merged, paragraphs
from saleshandy_mcp.sandbox.routes.channels import EMAIL
from saleshandy_mcp.sandbox.world import Row, World, hash_id

PAUSED_SINCE = BASE - timedelta(days=9)
UNREAD_SINCE = BASE - timedelta(days=5)
# In an active sequence, every so-manieth at the first step waits for the first mail.
EVERY_WAITING = 4
OPENED, OPENED_AGAIN, CLICKED = 0.52, 0.4, 0.16
SITE = "https://lanternworks.example.com/drafts"
BOUNCE = "550 5.1.1 The email account that you tried to reach does not exist"
SUSPENDED, DISCONNECTED = 2, 0


def add_history(world: World) -> None:
    """Fill the list of events, in the order of time, and the state of the inbox that follows from it."""
    data = _data()
    for entry in data["outcomes"]:
        row: Row = {"id": hash_id("outcome", entry["name"]), "name": entry["name"]}
        world.outcomes[row["id"]] = {**row, "isDefault": not entry.get("custom"), "sentiment": entry["sentiment"]}
    happened = _pauses(world)
    last_mails: list[Row] = []
    for sequence in world.sequences.values():
        for mails in _campaign(world, sequence):
            happened += mails
            happened += [reaction for mail in mails for reaction in _reactions(world, mail, last=mail is mails[-1])]
            last_mails.append(mails[-1])
    happened += _replies(world, last_mails, data["replies"])
    for entry in sorted(happened, key=lambda entry: entry["at"]):
        events.record(world, **entry)


@cache
def _data() -> Row:
    return tomllib.loads(files("saleshandy_mcp.sandbox").joinpath("replies.toml").read_text(encoding="utf-8"))


def _campaign(world: World, sequence: Row) -> list[list[Row]]:
    """For each person who was written to, the mails of the email steps up to where the person stands."""
    steps = world.steps_of(sequence["id"])
    variants = {step["id"]: world.variants_of(step["id"]) for step in steps if step["type"] == EMAIL}
    senders = [world.email_accounts[id_] for id_ in sequence["emailAccountIds"]]
    campaign: list[list[Row]] = []
    for number, (prospect_id, stands) in enumerate(world.enrolments[sequence["id"]].items()):
        person = world.prospects[prospect_id]
        place = next(index for index, step in enumerate(steps) if step["id"] == stands)
        left = person["bounced"] or person["unsubscribed"]
        if sequence["active"] and place == 0 and number % EVERY_WAITING == 0 and not left:
            continue
        mailed = [step for step in steps[: place + 1] if step["type"] == EMAIL]
        mails: list[Row] = []
        for step, moment in zip(mailed, _moments(world, sequence, steps, place, number), strict=True):
            of_step = variants[step["id"]]
            subject = mails[0]["subject"] if mails else ""
            mails.append(
                {
                    **_letter(person, senders[number % len(senders)], of_step[number % len(of_step)], subject, number),
                    "sequence_id": sequence["id"],
                    "at": moment,
                }
            )
        campaign.append(mails)
    return campaign


def _letter(person: Row, sender: Row, variant: Row, first_subject: str, turn: int) -> Row:
    """What was sent. A later mail without a subject goes on in the thread of the first."""
    signature = next(entry["value"] for entry in sender["settings"] if entry["code"] == "signature")
    # In those weeks the signatures linked to the site, or nobody could have clicked on anything.
    signature = signature.replace("Lanternworks", f'<a href="{SITE}">Lanternworks</a>', 1)
    values = {**person["values"], "Email": person["email"], "Signature": signature}
    subject = merged(variant["payload"]["subject"], values, turn)
    return {
        "kind": "email-sent",
        "step_id": variant["stepId"],
        "variant_id": variant["id"],
        "prospect_id": person["id"],
        "sender_id": sender["id"],
        "to": person["email"],
        "subject": subject or f"Re: {first_subject}",
        "content": merged(variant["payload"]["content"], values, turn),
        "newThread": bool(subject),
    }


def _moments(world: World, sequence: Row, steps: list[Row], place: int, number: int) -> list[datetime]:
    """When the mails up to this place went out: in the slots of the schedule, the last before the story ends."""
    until = BASE if sequence["active"] else PAUSED_SINCE
    stays = steps[place + 1]["absoluteDays"] - steps[place]["absoluteDays"] if place + 1 < len(steps) else 5
    began = until.date() - timedelta(days=steps[place]["absoluteDays"] - 1 + number % stays)
    days = [step["absoluteDays"] - 1 for step in steps[: place + 1] if step["type"] == EMAIL]
    schedule = world.schedules[sequence["scheduleId"]]
    while True:
        moments: list[datetime] = []
        for day in days:
            earliest = moments[-1].date() + timedelta(days=1) if moments else date.min
            planned = max(began + timedelta(days=day), earliest)
            moments.append(_in_schedule(schedule, planned, (number * 37 + day * 11) % 100 / 100))
        if moments[-1] < until:
            return moments
        began -= timedelta(days=1)


def _in_schedule(schedule: Row, day: date, share: float) -> datetime:
    """A moment in the slots of that day, or of the next one that has any; `share` says how late in them."""
    slots_of = {entry["day"]: entry["slots"] for entry in schedule["timeSlots"]}
    while not slots_of[day.isoweekday() % 7]:
        day += timedelta(days=1)
    slots = slots_of[day.isoweekday() % 7]
    whole, part = divmod(share * len(slots), 1)
    start, end = (timedelta(hours=m["hour"], minutes=m["minute"]) for m in _ends(slots[int(whole)]))
    seconds = int((start + (end - start) * part).total_seconds())
    return (datetime.combine(day, time(), zone(schedule["timezone"])) + timedelta(seconds=seconds)).astimezone(UTC)


def _ends(slot: Row) -> tuple[Row, Row]:
    return slot["start"], slot["end"]


def zone(name: str) -> tzinfo:
    """The time zone; on a machine without the database it is taken for UTC."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return UTC


def _reactions(world: World, mail: Row, *, last: bool) -> list[Row]:
    """What the person did with one mail. Who left did so after the last one."""
    person = world.prospects[mail["prospect_id"]]
    if last and person["bounced"]:
        return [_after(mail, "email-bounced", 0.02, reason=BOUNCE)]
    chance = Random(f"{mail['prospect_id']}/{mail['step_id']}")  # noqa: S311 - a story, not a secret
    leaves = last and person["unsubscribed"]
    if not leaves and chance.random() > OPENED:
        return []
    found = [_after(mail, "email-opened", 0.1 + 8 * chance.random())]
    while chance.random() < OPENED_AGAIN:
        found.append(_after(mail, "email-opened", 9 + 30 * chance.random()))
    if chance.random() < CLICKED:
        found.append(_after(mail, "email-link-clicked", 8.5, link=SITE))
    if leaves:
        found.append(_after(mail, "prospect-unsubscribed", 9))
    return found


def _replies(world: World, last_mails: list[Row], replies: list[Row]) -> list[Row]:
    """Each text once, evenly over the people who did not leave."""
    people = world.prospects
    left = {id_ for id_, row in people.items() if row["bounced"] or row["unsubscribed"]}
    stayed = [mail for mail in last_mails if mail["prospect_id"] not in left]
    found: list[Row] = []
    for number, entry in enumerate(replies):
        mail = stayed[number * len(stayed) // len(replies)]
        hours = 1 + number * 7 % 40
        reply = _after(
            mail, "reply-received", hours, subject=_answering(mail["subject"]), content=_text(world, mail, entry)
        )
        found += [_after(mail, "email-opened", hours * 0.9), reply, *_outcome(entry, reply)]
        _remember(world, entry, reply)
    return found


def _text(world: World, mail: Row, entry: Row) -> str:
    first = world.prospects[mail["prospect_id"]]["values"].get("First Name", "")
    content = paragraphs(entry["text"]) if "text" in entry else entry.get("html", entry.get("plain", "")).strip()
    return content.replace("[first]", first)


def _outcome(entry: Row, reply: Row) -> list[Row]:
    """Replies are sorted a minute after they came in; some are left as they are."""
    if "outcome" not in entry:
        return []
    change = {"kind": "prospect-outcome-updated", "at": reply["at"] + timedelta(minutes=1)}
    place = {key: reply[key] for key in ("sequence_id", "step_id", "prospect_id", "sender_id")}
    facts = {"newOutcome": entry["outcome"], "oldOutcome": threads.UNCATEGORIZED, "dealValue": entry.get("deal", 0)}
    return [{**change, **place, **facts}]


def _remember(world: World, entry: Row, reply: Row) -> None:
    """Old replies are read; what was answered stands in the box of sent mails."""
    thread_id = threads.thread_id(reply["sequence_id"], reply["prospect_id"])
    if reply["at"] < UNREAD_SINCE or "answer" in entry:
        world.read_at[thread_id] = iso(BASE)
    if "answer" in entry:
        sender = world.email_accounts[reply["sender_id"]]
        to = [world.prospects[reply["prospect_id"]]["email"]]
        at = min(reply["at"] + timedelta(hours=3), BASE)
        answer = {
            "senderId": sender["id"],
            "to": to,
            "subject": reply["subject"],
            "content": paragraphs(entry["answer"]),
        }
        threads.add_mail(world, "reply", at=iso(at), threadId=thread_id, **answer)


def _answering(subject: str) -> str:
    return subject if subject.startswith("Re: ") else f"Re: {subject}"


def _after(mail: Row, kind: events.Kind, hours: float, **facts: object) -> Row:
    """An event that a mail led to, some hours later, but always before the Monday begins."""
    place = {key: mail[key] for key in ("sequence_id", "step_id", "variant_id", "prospect_id", "sender_id")}
    late = timedelta(hours=hours)
    left: timedelta = BASE - timedelta(minutes=5) - mail["at"]
    # Of a mail of the last hours, things happen in the same order, only faster.
    return {"kind": kind, "at": mail["at"] + (late if late < left else left * (hours / (hours + 10))), **place, **facts}


def _pauses(world: World) -> list[Row]:
    """Why some sequences and mailboxes stand still."""
    paused = [row for row in world.sequences.values() if not row["active"] and world.enrolments[row["id"]]]
    at = PAUSED_SINCE
    return [
        *({"kind": "sequence-paused", "sequence_id": row["id"], "at": at} for row in paused),
        *(_mailbox("email-account-disconnected", row) for row in _accounts(world, DISCONNECTED)),
        *(_mailbox("email-account-paused", row) for row in _accounts(world, SUSPENDED)),
    ]


def _accounts(world: World, status: int) -> list[Row]:
    return [row for row in world.email_accounts.values() if row["status"] == status]


def _mailbox(kind: events.Kind, row: Row) -> Row:
    return {"kind": kind, "sender_id": row["id"], "at": PAUSED_SINCE}
