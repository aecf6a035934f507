"""Plans, reports and lists of imports, written for a terminal. Pure, except that tables ask for its width."""

from collections.abc import Iterable, Iterator
from typing import Any

from saleshandy_mcp.cli.support.calls_as_commands import as_command
from saleshandy_mcp.cli.support.output_forms.output import as_text
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, View, counted, time_words
from saleshandy_mcp.features.imports.check_import_status import ImportList
from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.features.imports.plan_rows import PlanRows
from saleshandy_mcp.features.imports.row_lines import (
    ReasonCount,
    RowLine,
    destination_line,
    has_reason,
    words_of_state,
)
from saleshandy_mcp.import_engine.ledger.deleting import Deletable
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.import_engine.ledger.states import JobState
from saleshandy_mcp.untrusted.one_line import one_line

_SHOWN = 10
_SENTENCE = 600
_ENDS_HERE = "The sandbox ends with this command, and so does the job."


def document(view: View, *, lasting: bool = True) -> dict[str, Any]:
    """A view as JSON data for a program; each proposed call is written as a command, where it can work.

    Args:
        view: what is written.
        lasting: whether jobs are kept when the command ends.
    """
    return _with_commands(view.model_dump(mode="json", exclude_none=True), view, lasting=lasting)


def _with_commands(dumped: dict[str, Any], view: View, *, lasting: bool) -> dict[str, Any]:
    for name in type(view).model_fields:
        value = getattr(view, name)
        if isinstance(value, NextCall) and lasting:
            dumped[name] = as_command(value)
        elif isinstance(value, NextCall):
            del dumped[name]
        elif isinstance(value, list):
            for part, inner in zip(dumped[name], value, strict=True):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - any list
                if isinstance(inner, View):
                    _with_commands(part, inner, lasting=lasting)
    return dumped


def job_rows(view: ImportPlan | PlanRows | ImportReport, form: str | None) -> Any:
    """The rows that a view of a job shows; as YAML, all of the view."""
    if form == "yaml":
        return document(view)
    match view:
        case PlanRows():
            return [_row(it) for it in view.listed]
        case ImportReport():
            return [_row(it) for it in view.trouble]
        case ImportPlan():
            return [_counted(view.to_send, "would be imported"), *_reasons("skipped", view.skipped_for)]


def plan(view: ImportPlan) -> str:
    """What an import would do."""
    if view.reading:
        return f"{_from(view)}: being read, {counted(view.rows, 'row')} so far (plan {view.job}). Nothing was sent."
    rows = [_counted(view.to_send, "would be imported"), *_reasons("skipped", view.skipped_for)]
    return _page(
        f"{_from(view)}: {counted(view.rows, 'row')}, plan {view.job}. Nothing was sent yet.",
        view.mails() or "Without --to, people are stored in the account and enrolled nowhere.",
        as_text(rows),
        *_columns(view),
        *(f"Mended, {it.words()}" for it in view.mended),
        *_samples(view),
        *(f"Note: {_ended(one_line(it, _SENTENCE))}" for it in view.warnings),
        *(
            f"Note: {it.job} ({one_line(it.source)}) stopped before its end. To continue it: {as_command(it.next)}"
            for it in view.stopped_jobs
        ),
        f"It takes about {time_words(view.seconds)}, in {counted(view.calls, 'call')}." if view.calls else None,
        view.kept(),
    )


def plan_rows(view: PlanRows) -> str:
    """A page of the rows of a plan."""
    if not view.total:
        return f"Plan {view.job} has no rows that {view.what()}. Nothing was sent."
    return _page(
        f"Rows of plan {view.job} that {view.what()}, {_of(len(view.listed), view.page, view.total)}:",
        as_text([_row(it) for it in view.listed]) if view.listed else None,
        f"More: {as_command(view.next)}" if view.next else None,
    )


def report(view: ImportReport, *, lasting: bool = True) -> str:
    """The results of a job, and what can be done about its rows in trouble, where the job is kept."""
    unknown = "is looked up when the import continues" if view.stopped else "cannot be proven"
    counts = (
        *_imported(view),
        *_reasons("refused", view.refused_for),
        *_reasons("skipped", view.skipped_for),
        *_one(view.in_progress, "in progress"),
        *_one(view.unknown, f"UNKNOWN: sent; what happened to them {unknown}"),
        *_one(view.not_sent, "not sent, because it stopped before"),
    )
    left_out = ", ".join(one_line(column) for column in view.columns_left_out)
    return _page(
        f"{_from(view)}: {counted(view.rows, 'row')}, job {view.job} {view.state}.",
        as_text(counts) if counts else None,
        *(line.strip() for line in view.crowd()),
        f"It stopped: {one_line(view.stopped, _SENTENCE)}." if view.stopped else None,
        f"Columns left out: {left_out}" if left_out else None,
        *_verification(view),
        *_trouble(view),
        *(_next_steps(view) if lasting else [_ENDS_HERE]),
    )


def jobs(view: ImportList) -> str:
    """The list of jobs."""
    rows = [
        {
            "job": it.job,
            "state": it.state,
            "imported": f"{it.imported:,} of {it.rows:,}",
            "from": one_line(it.source),
            "to": one_line(it.sequence) if it.sequence else "the account",
            "made (UTC)": it.made.replace("T", " "),
        }
        for it in view.jobs
    ]
    return _page(
        as_text(rows) if rows else "Nothing was imported from this machine with this key yet.",
        *(
            f"{one_line(it.job)} ({one_line(it.source)}) cannot be read in the import ledger and is set aside: "
            f"{one_line(it.trouble)}"
            for it in view.damaged
        ),
        f"{view.total:,} in all: --page shows more." if view.next else None,
        f"One of them: saleshandy-mcp jobs show {view.jobs[0].job}" if view.jobs else None,
    )


def deletion(found: list[Deletable]) -> str:
    """What is lost when jobs are deleted from this machine."""
    plans = [it for it in found if it.state is JobState.PLANNED]
    ended = [it for it in found if it.state is not JobState.PLANNED]
    kinds = (
        (plans, "plan that nobody started", "plans that nobody started"),
        (ended, "import that has ended", "imports that have ended"),
    )
    parts = [
        f"{counted(len(some), one, many)} ({counted(sum(it.rows for it in some), 'row')})"
        for some, one, many in kinds
        if some
    ]
    later = "\nAfter that, their people no longer count as imported before, and may be imported again." if ended else ""
    rows = [{"job": it.id, "state": it.state, "rows": f"{it.rows:,}", "from": one_line(it.source)} for it in found]
    more = f"\n… and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else ""
    return f"{as_text(rows[:_SHOWN])}{more}\n\nTo be deleted from this machine: {', '.join(parts)}.{later}"


def _page(*parts: str | None) -> str:
    """The parts that are not empty. Tables have an empty line around them, except after a line that ends in a colon."""
    text = ""
    for part in filter(None, parts):
        table = "\n" in part
        text += "\n" if table and not text.endswith((":\n", "\n\n")) and text else ""
        text += f"{part}\n\n" if table else f"{part}\n"
    return text.rstrip("\n")


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("?", ".")) else f"{sentence}."


def _from(view: ImportPlan | ImportReport) -> str:
    return destination_line(view.source, view.sequence, view.step)


def _counted(number: int, what: str) -> dict[str, str]:
    return {"rows": f"{number:,}", "what becomes of them": what}


def _one(number: int, what: str) -> list[dict[str, str]]:
    return [_counted(number, what)] if number else []


def _imported(view: ImportReport) -> Iterator[dict[str, str]]:
    yield from _one(view.new, "imported: new")
    yield from _one(view.there_already, "imported: there already")
    not_read = ": new or stored before; this was not checked" if view.finished else ""
    yield from _one(view.new_or_there, f"imported{not_read}")


def _reasons(what: str, reasons: list[ReasonCount]) -> list[dict[str, str]]:
    return [_counted(it.rows, f"{what}: {one_line(it.text)}" if it.text else what) for it in reasons]


def _columns(view: ImportPlan) -> Iterator[str]:
    if view.encoding:
        yield f"Read as {view.encoding}, which is a guess: check whether names are right."
    if view.preset:
        yield f"It looks like an export of {view.preset}."
    yield "Columns:"
    yield from (f"  {one_line(line, _SENTENCE)}" for line in view.mapping)
    if view.creates:
        yield f"New fields, made at the start: {', '.join(map(one_line, view.creates))}"


def _samples(view: ImportPlan) -> Iterator[str]:
    if view.samples:
        yield "The first rows, and how the copy reads:" if view.sequence else "The first rows:"
    for it in view.samples:
        yield f"  {one_line(it.stored['Email'])}"
        values = [f"{one_line(label)}: {one_line(value, 60)}" for label, value in it.stored.items() if label != "Email"]
        if values:
            yield f"    {' · '.join(values)}"
        if words := it.words():
            yield f"    {words}"


def _verification(view: ImportReport) -> Iterable[str]:
    if not view.verification:
        return
    counts = ", ".join(f"{number:,} {word}" for word, number in sorted(view.verification.items()))
    yield f"Verification, of {view.verification_of:,} looked at: {counts}. Saleshandy continues; ask again later."
    if view.waiting_for_ever:
        silent = ", ".join(map(one_line, view.waiting_for_ever))
        yield f"These get no mail, and Saleshandy does not say so: {silent}."


def _trouble(view: ImportReport) -> Iterable[str]:
    if view.finished or view.stopped or view.listed:
        what = words_of_state(view.listed) if view.listed else "not imported"
        shown = view.trouble[: None if view.listed else _SHOWN]
        if shown:
            yield f"Rows that are {what}, {_of(len(shown), view.page, view.trouble_rows)}:"
            yield as_text([_row(it) for it in shown])
        elif view.listed:
            yield f"No row is {what}."


def _of(shown: int, page: int, total: int) -> str:
    """``26-50 of 60``."""
    first = (page - 1) * PAGE_SIZE
    return f"{first + 1:,}-{first + shown:,} of {total:,}" if shown < total else f"{total:,} of {total:,}"


def _row(it: RowLine) -> dict[str, Any]:
    row = {"row": it.row, "email": it.email or "(no address)", "state": words_of_state(it.state)}
    return row | {"reason": one_line(it.text, 200)}


def _next_steps(view: ImportReport) -> Iterable[str]:
    if view.listed and view.next and view.finished:
        yield f"More: {as_command(view.next)}"
    if view.trouble_rows and (view.finished or view.stopped):
        yield f"All rows, as CSV: saleshandy-mcp jobs export {view.job} --output {view.job}.csv"
    if view.stopped:
        yield f"Continue from there: saleshandy-mcp jobs resume {view.job}"
    elif not view.finished:
        yield f"It is running; ask again: saleshandy-mcp jobs show {view.job}"
    elif view.refused and view.state is JobState.FINISHED:
        yield f"Refused rows can be sent again when the cause is fixed: saleshandy-mcp jobs resume {view.job}"
    elif view.unknown and view.state is JobState.FINISHED:
        again = f"saleshandy-mcp jobs resume {view.job} --again"
        yield f"Look for the unknown rows in Saleshandy first; to send them again: {again}"
    if has_reason(view.skipped_for, ReasonCode.IMPORTED_BEFORE):
        yield "To send rows that were imported before: saleshandy-mcp import … --again"
