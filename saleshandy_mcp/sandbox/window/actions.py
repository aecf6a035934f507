"""What the buttons of the window do."""

import math
from collections.abc import Mapping
from datetime import timedelta

from saleshandy_mcp.sandbox.http.app import Sandbox
from saleshandy_mcp.sandbox.window.next_event import next_event

LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
SPEEDS = {"0": "Stand still", "1": "As fast as here", "60": "A minute in a second", "3600": "An hour in a second"}
MANY = 1_000_000


class NotDone(Exception):
    """A button was pressed that there is not. The text says what there is."""


def move_clock(box: Sandbox, form: Mapping[str, str]) -> None:
    """Move time forward, or let it pass faster or slower."""
    to = form.get("to", "")
    if to == "next":
        box.state()
        coming = next_event(box.world)
        # A whole second, because a moment that is missed by rounding would be the next event for ever.
        seconds = math.ceil((coming.at - box.clock.now()).total_seconds()) if coming else 0
        box.clock.advance(max(0, seconds))
    elif to in LENGTHS:
        box.clock.advance(LENGTHS[to].total_seconds())
    elif form.get("speed", "") in SPEEDS:
        box.clock.speed = float(form["speed"])
    else:
        raise NotDone(
            f"The clock moves by {', '.join(LENGTHS)}, or to the next event; its speeds are {', '.join(SPEEDS)}."
        )


def set_fault(box: Sandbox, form: Mapping[str, str]) -> None:
    """Let calls go wrong, or go well again."""
    if form.get("off"):
        box.faults.clear(None if form["off"] == "all" else form["off"])
        return
    times, call = form.get("times", ""), form.get("call", "").strip()
    if times and not (times.isdecimal() and 0 < int(times[:9]) <= MANY):
        raise NotDone(f"How many calls go wrong is a number from 1 to {MANY:,}, or nothing for all.")
    try:
        box.faults.set(form.get("fault", ""), call or None, times=int(times) if times else None)
    except ValueError as error:
        raise NotDone(str(error)) from None


def set_limits(box: Sandbox, form: Mapping[str, str]) -> None:
    if form.get("on") not in {"yes", "no"}:
        raise NotDone("Rate limits are on or off: yes or no.")
    box.limits_on = form["on"] == "yes"


def reset(box: Sandbox, _: Mapping[str, str]) -> None:
    box.reset()


ACTIONS = {"clock": move_clock, "faults": set_fault, "limits": set_limits, "reset": reset}
"""Name in the address -> what it does."""
