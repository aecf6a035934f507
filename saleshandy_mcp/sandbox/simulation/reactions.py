"""What people do with mails of steps: open them, click, answer, leave, or never get them.

How often they do what is made up. Known: a mailbox is paused after five blocked mails. Assumed: they come in a row, and
say nothing of the person; any answer counts as a reply, those of machines too; most are sorted into an outcome within a
minute.
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
# By what is known of the address; one that nobody looked at is riskier than one found valid.
BOUNCED = {"valid": 0.01, "skip": 0.04, "risky": 0.2}
BOUNCE = "550 5.1.1 The email account that you tried to reach does not exist"
BLOCK = "550 5.7.1 Our system has detected that this message is likely unsolicited mail"
# A mailbox of this health is blocked by nobody, each point below it is one hundredth.
HEALTHY = 60
MOST_BLOCKS, SUSPENDED = 5, 2
TRACK_CLICKS, TRACK_OPENS = 4, 5
HOUR, MINUTE = 3600, 60

Plan = list[tuple[float, Row]]  # seconds after the mail, and what is recorded then


@cache
def texts() -> Row:
    """What people of the demo workspace write, and the outcomes there are."""
    return tomllib.loads(
        files("saleshandy_mcp.sandbox.simulation").joinpath("replies.toml").read_text(encoding="utf-8")
    )


@cache
def _more_texts() -> list[Row]:
    found: Row = tomllib.loads(
        files("saleshandy_mcp.sandbox.simulation").joinpath("answers.toml").read_text(encoding="utf-8")
    )
    return [*texts()["replies"], *found["replies"]]


def expect(world: World, mail: Row, at: datetime) -> None:
    """Put into the future what the person will do with this mail."""
    place = f"{mail['stepId']}/{mail['prospectId']}"
    draw = seeded_random.of(world, "reaction", place)
    for number, (seconds, what) in enumerate(_planned(world, mail, draw)):
        moment = at + timedelta(seconds=round(seconds))
        heappush(
            world.pending,
            (moment, f"{place}/{number}", {**what, "place": {name: mail[key] for name, key in PLACE.items()}}),
        )


def happen(world: World) -> bool:
    """The next of them; true if a mailbox may not send any more."""
    _, _, what = heappop(world.pending)
    kind, place, facts = what["kind"], what["place"], what["facts"]
    if kind == "prospect-unsubscribed":
        progress.unsubscribe(world, world.prospects[place["prospect_id"]], place)
        return False
    if kind == "prospect-outcome-updated" and (place["sequence_id"], place["prospect_id"]) in threads.changes(world):
        return False  # somebody has sorted it already
    events.record(world, kind, **place, **facts)
    return kind == "email-bounced" and _bounce(world, place, blocked=facts["reason"] == BLOCK)


def written(person: Row, entry: Row) -> str:
    """The text of an answer, as this person wrote it."""
    content = paragraphs(entry["text"]) if "text" in entry else entry.get("html", entry.get("plain", "")).strip()
    return content.replace("[first]", person["values"].get("First Name", ""))


def sorted_into(entry: Row) -> Row:
    return {"newOutcome": entry["outcome"], "oldOutcome": threads.UNCATEGORIZED, "dealValue": entry.get("deal", 0)}


PLACE = {
    "sequence_id": "sequenceId",
    "step_id": "stepId",
    "variant_id": "variantId",
    "prospect_id": "prospectId",
    "sender_id": "senderId",
}


def _planned(world: World, mail: Row, draw: Random) -> Plan:
    """Everything is drawn, then left out what cannot be: so settings change what they are about, and nothing else."""
    person, sender = world.prospects[mail["prospectId"]], world.email_accounts[mail["senderId"]]
    settings = world.sequences[mail["sequenceId"]]["settings"]
    block, bounce, opens, clicks, replies, leaves = (draw.random() for _ in range(6))
    health = HEALTHY if sender["healthScore"] is None else sender["healthScore"]
    if block < max(0, HEALTHY - health) / 100:
        return [(MINUTE * 0.9, _fact("email-bounced", reason=BLOCK))]
    world.outboxes[sender["id"]]["blocks"] = 0
    known = person["verificationStatus"]
    if bounce < BOUNCED.get(known, BOUNCED["valid"]):
        return [(90, _fact("email-bounced", reason=BOUNCE))]
    plan: Plan = _looks(draw, opens, clicks, mail, settings)
    if replies < REPLIED:
        plan += _answer(mail, person, draw, tracked=settings[TRACK_OPENS] == "1")
    elif leaves < LEFT and mailing.offers_leaving(settings):
        plan.append((9 * HOUR, _fact("prospect-unsubscribed")))
    return plan


def _looks(draw: Random, opens: float, clicks: float, mail: Row, settings: dict[int, str]) -> Plan:
    first = (0.1 + 8 * draw.random()) * HOUR
    plan: Plan = [(first, _fact("email-opened"))]
    while draw.random() < OPENED_AGAIN:
        plan.append(((9 + 30 * draw.random()) * HOUR, _fact("email-opened")))
    if opens >= OPENED:
        return []
    if settings[TRACK_OPENS] != "1":
        plan = []
    link = mailing.link_in(mail["facts"]["content"])
    if clicks < CLICKED and settings[TRACK_CLICKS] == "1" and link:
        plan.append((first + 20, _fact("email-link-clicked", link=link)))
    return plan


def _answer(mail: Row, person: Row, draw: Random, *, tracked: bool) -> Plan:
    entry = draw.choice(_more_texts())
    # A machine answers at once.
    seconds = MINUTE * 2 if entry.get("outcome") == "Out of Office" else (1 + 40 * draw.random() ** 2) * HOUR
    facts = {"subject": mailing.answering(mail["facts"]["subject"]), "content": written(person, entry)}
    plan: Plan = [(seconds, _fact("reply-received", **facts))]
    if tracked and entry.get("outcome") != "Out of Office":
        plan.append((seconds * 0.9, _fact("email-opened")))
    if "outcome" in entry:
        plan.append((seconds + MINUTE, _fact("prospect-outcome-updated", **sorted_into(entry))))
    return plan


def _bounce(world: World, place: Row, *, blocked: bool) -> bool:
    """What a bounce says about the person or the mailbox; true if it was one too many."""
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
    return True


def _fact(kind: events.Kind, **facts: object) -> Row:
    return {"kind": kind, "facts": facts}
