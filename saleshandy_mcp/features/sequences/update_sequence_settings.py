"""How a sequence sends: its settings and its schedule, changed in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, validate_email

from saleshandy_mcp.api.resources.schedules import CreateSchedule, ListSchedules, Schedule
from saleshandy_mcp.api.resources.sequences import GetSequenceSettings, Sequence, SequenceSettings, Setting
from saleshandy_mcp.api.resources.sequences import UpdateSequencePriorityDistribution as UpdatePriority
from saleshandy_mcp.api.resources.sequences import UpdateSequenceSettings as UpdateSettings
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value
from saleshandy_mcp.core.view import NextCall, Say, View, call, counted
from saleshandy_mcp.features.sequences import sequence_settings as settings
from saleshandy_mcp.features.sequences.asking import ON_YES_WHILE_ACTIVE, the_sequence
from saleshandy_mcp.features.sequences.sending_hours import (
    Week,
    looks_like_hours,
    read_hours,
    schedule_in_words,
    week_of,
)
from saleshandy_mcp.features.sequences.sequence_settings import FlagName
from saleshandy_mcp.lookups.by_name import find_sequence, pick
from saleshandy_mcp.untrusted.one_line import one_line

Priority = Literal["follow_ups", "balanced", "new", "mostly_new"]

_CHANGEABLE = ("on", "off", "unsubscribe", "cc", "bcc", "priority", "schedule")
_FLAGS = [flag.name for flag in settings.FLAGS]


class ChangeLine(View):
    name: str
    before: str
    after: str


class ChangedSettings(View):
    """What was changed, and in ``not_done`` what of it was not, or may not have been, and why."""

    id: str
    sequence: str
    active: bool
    changed: list[ChangeLine]
    created_schedule: str | None = None
    not_done: list[str] = []
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        name = f"{one_line(self.sequence)} [{self.id}]"
        if not self.changed and not self.not_done:
            yield f"Nothing to change: {name} is set so already."
        else:
            yield f"{name}: changed {counted(len(self.changed), 'setting')}."
            yield from (f"{it.name}: {one_line(it.before, 300)} → {one_line(it.after, 300)}" for it in self.changed)
            yield f"Made the schedule {one_line(self.created_schedule)}." if self.created_schedule else None
            yield from (f"NOT DONE {one_line(it, 300)}" for it in self.not_done)
            yield "The sequence is active: what it sends from now on follows this." if self.active else None
        yield f"See it: {say(self.next)}"


@dataclass(frozen=True)
class Adjustment:
    """A change that has been looked at and may be made.

    Attributes:
        lines: all of it in words; what would stay as it is is not part of it.
        values: settings by code.
        schedule: another schedule, or the hours of one that has to be made first.
        priority: the number of another priority.
        recipients: addresses that would get copies from now on.
    """

    lines: list[ChangeLine]
    values: Mapping[int, str]
    schedule: Schedule | Week | None
    priority: int | None
    recipients: list[str]


class UpdateSequenceSettings(Action[ChangedSettings]):
    """Change a sequence's schedule (sending days, hours, time zone), tracking, stop on reply, unsubscribe link
    or cc/bcc. The user is asked first while it is active, and for new cc/bcc.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND})
    idempotent = True
    sequence: Annotated[str, Field(description="Title or id.")]
    on: Annotated[list[FlagName] | None, Field(description="Turn on.")] = None
    off: Annotated[list[str] | None, Field(description="Turn off; same words.")] = None
    unsubscribe: Annotated[str | None, Field(description="link, none or own text.")] = None
    cc: Annotated[list[str] | None, Field(description="[] clears.")] = None
    bcc: Annotated[list[str] | None, Field(description="[] clears.")] = None
    priority: Annotated[Priority | None, Field(description="Sent first.")] = None
    schedule: Annotated[str | None, Field(description='Name, id or "Mon-Fri 9:00-17:00 Europe/Berlin".')] = None

    async def prepare(self, context: Context) -> Prepared[ChangedSettings]:
        if all(getattr(self, name) is None for name in _CHANGEABLE):
            raise Mistake(
                "nothing to change was given",
                f"Give at least one of {', '.join(_CHANGEABLE)}. On or off can be: {', '.join(_FLAGS)}.",
            )
        if unknown := [name for name in self.off or [] if name not in _FLAGS]:
            raise Mistake(f'off: unknown setting "{unknown[0]}"', f"There is: {', '.join(_FLAGS)}.")
        copies = {name: _addresses(name, given) for name in ("cc", "bcc") if (given := getattr(self, name)) is not None}
        sequence = await find_sequence(context.api, self.sequence)
        now = await context.api.send(GetSequenceSettings(sequence_id=sequence.id))
        adjustment = await self._adjustment(context.api, now, copies)
        reaches = bool(adjustment.lines and (sequence.active or adjustment.recipients))
        return Prepared(
            partial(_adjust, context.api, sequence, adjustment),
            frozenset({Effect.SEND if reaches else Effect.WRITE}),
            _question(sequence, adjustment) if reaches else None,
        )

    async def _adjustment(self, api: Api, now: SequenceSettings, copies: dict[str, list[str]]) -> Adjustment:
        stored = settings.by_code(now.settings)
        wanted = settings.switched(stored, self.on or [], self.off or [])
        wanted |= settings.copying(copies)
        if self.unsubscribe is not None:
            wanted |= settings.unsubscribing(stored, self.unsubscribe)
        values = {code: value for code, value in wanted.items() if stored.get(code) != value}
        settings.refuse_conflicts(stored, values)
        lines = [ChangeLine(**change._asdict()) for change in settings.differences(stored, values)]
        before = next((settings.priority(it.id) for it in now.priority_distribution if it.active), "not told")
        priority = self.priority if self.priority != before else None
        schedule = await _schedule(api, self.schedule, now.schedule) if self.schedule is not None else None
        others = [
            ChangeLine(name="priority", before=before, after=priority) if priority else None,
            schedule.line if schedule else None,
        ]
        return Adjustment(
            lines=[*lines, *(line for line in others if line)],
            values=values if lines else {},
            schedule=schedule.target if schedule else None,
            priority=settings.PRIORITIES[priority] if priority else None,
            recipients=settings.new_recipients(stored, values),
        )


def _addresses(argument: str, given: list[str]) -> list[str]:
    found: list[str] = []
    for place, text in enumerate(given):
        try:
            found.append(validate_email(text)[1])
        except ValueError:
            raise Mistake(f'{argument}[{place}]: "{text}" is no email address', "Give plain addresses.") from None
    return list(dict.fromkeys(found))


class Rescheduling(NamedTuple):
    """Another schedule, or hours that none has yet."""

    target: Schedule | Week
    line: ChangeLine


async def _schedule(api: Api, wanted: str, now: Schedule | None) -> Rescheduling | None:
    """The change to the schedule that is meant; None when it is set already."""
    known = sorted(await api.send(ListSchedules()), key=lambda it: now is None or it.id != now.id)
    current = known[0] if now and known and known[0].id == now.id else now
    target = _meant(known, wanted, current)
    if isinstance(target, Schedule) and current and target.id == current.id:
        return None
    after = f"{target} (made new)" if isinstance(target, Week) else schedule_in_words(target)
    before = schedule_in_words(current) if current else "none"
    return Rescheduling(target, ChangeLine(name="schedule", before=before, after=after))


def _meant(known: list[Schedule], wanted: str, current: Schedule | None) -> Schedule | Week:
    """By name or id; by hours the first that has the same, which is the current one if it has."""
    named = any(wanted.strip().casefold() == it.name.casefold() for it in known)
    if named or not looks_like_hours(wanted):
        return pick(
            known,
            wanted,
            argument="schedule",
            identity=lambda it: it.id,
            names=lambda it: [it.name],
            lister=call("run_read_operation", operation="list_schedules"),
        )
    week = read_hours(wanted, timezone=current.timezone if current else None)
    # Where hours are not told the name tells them, if it was made here.
    return next((it for it in known if (week_of(it) or it.name) in (week, str(week))), week)


def _question(sequence: Sequence, adjustment: Adjustment) -> Question:
    """While it sends everything needs an agreement; while it is paused, only that others get copies of its mails."""
    items: list[Item] = [the_sequence(sequence)]
    items += [Value("each mail would also go to", ", ".join(adjustment.recipients))] * bool(adjustment.recipients)
    for line in adjustment.lines:
        items += [Body(f"{line.name} now", line.before, most=200), Body(f"{line.name} then", line.after, most=200)]
    items.append(Bound(f"{len(adjustment.values)} settings as they would be stored", dict(adjustment.values)))
    on_yes = (
        ON_YES_WHILE_ACTIVE if sequence.active else "On yes it is stored; mails follow it once the sequence is started."
    )
    return Question("Change how this sequence sends?", tuple(items), on_yes)


async def _adjust(api: Api, sequence: Sequence, adjustment: Adjustment) -> ChangedSettings:
    lines, not_done = adjustment.lines, list[str]()
    schedule = adjustment.schedule
    made = None
    if isinstance(schedule, Week):
        made = schedule = await api.send(
            CreateSchedule(name=str(schedule), timezone=schedule.timezone, time_slots=schedule.slots)
        )
    if adjustment.values or schedule:
        stored = [Setting(code=code, value=value) for code, value in adjustment.values.items()]
        await api.send(
            UpdateSettings(
                sequence_id=sequence.id, settings=stored or None, schedule_id=schedule.id if schedule else None
            )
        )
    if adjustment.priority:
        try:
            await api.send(UpdatePriority(sequence_id=sequence.id, priority_distribution_id=adjustment.priority))
        except SaleshandyError as error:
            if len(lines) == 1:
                raise
            lines = [line for line in lines if line.name != "priority"]
            unknown = "" if error.executed == "no" else "whether it was changed is unknown: "
            not_done.append(f"priority: {unknown}{error}")
    return ChangedSettings(
        id=sequence.id,
        sequence=sequence.title,
        active=sequence.active,
        changed=lines,
        created_schedule=f"{made.name} [{made.id}]" if made else None,
        not_done=not_done,
        next=NextCall.of("get_sequence", sequence=sequence.title),
    )
