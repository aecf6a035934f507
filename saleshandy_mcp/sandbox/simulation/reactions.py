"""What people do with the mails of steps: open them, click, answer, unsubscribe. Some mails bounce.

The shares are invented. Known: an email account is paused after five blocked mails. Assumed: only blocks
in a row count, and a block says nothing about the person. Every answer counts as a reply, automatic ones too. Most
answers get an outcome within a minute.
"""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from heapq import heappop, heappush
from importlib.resources import files
from random import Random

from saleshandy_mcp.sandbox.simulation import events, mailing, progress, quota, seeded_random, threads
from saleshandy_mcp.sandbox.simulation.merge import paragraphs
from saleshandy_mcp.sandbox.world.tables import Row, World

OPENED, OPENED_AGAIN, CLICKED, REPLIED, LEFT = 0.52, 0.4, 0.16, 0.07, 0.02
# How often a mail bounces, by the verification status of the address.
BOUNCED = {"valid": 0.01, "skip": 0.04, "risky": 0.2}
BOUNCE = "550 5.1.1 The email account that you tried to reach does not exist"
BLOCK = "550 5.7.1 Our system has detected that this message is likely unsolicited mail"
# An account of this health is never blocked; each point below it is one blocked mail in a hundred.
HEALTHY = 60
MOST_BLOCKS, SUSPENDED = 5, 2
TRACK_CLICKS, TRACK_OPENS = 4, 5
HOUR, MINUTE = 3600, 60

Plan = list[tuple[float, Row]]
"""Seconds after the mail, and what is recorded then."""


@cache
def texts() -> Row:
    """The answers of people in the past of the demo workspace, and the outcomes."""
    return tomllib.loads(
        files("saleshandy_mcp.sandbox.simulation").joinpath("replies.toml").read_text(encoding="utf-8")
    )


@cache
def _more_texts() -> list[Row]:
    found: Row = tomllib.loads(
        files("saleshandy_mcp.sandbox.simulation").joinpath("answers.toml").read_text(encoding="utf-8")
    )
    return [*texts()["replies"], *found["replies"]]


def plan(world: World, mail: Row, at: datetime) -> None:
    """Decide what the person will do with a mail that was sent at this moment, and put it into `world.pending`."""
    place = f"{mail['stepId']}/{mail['prospectId']}"
    draw = seeded_random.of(world, "reaction", place)
    for number, (seconds, what) in enumerate(_planned(world, mail, draw)):
        moment = at + timedelta(seconds=round(seconds))
        heappush(
            world.pending,
            (moment, f"{place}/{number}", {**what, "place": {name: mail[key] for name, key in PLACE.items()}}),
        )


def carry_out_next(world: World) -> bool:
    """Make the next planned reaction happen. True when it has paused the email account."""
    _, _, what = heappop(world.pending)
    kind, place, facts = what["kind"], what["place"], what["facts"]
    if kind == "prospect-unsubscribed":
        progress.unsubscribe(world, world.prospects[place["prospect_id"]], place)
        return False
    if kind == "prospect-outcome-updated" and (place["sequence_id"], place["prospect_id"]) in threads.changes(world):
        return False  # somebody has set an outcome before
    events.record(world, kind, **place, **facts)
    return kind == "email-bounced" and _bounce(world, place, blocked=facts["reason"] == BLOCK)


def written(person: Row, entry: Row) -> str:
    """The HTML of an answer, signed with the first name of the person."""
    content = paragraphs(entry["text"]) if "text" in entry else entry.get("html", entry.get("plain", "")).strip()
    return content.replace("[first]", person["values"].get("First Name", ""))


def outcome_facts(entry: Row) -> Row:
    return {"newOutcome": entry["outcome"], "oldOutcome": threads.UNCATEGORIZED, "dealValue": entry.get("deal", 0)}


# Argument of `events.record` -> key of an event.
PLACE = {
    "sequence_id": "sequenceId",
    "step_id": "stepId",
    "variant_id": "variantId",
    "prospect_id": "prospectId",
    "sender_id": "senderId",
}


def _planned(world: World, mail: Row, draw: Random) -> Plan:
    """All numbers are drawn before any is used, so that a setting changes only the reactions that it is about."""
    person, sender = world.prospects[mail["prospectId"]], world.email_accounts[mail["senderId"]]
    settings = world.sequence_of(mail)["settings"]
    block, bounce, opens, clicks, replies, leaves = (draw.random() for _ in range(6))
    health = HEALTHY if sender["healthScore"] is None else sender["healthScore"]
    if block < max(0, HEALTHY - health) / 100:
        return [(MINUTE * 0.9, _fact("email-bounced", reason=BLOCK))]
    world.outboxes[sender["id"]]["blocks"] = 0
    known = person["verificationStatus"]
    if bounce < BOUNCED.get(known, BOUNCED["valid"]):
        return [(90, _fact("email-bounced", reason=BOUNCE))]
    planned: Plan = _looks(draw, opens, clicks, mail, settings)
    if replies < REPLIED:
        planned += _answer(mail, person, draw, tracked=settings[TRACK_OPENS] == "1")
    elif leaves < LEFT and mailing.offers_unsubscribing(settings):
        planned.append((9 * HOUR, _fact("prospect-unsubscribed")))
    return planned


def _looks(draw: Random, opens: float, clicks: float, mail: Row, settings: dict[int, str]) -> Plan:
    first = (0.1 + 8 * draw.random()) * HOUR
    planned: Plan = [(first, _fact("email-opened"))]
    while draw.random() < OPENED_AGAIN:
        planned.append(((9 + 30 * draw.random()) * HOUR, _fact("email-opened")))
    if opens >= OPENED:
        return []
    if settings[TRACK_OPENS] != "1":
        planned = []
    link = mailing.link_in(mail["facts"]["content"])
    if clicks < CLICKED and settings[TRACK_CLICKS] == "1" and link:
        planned.append((first + 20, _fact("email-link-clicked", link=link)))
    return planned


def _answer(mail: Row, person: Row, draw: Random, *, tracked: bool) -> Plan:
    entry = draw.choice(_more_texts())
    # An automatic answer comes at once.
    seconds = MINUTE * 2 if entry.get("outcome") == "Out of Office" else (1 + 40 * draw.random() ** 2) * HOUR
    facts = {"subject": mailing.reply_subject(mail["facts"]["subject"]), "content": written(person, entry)}
    planned: Plan = [(seconds, _fact("reply-received", **facts))]
    if tracked and entry.get("outcome") != "Out of Office":
        planned.append((seconds * 0.9, _fact("email-opened")))
    if "outcome" in entry:
        planned.append((seconds + MINUTE, _fact("prospect-outcome-updated", **outcome_facts(entry))))
    return planned


def _bounce(world: World, place: Row, *, blocked: bool) -> bool:
    """Mark the person as bounced, or count a block of the account. True when the block has paused the account."""
    if not blocked:
        world.prospects[place["prospect_id"]] |= {"bounced": True, "verificationStatus": "bad", "verifiedAt": None}
        return False
    outbox, account = world.outboxes[place["sender_id"]], world.email_accounts[place["sender_id"]]
    blocks: int = outbox["blocks"] + 1
    outbox["blocks"] = blocks
    if blocks < MOST_BLOCKS or account["status"] != quota.ACTIVE:
        return False
    account["status"], outbox["blocks"] = SUSPENDED, 0
    events.record(world, "email-account-paused", sender_id=account["id"], reason=BLOCK)
    _pause_without_sender(world, account["id"])
    return True


def _pause_without_sender(world: World, account_id: str) -> None:
    """Known: a sequence whose only mailbox is paused is paused, too. Assumed: also when the others are not active."""
    for sequence in world.all_sequences():
        senders = [world.email_accounts[id_] for id_ in sequence["emailAccountIds"]]
        able = any(it["status"] == quota.ACTIVE for it in senders)
        if sequence["active"] and account_id in sequence["emailAccountIds"] and not able:
            sequence["active"] = False
            events.record(world, "sequence-paused", sequence_id=sequence["id"])


def _fact(kind: events.Kind, **facts: object) -> Row:
    return {"kind": kind, "facts": facts}
