"""``update_sequence_settings``: changes the settings, priority and schedule of a sequence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from pydantic import Field, validate_email

from saleshandy_mcp.api.resources.schedules import CreateSchedule, ListSchedules, Schedule
from saleshandy_mcp.api.resources.sequence_values import SequenceSettings, Setting
from saleshandy_mcp.api.resources.sequences import GetSequenceSettings, Sequence
from saleshandy_mcp.api.resources.sequences import UpdateSequencePriorityDistribution as UpdatePriority
from saleshandy_mcp.api.resources.sequences import UpdateSequenceSettings as UpdateSettings
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import READING, Effect, Facts, SequenceActive, effects_of
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Item, Question, Value, listing
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.sequences import sequence_settings as settings
from saleshandy_mcp.features.sequences.question_items import ON_YES_WHILE_ACTIVE, PAUSE_FIRST, sequence_item
from saleshandy_mcp.features.sequences.sending_hours import (
    Week,
    looks_like_hours,
    read_hours,
    schedule_in_words,
    week_of,
)
from saleshandy_mcp.features.sequences.sequence_settings import FlagName
from saleshandy_mcp.lookups.by_name import find_schedule, find_sequence
from saleshandy_mcp.untrusted.one_line import one_line

Priority = Literal["follow_ups", "balanced", "new", "mostly_new"]

_CHANGEABLE = ("on", "off", "unsubscribe", "cc", "bcc", "priority", "schedule")
_PRIORITY = "priority"
_FLAGS = [flag.name for flag in settings.FLAGS]


class ChangeLine(View):
    """One setting before and after, in words."""

    name: str
    before: str
    after: str


class ChangedSettings(View):
    """What was changed.

    Attributes:
        created_schedule: name and id of a schedule that was created for it.
        not_done: what was not changed, or may not have been, and why.
    """

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
            yield f"Nothing to change: {name} has these settings already."
        else:
            yield f"{name}: changed {counted(len(self.changed), 'setting')}."
            yield from (f"{it.name}: {one_line(it.before, 300)} → {one_line(it.after, 300)}" for it in self.changed)
            yield f"Made the schedule {one_line(self.created_schedule)}." if self.created_schedule else None
            yield from (f"NOT DONE {one_line(it, 300)}" for it in self.not_done)
            yield "The sequence is active: what it sends from now on follows this." if self.active else None
        yield f"See it: {say(self.next)}"


@dataclass(frozen=True)
class ScheduleChange:
    """Another schedule for the sequence.

    Attributes:
        target: the schedule; hours where it has to be created first.
        line: the change in words.
    """

    target: Schedule | Week
    line: ChangeLine


@dataclass(frozen=True)
class SettingsChange:
    """What a call would change.

    Attributes:
        lines: each change in words; empty when everything is set already.
        values: settings by code.
        schedule: another schedule.
        priority: the number of another priority.
        recipients: addresses that would get copies and get none now.
    """

    lines: list[ChangeLine]
    values: Mapping[int, str]
    schedule: ScheduleChange | None
    priority: int | None
    recipients: list[str]


class UpdateSequenceSettings(Action[ChangedSettings]):
    """Change a sequence's schedule (sending days, hours, time zone), tracking, stop on reply, unsubscribe link or
    cc/bcc. Asks first while it is active, and for cc/bcc.
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
        change = await self._change(context.api, now, copies)
        if not change.lines:
            return Prepared(partial(_apply, context.api, sequence, change), READING)
        facts: Facts = {SequenceActive(sequence.id): sequence.active}
        request = _settings_request(sequence, change)
        effects = effects_of(request.causes(), facts)
        return Prepared(
            partial(_apply, context.api, sequence, change),
            effects,
            _question(sequence, change) if Effect.SEND in effects else None,
            milder=PAUSE_FIRST if sequence.active else "Leave cc and bcc out.",
            uses=request.uses,
        )

    async def _change(self, api: Api, now: SequenceSettings, copies: dict[str, list[str]]) -> SettingsChange:
        stored = settings.by_code(now.settings)
        wanted = settings.switched(stored, self.on or [], self.off or [])
        wanted |= settings.copy_values(copies)
        if self.unsubscribe is not None:
            wanted |= settings.unsubscribe_values(stored, self.unsubscribe)
        values = {code: value for code, value in wanted.items() if stored.get(code) != value}
        settings.refuse_conflicts(stored, values)
        lines = [ChangeLine(**change._asdict()) for change in settings.differences(stored, values)]
        before = next((it.id for it in now.priority_distribution if it.active), None)
        priority = settings.PRIORITIES[self.priority] if self.priority else None
        if priority == before:
            priority = None
        schedule = await _schedule_change(api, self.schedule, now.schedule) if self.schedule is not None else None
        return SettingsChange(
            lines=[
                *lines,
                *([_priority_line(before, priority)] if priority else []),
                *([schedule.line] if schedule else []),
            ],
            values=values if lines else {},
            schedule=schedule,
            priority=priority,
            recipients=settings.new_recipients(stored, values),
        )


def _priority_line(before: int | None, after: int) -> ChangeLine:
    was = "not told" if before is None else settings.priority(before)
    return ChangeLine(name=_PRIORITY, before=was, after=settings.priority(after))


def _addresses(argument: str, given: list[str]) -> list[str]:
    found: list[str] = []
    for place, text in enumerate(given):
        try:
            found.append(validate_email(text)[1])
        except ValueError:
            raise Mistake(f'{argument}[{place}]: "{text}" is no email address', "Give plain addresses.") from None
    return list(dict.fromkeys(found))


async def _schedule_change(api: Api, wanted: str, now: Schedule | None) -> ScheduleChange | None:
    """The change to another schedule; None when the sequence has it already."""
    known = sorted(await api.send(ListSchedules()), key=lambda it: now is None or it.id != now.id)
    # The list tells the hours of a schedule, the settings of a sequence may not.
    current = known[0] if now and known and known[0].id == now.id else now
    target = _wanted_schedule(known, wanted, current)
    if isinstance(target, Schedule) and current and target.id == current.id:
        return None
    after = f"{target} (made new)" if isinstance(target, Week) else schedule_in_words(target)
    before = schedule_in_words(current) if current else "none"
    return ScheduleChange(target, ChangeLine(name="schedule", before=before, after=after))


def _wanted_schedule(known: list[Schedule], wanted: str, current: Schedule | None) -> Schedule | Week:
    """The schedule with this name, id or hours; the hours alone where no schedule has them.

    Args:
        known: all schedules. Of several with the same hours the first is taken.
        wanted: a name, an id, or hours.
        current: the schedule of the sequence; hours without a time zone are in its time zone.
    """
    named = any(wanted.strip().casefold() == it.name.casefold() for it in known)
    if named or not looks_like_hours(wanted):
        return find_schedule(known, wanted)
    week = read_hours(wanted, timezone=current.timezone if current else None)
    # A schedule that was created here has its hours as its name, which helps where the API does not tell the hours.
    return next((it for it in known if (week_of(it) or it.name) in (week, str(week))), week)


def _question(sequence: Sequence, change: SettingsChange) -> Question:
    """Asked for every change while the sequence is active; while it is paused only when copies go to somebody."""
    items: list[Item] = [sequence_item(sequence)]
    if change.recipients:
        items.append(listing("each mail would also go to", change.recipients))
    for line in change.lines:
        items += [Value(f"{line.name} now", line.before), Value(f"{line.name} then", line.after)]
    target = change.schedule.target if change.schedule else None
    stored = [
        dict(change.values),
        change.priority,
        target.model_dump(mode="json") if isinstance(target, Schedule) else target,
    ]
    items.append(Bound("all of it as it would be stored", stored))
    on_yes = (
        ON_YES_WHILE_ACTIVE if sequence.active else "On yes it is stored; mails follow it once the sequence is started."
    )
    return Question("Change how this sequence sends?", tuple(items), on_yes)


def _settings_request(sequence: Sequence, change: SettingsChange, schedule: Schedule | None = None) -> UpdateSettings:
    stored = [Setting(code=code, value=value) for code, value in change.values.items()]
    return UpdateSettings(
        sequence_id=sequence.id, settings=stored or None, schedule_id=schedule.id if schedule else None
    )


async def _give_priority(api: Api, sequence: Sequence, change: SettingsChange) -> None:
    if change.priority:
        await api.send(UpdatePriority(sequence_id=sequence.id, priority_distribution_id=change.priority))


async def _apply(api: Api, sequence: Sequence, change: SettingsChange) -> ChangedSettings:
    lines, not_done = change.lines, list[str]()
    schedule = change.schedule.target if change.schedule else None
    made = None
    if isinstance(schedule, Week):
        made = schedule = await api.send(
            CreateSchedule(name=str(schedule), timezone=schedule.timezone, time_slots=schedule.slots)
        )
    if change.values or schedule:
        await api.send(_settings_request(sequence, change, schedule))
    try:
        await _give_priority(api, sequence, change)
    except SaleshandyError as error:
        if len(lines) == 1:
            raise
        lines = [line for line in lines if line.name != _PRIORITY]
        unknown = "" if error.executed == "no" else "whether it was changed is unknown: "
        not_done.append(f"{_PRIORITY}: {unknown}{error}")
    return ChangedSettings(
        id=sequence.id,
        sequence=sequence.title,
        active=sequence.active,
        changed=lines,
        created_schedule=f"{made.name} [{made.id}]" if made else None,
        not_done=not_done,
        next=NextCall.of("get_sequence", sequence=sequence.title),
    )
