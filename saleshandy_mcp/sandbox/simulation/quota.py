"""How many mails an email account may send in a day, and how fast.

Known: there is a daily limit, a gap of 60 to 190 seconds unless it is set, and a ramp that grows by a percentage each
day. Assumed: the day changes at midnight UTC. The ramp begins on the day it is set. Only mails of steps count. The gap
is also kept after the opening of a slot. An account that is not active has nothing left.
"""

from datetime import date, datetime, time, timedelta

from saleshandy_mcp.sandbox.simulation import seeded_random
from saleshandy_mcp.sandbox.simulation.slots import DAY, Slots
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

ACTIVE = 1
LEFT, DAILY = "available-quota", "daily-sending-limit"
GAP_FROM, GAP_TO = "sending-interval-min", "sending-interval-max"
RAMP_FIRST, RAMP_PERCENT = "ramp-up-initial-sending-limit", "ramp-up-percent"
SHORTEST_GAP, LONGEST_GAP = 60, 190


def new_outbox(limit: int) -> Row:
    return {"limit": limit, "rampFrom": None, "day": None, "today": 0, "total": 0, "last": None, "blocks": 0}


def outbox_of(world: World, account: Row) -> Row:
    return world.outboxes.setdefault(account["id"], new_outbox(_setting(account, LEFT, 0)))


def limit(account: Row, outbox: Row, day: date) -> int:
    """The limit of a day: the daily limit, or less when the ramp has not grown to it."""
    whole: int = outbox["limit"]
    first = _setting(account, RAMP_FIRST, 0)
    if outbox["rampFrom"] is None or not first:
        return whole
    growth = 1 + _setting(account, RAMP_PERCENT, 0) / 100
    allowed: float = first
    for _ in range((day - outbox["rampFrom"]).days):
        if allowed >= whole or growth == 1:
            break
        allowed *= growth
    return min(whole, round(allowed))


def left(world: World, account: Row) -> int:
    """How many mails the account may still send today."""
    outbox, today = outbox_of(world, account), world.clock.now().date()
    return max(0, limit(account, outbox, today) - _sent(outbox, today)) if account["status"] == ACTIVE else 0


def shown(world: World, account: Row) -> list[Row]:
    """The settings of an account as answers show them, with what is left today and the limit of a day.

    The limit was seen in one live answer; another client says that it is not told.
    """
    values = {LEFT: str(left(world, account))}
    shown = [{**entry, "value": values.get(entry["code"], entry["value"])} for entry in account["settings"]]
    whole = str(outbox_of(world, account)["limit"])
    return [*shown, {"id": hash_id("setting", account["id"], DAILY), "code": DAILY, "value": whole}]


def free_at(world: World, account: Row, slots: Slots, since: datetime, until: datetime) -> datetime | None:
    """The first moment from `since` to `until` at which the account may send in these slots; None if there is none."""
    outbox = outbox_of(world, account)
    pause, moment = _gap(world, account, outbox), since
    if not outbox["limit"]:
        return None
    if outbox["last"] is not None:
        moment = max(moment, outbox["last"] + pause)
    while moment <= until:
        slot = slots.after(moment, until)
        if slot is None:
            return None
        moment = max(moment, slot.opens + pause)
        if moment >= slot.closes:
            moment = slot.closes
        elif _sent(outbox, moment.date()) >= limit(account, outbox, moment.date()):
            moment = datetime.combine(moment.date() + DAY, time(), moment.tzinfo)
        else:
            return moment if moment <= until else None
    return None


def count(outbox: Row, moment: datetime) -> None:
    """Count a mail that goes out at this moment."""
    today = _sent(outbox, moment.date())
    total: int = outbox["total"]
    outbox |= {"day": moment.date(), "today": today + 1, "total": total + 1, "last": moment}


def _gap(world: World, account: Row, outbox: Row) -> timedelta:
    """The gap before the next mail."""
    ends = _setting(account, GAP_FROM, SHORTEST_GAP), _setting(account, GAP_TO, LONGEST_GAP)
    shortest, longest = min(ends), max(ends)
    number = seeded_random.number(world, "gap", account["id"], outbox["total"])
    return timedelta(seconds=shortest + number % (longest - shortest + 1))


def _sent(outbox: Row, day: date) -> int:
    return outbox["today"] if outbox["day"] == day else 0


def _setting(account: Row, code: str, default: int) -> int:
    value = next((entry["value"] for entry in account["settings"] if entry["code"] == code), None)
    return int(value) if value else default
