"""The rules of the operator: limits that no agreement lifts, read from a small TOML file when a program starts.

A file that is not understood stops the start: the operator would otherwise believe in a rule that does not work.
"""

import re
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from saleshandy_mcp.core.errors import Forbidden

FILE = "rules.toml"
"""Its usual name, in the data folder."""
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_MOST = 1_000_000_000


class Span(NamedTuple):
    """Hours of a day. The end belongs to the next day when it is before the start.

    Attributes:
        start: the first minute of them.
        end: the minute after them; None for midnight.
    """

    start: time
    end: time | None

    def holds(self, moment: time) -> bool:
        """Whether a moment of a day is in them."""
        if self.end is None:
            return moment >= self.start
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def _span(text: str) -> str:
    found = _SPAN.fullmatch(text)
    if not found or text[:5] == text[6:]:
        raise ValueError('write hours as "20:00-07:00", and a whole day as "00:00-24:00"')
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("write a bare name in small letters, such as hooks.example.com")
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        if not available_timezones():
            raise ValueError("this system has no list of time zones; it comes with: pip install tzdata") from None
        raise ValueError("write the name of a time zone, such as Europe/Berlin") from None
    return text


def _named(text: str) -> str:
    if not text.strip():
        raise ValueError("write the title or the id of a sequence")
    return text


_Count = Annotated[int | None, Field(ge=0, le=_MOST)]
_Hosts = list[Annotated[str, AfterValidator(_host)]] | None


class Rules(BaseModel):
    """What the operator has written. A key that is left out limits nothing; an empty list allows nothing.

    Attributes:
        recipients_per_start: how many people may be in a sequence that is started.
        new_recipients_a_day: how many people may be put into sequences within 24 hours.
        replies_an_hour: how many addresses may be mailed at once within an hour.
        credits_a_day: how many credits may be spent within 24 hours.
        webhook_hosts: the hosts that webhooks may lead to.
        mailbox_hosts: the hosts of mailboxes that may be connected.
        copy_domains: the domains of addresses that may get copies of mails.
        quiet_hours: hours in which nothing is done that reaches people.
        time_zone: of these hours.
        never_start: titles or ids of sequences that are never started.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
    recipients_per_start: _Count = None
    new_recipients_a_day: _Count = None
    replies_an_hour: _Count = None
    credits_a_day: Annotated[float | None, Field(ge=0, le=_MOST)] = None
    webhook_hosts: _Hosts = None
    mailbox_hosts: _Hosts = None
    copy_domains: _Hosts = None
    quiet_hours: list[Annotated[str, AfterValidator(_span)]] = []
    time_zone: Annotated[str | None, AfterValidator(lambda text: text and _zone(text))] = None
    never_start: list[Annotated[str, AfterValidator(_named)]] = []
    _file: str = PrivateAttr(default=FILE)

    @model_validator(mode="after")
    def _hours_have_a_zone(self) -> Self:
        if bool(self.quiet_hours) != bool(self.time_zone):
            raise ValueError("quiet_hours and time_zone go together: give both")
        return self

    @classmethod
    def read(cls, path: Path) -> Self:
        """The rules of a file.

        Raises:
            ValueError: when it cannot be read or holds anything that is not known; the message says what, in a
                sentence.
        """
        try:
            stated = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ValueError(f"the rules in {path} cannot be read ({error.strerror})") from None
        except ValueError as error:
            raise ValueError(f"the rules in {path} are no TOML: {error}") from None
        try:
            rules = cls.model_validate(stated)
        except ValidationError as error:
            raise ValueError(f"the rules in {path} are not understood: {_first(error)}") from None
        rules._file = str(path)  # noqa: SLF001 - of the same class
        return rules

    @property
    def spans(self) -> list[Span]:
        """The quiet hours."""
        return [Span(_minute(it[:5]), None if it.endswith("24:00") else _minute(it[6:])) for it in self.quiet_hours]

    def refusal(self, rule: str, why: str, value: Any = None) -> "RuleRefused":
        """The error that says which rule stands against a call, with its value, and who can change it."""
        stated = getattr(self, rule) if value is None else value
        return RuleRefused(rule, f"the operator's rule {rule} = {_written(stated)} forbids it: {why}", self._file)


def _minute(text: str) -> time:
    return time.fromisoformat(text)


def _written(value: Any) -> str:
    """A value as the file has it: ``100``, ``["a.example.com"]``."""
    if isinstance(value, list):
        return f"[{', '.join(_written(it) for it in value)}]"  # pyright: ignore[reportUnknownVariableType] - of any kind
    return f'"{value}"' if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


class RuleRefused(Forbidden):
    """A rule of the operator stands against a call.

    Attributes:
        rule: which one.
    """

    def __init__(self, rule: str, why: str, file: str) -> None:
        super().__init__(why, f"Only the operator of this server can change that, in {file}. It is read at the start.")
        self.rule = rule


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, in words."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"there is no rule {where}; there are {', '.join(Rules.model_fields)}"
    words = first["msg"].removeprefix("Value error, ")
    return f"{where}: {words}" if where else words
