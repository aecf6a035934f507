"""Moments by the wall clock, which people and programs set forward and back. Pure.

Where the clock was set back since a moment, nobody knows how long ago that was: it counts as long ago.
"""

SET_RIGHT = 60.0
"""Seconds that a moment may lie ahead: clocks are set right by little all the time."""


def lately(seconds: float, now: float) -> tuple[float, float]:
    """The moments since which less than so many seconds have gone by: those after the first, up to the second."""
    return now - seconds, now + SET_RIGHT


def is_lately(moment: float, seconds: float, now: float) -> bool:
    """Whether less than so many seconds have gone by since a moment."""
    first, last = lately(seconds, now)
    return first < moment <= last
