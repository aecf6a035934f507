"""Plans and verdicts of imports as a person reads them in a terminal. Pure but for the width of it."""

from collections.abc import Iterable
from typing import Any

from saleshandy_mcp.cli.commands import as_commands
from saleshandy_mcp.cli.output import as_text
from saleshandy_mcp.core.view import View, counted
from saleshandy_mcp.features.imports.import_views import ImportList, ImportPlan, ImportReport, RowLine
from saleshandy_mcp.server.render.base import plain

_SHOWN = 10
_SENTENCE = 600


def document(view: View) -> dict[str, Any]:
    """A view for a program: what comes next is a command here."""
    told = view.model_dump(mode="json", exclude_none=True)
    return told | ({"next": as_commands(told["next"])} if told.get("next") else {})


def plan(view: ImportPlan) -> str:
    """What would be done."""
    if view.reading:
        return f"{_from(view)}: being read, {counted(view.rows, 'row')} so far (plan {view.job}). Nothing was sent."
    rows = [_counted(view.to_send, "would be sent"), *_reasons("skipped", view.skipped_for)]
    return _page(
        f"{_from(view)}: {counted(view.rows, 'row')}, plan {view.job}. Nothing was sent yet.",
        None if view.sequence else "Without --to, people are stored in the account and enrolled nowhere.",
        as_text(rows),
        *_columns(view),
        *_samples(view),
        *(f"Note: {plain(it, _SENTENCE)}." for it in view.warnings),
        f"It takes about {_time(view.seconds)}, in {counted(view.calls, 'call')}." if view.calls else None,
    )


def report(view: ImportReport) -> str:
    """What became of a job, and what can be done about it."""
    unknown = "is looked up when it goes on" if view.stopped else "cannot be proven"
    counts = (
        *_one(view.imported, "imported (new or updated)"),
        *_reasons("refused", view.refused_for),
        *_reasons("skipped", view.skipped_for),
        *_one(view.in_progress, "in progress"),
        *_one(view.unknown, f"UNKNOWN: sent; what became of them {unknown}"),
        *_one(view.not_sent, "not sent, for it stopped before"),
    )
    left_out = ", ".join(plain(column) for column in view.columns_left_out)
    return _page(
        f"{_from(view)}: {counted(view.rows, 'row')}, job {view.job} {view.state}.",
        as_text(counts) if counts else None,
        f"It stopped: {plain(view.stopped, _SENTENCE)}." if view.stopped else None,
        f"Columns left out: {left_out}" if left_out else None,
        *_verification(view),
        *_trouble(view),
        *_further(view),
    )


def jobs(view: ImportList) -> str:
    """The jobs there are."""
    if not view.jobs:
        return "Nothing was imported from this machine with this key yet."
    rows = [
        {
            "job": it.job,
            "state": it.state,
            "imported": f"{it.imported:,} of {it.rows:,}",
            "from": plain(it.source),
            "to": plain(it.sequence) if it.sequence else "the account",
            "made (UTC)": it.made.replace("T", " "),
        }
        for it in view.jobs
    ]
    more = f"{view.total:,} in all: --page shows more." if view.next else None
    return _page(as_text(rows), more, f"One of them: saleshandy-mcp jobs show {view.jobs[0].job}")


def _page(*parts: str | None) -> str:
    """The parts that say something, with room around the tables; what ends in a colon stays with what it is about."""
    text = ""
    for part in filter(None, parts):
        table = "\n" in part
        text += "\n" if table and not text.endswith((":\n", "\n\n")) and text else ""
        text += f"{part}\n\n" if table else f"{part}\n"
    return text.rstrip("\n")


def _from(view: ImportPlan | ImportReport) -> str:
    where = f"{plain(view.sequence)}, step {view.step}" if view.sequence else "the account, in no sequence"
    return f"{plain(view.source)} → {where}"


def _counted(number: int, what: str) -> dict[str, str]:
    return {"rows": f"{number:,}", "what becomes of them": what}


def _one(number: int, what: str) -> list[dict[str, str]]:
    return [_counted(number, what)] if number else []


def _reasons(what: str, reasons: dict[str, int]) -> list[dict[str, str]]:
    return [_counted(number, f"{what}: {plain(reason)}" if reason else what) for reason, number in reasons.items()]


def _columns(view: ImportPlan) -> Iterable[str]:
    if view.encoding:
        yield f"Read as {view.encoding}, which is a guess: look whether names are right."
    if view.preset:
        yield f"It looks like an export of {view.preset}."
    yield "Columns:"
    yield from (f"  {plain(line, _SENTENCE)}" for line in view.mapping)
    if view.creates:
        yield f"New fields, made at the start: {', '.join(map(plain, view.creates))}"


def _samples(view: ImportPlan) -> Iterable[str]:
    if view.samples:
        yield "The first rows, and how the copy reads:" if view.sequence else "The first rows:"
    for it in view.samples:
        yield f"  {plain(it.stored['Email'])}"
        values = [f"{plain(label)}: {plain(value, 60)}" for label, value in it.stored.items() if label != "Email"]
        if values:
            yield f"    {' · '.join(values)}"
        words = " ".join(part for part in (f'"{plain(it.subject)}"' if it.subject else "", plain(it.body, 90)) if part)
        if words:
            yield f"    {words}"


def _time(seconds: int) -> str:
    return counted(seconds, "second") if seconds < 90 else counted(round(seconds / 60), "minute")


def _verification(view: ImportReport) -> Iterable[str]:
    if not view.verification:
        return
    counts = ", ".join(f"{number:,} {word}" for word, number in sorted(view.verification.items()))
    yield f"Verification, of {view.verification_of:,} looked at: {counts}. It goes on at Saleshandy; ask again later."
    if view.waiting_for_ever:
        yield f"These wait silently and get no mail: {', '.join(map(plain, view.waiting_for_ever))}."


def _trouble(view: ImportReport) -> Iterable[str]:
    if view.finished or view.stopped or view.listed:
        what = view.listed.replace("_", " ") or "not imported"
        shown = view.trouble[:_SHOWN]
        if shown:
            yield f"Rows that are {what}, {len(shown)} of {view.trouble_rows:,}:"
            yield as_text([_row(it) for it in shown])
        elif view.listed:
            yield f"No row is {what}."


def _row(it: RowLine) -> dict[str, Any]:
    row = {"row": it.row, "email": it.email or "(no address)", "state": it.state.replace("_", " ")}
    return row | {"reason": plain(it.reason, 200)}


def _further(view: ImportReport) -> Iterable[str]:
    if view.trouble_rows and (view.finished or view.stopped):
        yield f"All rows, as CSV: saleshandy-mcp jobs export {view.job} --output {view.job}.csv"
    if view.stopped:
        yield f"Go on from there: saleshandy-mcp jobs resume {view.job}"
    elif not view.finished:
        yield f"It is running; ask again: saleshandy-mcp jobs show {view.job}"
    elif view.refused and view.state == "finished":
        yield f"What was refused can be sent again once it is mended: saleshandy-mcp jobs resume {view.job}"
    elif view.unknown and view.state == "finished":
        again = f"saleshandy-mcp jobs resume {view.job} --again"
        yield f"Look for the unknown ones in Saleshandy; to send them once more: {again}"
    if any(reason.startswith("imported by") for reason in view.skipped_for):
        yield "Those imported before are sent once more with: saleshandy-mcp import … --again"
