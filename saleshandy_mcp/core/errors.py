"""What can go wrong with a call, by what it means for the caller.

::

    Mistake              what was asked for cannot be done as asked           not done
    └── Forbidden        the operator of this server stands against it
    SaleshandyError
    ├── NoKey            nothing to sign the call with                       not done
    ├── NotSent          the request never left: DNS, refused, TLS           not done
    ├── OutOfTime        the call that wanted it has had its time            not done
    ├── Refused          the API answered no                                 not done
    │   ├── BadKey       key missing, unknown or without the right
    │   ├── Throttled    too many calls; ``after`` seconds to wait
    │   └── Rejected     any other refusal, 501 included; ``code`` says which
    ├── Doubtful         sent, and no answer tells whether it was done       unknown
    │   ├── Broken       408 or 5xx
    │   └── Interrupted  timeout, reset, cut connection
    └── Unreadable       a 2xx that is not what the contract says            accepted

``executed`` says whether the world may have changed: "no", "unknown" or "yes".
``api.http.responses.from_response`` decides which of these an answer is.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.view import NextCall, Say, time_words

LONGEST_TOLD = 24 * 3600.0
"""Seconds. When an API asks to wait longer, that is no time to tell a person."""

Executed = Literal["no", "unknown", "yes"]


class Mistake(Exception):
    """What was asked for cannot be done as asked, and was not done.

    Args:
        wrong: what is wrong, naming the argument: 'steps[2].day: day 4 already has an email step'.
        remedy: what to do instead, in words; empty where that is clear.
        next: a call that helps; ``words`` writes it after the remedy.
    """

    def __init__(self, wrong: str, remedy: str = "", next: NextCall | None = None) -> None:  # noqa: A002 - what views call it, too
        super().__init__(wrong, remedy)
        self.wrong, self.remedy, self.next = wrong, remedy, next

    @property
    def what(self) -> str:
        """What is wrong, as a sentence."""
        return self.wrong if self.wrong.endswith((".", "!", "?")) else f"{self.wrong}."

    def way(self, say: Say) -> str:
        """What to do instead, as a sentence; ``say`` writes the call in the way its reader would make it."""
        if self.next is None:
            return self.remedy
        led = f"{self.remedy}: " if self.remedy else ""
        return f"{led}{say(self.next)}."

    def words(self, say: Say) -> str:
        """The whole mistake in one or two sentences."""
        return f"{self.what} {self.way(say)}".strip()


class Forbidden(Mistake):
    """The operator of this server stands against what was asked for."""


class SaleshandyError(Exception):
    """Any failure of a call to an API, be it Saleshandy's or that of the CRM beside it."""

    service: Service = Service.SALESHANDY
    """Whose API it was."""
    executed: ClassVar[Executed] = "no"
    next: NextCall | None = None
    """A call that tells more about the failure; None when there is none."""


class NoKey(SaleshandyError):
    """No API key is configured."""


class NotSent(SaleshandyError):
    """The request never left this machine."""


class OutOfTime(SaleshandyError):
    """The request was not started, because the call that it belongs to has had its time.

    Args:
        request: its name.
    """

    def __init__(self, request: str) -> None:
        super().__init__(f"the time that one call may take is over, and {request} was not started")


@dataclass
class Refused(SaleshandyError):
    """The API answered that it did not carry out the call.

    Attributes:
        status: the HTTP status.
        code: the API's own code (1001, 40100, ...); None when it gave none.
        reasons: its own words.
    """

    status: int
    code: int | None
    reasons: list[str]

    def __str__(self) -> str:
        return "; ".join(self.reasons) or f"HTTP {self.status}"


class BadKey(Refused):
    """The key was not accepted."""


@dataclass
class Throttled(Refused):
    """Too many calls: the API allows 20 a minute for each endpoint and 300 a minute for each key (as its support says).

    Attributes:
        after: seconds to wait, as the API or our own pacing says; None when neither says.
    """

    after: float | None = None

    @property
    def again(self) -> str:
        """When to try again: "in 40 seconds". A time that nobody can have meant is not repeated."""
        if not self.after:
            return "in a minute"
        return "later" if self.after > LONGEST_TOLD else f"in {time_words(self.after)}"


class Rejected(Refused):
    """The API will not do this, now or with these values."""


class Doubtful(SaleshandyError):
    """The request was sent, and it is not known whether it was carried out."""

    executed: ClassVar[Executed] = "unknown"


class Broken(Doubtful):
    """The API failed on its side: 408 or 5xx."""


class Interrupted(Doubtful):
    """The connection broke or the time ran out after the request had been sent."""


class Unreadable(SaleshandyError):
    """The API accepted the call, and its answer does not fit the contract."""

    executed: ClassVar[Executed] = "yes"
