"""Exports of a sandbox into real files, and the rows in them."""

import csv
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from saleshandy_mcp.api.patience import PatientApi
from saleshandy_mcp.cli.support.output_forms.row_forms import CsvRows, JsonRows
from saleshandy_mcp.core.context import Context, silence
from saleshandy_mcp.features.exports.export_state import Asked, ExportState, Kind
from saleshandy_mcp.features.exports.next_run import next_run, refuse_impossible, state_in
from saleshandy_mcp.features.exports.run_export import Export
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import record
from saleshandy_mcp.sandbox.simulation.imports import new_prospect
from saleshandy_mcp.store.export_files import ExportFiles

Tell = Callable[[str], Awaitable[None]]
FORMS = {"csv": CsvRows(), "jsonl": JsonRows()}
KINDS: tuple[Kind, ...] = ("people", "events", "numbers", "inbox")


async def export(
    context: Context,
    path: Path,
    kind: Kind,
    *,
    since: str = "",
    sequences: tuple[str, ...] = (),
    form: Literal["csv", "jsonl"] = "jsonl",
    tell: Tell = silence,
) -> ExportState:
    """What the command does between its options and its last word."""
    asked, files = Asked(kind=kind, form=form, account="a", sequences=sequences), ExportFiles(path)
    refuse_impossible(asked, since)
    patient = replace(context, api=PatientApi(context.api, context.pause))
    state, source = await next_run(patient, asked, since, state_in(files))
    return await Export(source, FORMS[form], files, tell, context.now_there).run(state)


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file with JSON Lines, or of CSV."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ids(path: Path) -> list[str]:
    return [row["id"] for row in rows(path)]


def unique(values: Iterable[str]) -> set[str]:
    """The values as a set; none is there twice."""
    found = list(values)
    assert len(found) == len(set(found))
    return set(found)


def conversations(box: Sandbox, number: int) -> None:
    """So many more people of a sequence have got a mail and answered it, in the last minutes."""
    world = box.world
    sequence = next(iter(world.sequences))
    step = world.steps_of(sequence)[0]["id"]
    known = {event["prospectId"] for event in world.events}
    for minutes, person in enumerate([it for it in world.prospects if it not in known][:number], start=1):
        at, to = world.clock.now() - timedelta(minutes=minutes), world.prospects[person]["email"]
        place: dict[str, Any] = {"sequence_id": sequence, "step_id": step, "prospect_id": person, "at": at}
        record(world, "email-sent", **place, to=to, subject="Hello", content="Hello")
        record(world, "reply-received", **place, subject="Re: Hello", content="Yes")


def newcomers(box: Sandbox, number: int) -> None:
    """So many people are stored now."""
    for it in range(number):
        made = new_prospect(f"new{it}@lake.example.com", box.clock.now())
        box.world.prospects[made["id"]] = made


def more_sequences(box: Sandbox, number: int) -> None:
    """So many more sequences, in which nobody is."""
    example = next(iter(box.world.sequences.values()))
    for it in range(number):
        id_ = f"more{it:06}"
        box.world.sequences[id_], box.world.enrolments[id_] = {**example, "id": id_}, {}
