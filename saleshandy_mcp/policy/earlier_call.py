"""A call that was made before, and what is known of it. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Earlier:
    """A call that was made before.

    Attributes:
        id: of the record.
        call: the keyed digest of the tool and its arguments.
        tool: its name.
        began: when, in seconds of the clock.
        ended: when; 0.0 while it runs.
        state: running, done, refused, partial or unknown.
        adds: whether doing it again would do it twice.
        done: operations that were carried out.
        doubtful: operations of which that is not known.
        answer: text and facts of its answer, as JSON; empty when it is older than a minute.
        process: which one carried it out.
        warned: whether a call like it was turned back because of it.
    """

    id: int
    call: str
    tool: str
    began: float
    ended: float
    state: str
    adds: bool
    done: str
    doubtful: str
    answer: str
    process: int
    warned: bool

    @property
    def at(self) -> str:
        """When it was, for a person: ``2026-11-27 14:03:05 UTC``."""
        return f"{datetime.fromtimestamp(self.began, UTC):%Y-%m-%d %H:%M:%S} UTC"

    @property
    def unsettled(self) -> bool:
        """Whether it was cut short, or ended without an answer."""
        return self.state in ("unknown", "partial")

    def words(self) -> str:
        """What is known of it, in a sentence."""
        if self.state == "partial":
            return (
                f"{self.tool} at {self.at} was cut short: {self.done} was done, and what would have followed was not."
            )
        done = f" Done before: {self.done}." if self.done else ""
        open_ = f"whether {self.doubtful} was carried out is unknown"
        return f"{self.tool} at {self.at} ended without an answer: {open_}.{done}"
