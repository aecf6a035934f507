"""Which run of an export comes next: the first, one that goes on, or one that adds what is new."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.exports.export_events import LATE, ExportEvents
from saleshandy_mcp.features.exports.export_inbox import ExportInbox
from saleshandy_mcp.features.exports.export_numbers import ExportNumbers
from saleshandy_mcp.features.exports.export_people import ExportPeople
from saleshandy_mcp.features.exports.export_source import NamedSequence, Scope, Source
from saleshandy_mcp.features.exports.export_state import LAST, Asked, ExportState, refuse_another
from saleshandy_mcp.features.reports.period import last_two_years
from saleshandy_mcp.lookups.by_name import all_sequences, pick_sequence
from saleshandy_mcp.store.export_files import ExportFiles


class Run(NamedTuple):
    """A run: from where it goes on, and what it reads."""

    state: ExportState
    source: Source


def refuse_impossible(asked: Asked, since: str) -> None:
    """Return when the API can tell what is asked for.

    Raises:
        Mistake: when it cannot.
    """
    if asked.kind == "people" and asked.sequences:
        raise Mistake("no call tells the people of a sequence", "Leave --sequence out, or export events.")
    if asked.kind == "numbers" and since not in ("", LAST):
        raise Mistake("numbers are totals of all time", "Leave --since out, or export events: each has its day.")
    if since not in ("", LAST):
        try:
            date.fromisoformat(since)
        except ValueError:
            raise Mistake(f'--since: "{since}" is neither a day such as 2026-03-15 nor "{LAST}"') from None


def state_in(files: ExportFiles) -> ExportState | None:
    """The state of the export that is there; None where there is none.

    Raises:
        Mistake: when files are there that are of no export, or are not as it left them.
    """
    kept = files.kept()
    if kept is None:
        files.refuse_foreign()
        return None
    state = ExportState.of_text(kept, str(files.state))
    if state.finished and (size := files.size()) != state.size:
        there = "is gone" if size is None else "is not as the export wrote it"
        raise Mistake(f"{files.path} {there}", f"Put it back, or choose another file. {files.state.name} tells of it.")
    return state


async def next_run(context: Context, asked: Asked, since: str, before: ExportState | None) -> Run:
    """The run that comes next.

    Args:
        context: what to work with.
        asked: what is asked for.
        since: the first day, ``last``, or "".
        before: the state of the export that is there; None where there is none.

    Raises:
        Mistake: when it cannot be made.
        SaleshandyError: when a call fails.
    """
    if before:
        refuse_another(before, asked, since)
        if not before.finished:
            source = _source(context, asked, before.scope)
            return Run(before.model_copy(update={"at": before.at and source.again(before.at)}), source)
    sequences = await _sequences(context.api, asked)
    began = context.now_there()
    if before:
        scope = Scope(began=began, first=_first_anew(asked, before.scope), sequences=sequences)
        source = _source(context, asked, scope)
        fresh = {"since": LAST, "scope": scope, "at": source.newer(before.read), "over": before.size, "finished": None}
        return Run(before.model_copy(update=fresh), source)
    first = date.fromisoformat(since) if since not in ("", LAST) else None
    _refuse_days(asked, first, began)
    if asked.kind == "events":
        first = first or _oldest(began)
    scope = Scope(began=began, first=first, sequences=sequences)
    source = _source(context, asked, scope)
    return Run(ExportState(asked=asked, since=since, scope=scope, at=await source.begin()), source)


def _first_anew(asked: Asked, before: Scope) -> date | None:
    """The first day of a run that adds what is new. What has a day is read a little further back, once more."""
    if asked.kind != "events":
        return before.first
    late = before.began.astimezone(UTC).date() - LATE
    return max(before.first, late) if before.first else late


def _refuse_days(asked: Asked, first: date | None, now: datetime) -> None:
    if first is None:
        return
    if first > now.astimezone(UTC).date():
        raise Mistake(f"--since: {first} lies ahead")
    if asked.kind == "events" and first < (oldest := _oldest(now)):
        raise Mistake(f"--since: the API tells events of the last two years: from {oldest} on")


def _oldest(now: datetime) -> date:
    return last_two_years(now.astimezone(UTC))[1].first


async def _sequences(api: Api, asked: Asked) -> tuple[NamedSequence, ...]:
    if asked.kind == "people" or (asked.kind == "inbox" and not asked.sequences):
        return ()
    there = await all_sequences(api)
    chosen = [pick_sequence(there, name) for name in asked.sequences] if asked.sequences else there
    return tuple(dict.fromkeys(NamedSequence(it.id, it.title) for it in chosen))


def _source(context: Context, asked: Asked, scope: Scope) -> Source:
    oldest = _oldest(context.now_there())
    match asked.kind:
        case "people":
            return ExportPeople(context.api, scope.first)
        case "events":
            last = scope.began.astimezone(UTC).date()
            return ExportEvents(context.api, scope.sequences, scope.first or last, last, oldest)
        case "numbers":
            return ExportNumbers(context.api, scope.sequences, scope.began)
        case "inbox":
            return ExportInbox(context.api, scope.sequences, scope.first)
