"""Imports in text: plans, counts that add up, reasons, rows."""

from saleshandy_mcp.core.view import call, counted
from saleshandy_mcp.features.imports.import_prospects import RequestReport
from saleshandy_mcp.features.imports.import_views import ImportList, ImportPlan, ImportReport, JobSummary, RowLine
from saleshandy_mcp.server.render.base import lines, more, plain, render

_REQUESTS = 3


@render.register
def _(view: ImportPlan) -> str:
    if view.reading:
        again = call("check_import_status", job=view.job)
        return (
            f"{_from(view)}: being read, {counted(view.rows, 'row')} so far, job {view.job}. Nothing is sent. {again}"
        )
    return lines(
        f"{_from(view)}: a plan of {counted(view.rows, 'row')}, job {view.job}. Nothing was sent.",
        f"  {view.to_send:,} would be sent · {view.skipped:,} not",
        _why("not sent", view.skipped_for),
        f"Read as {view.encoding}, which is a guess: look whether names are right." if view.encoding else None,
        f"It looks like an export of {view.preset}." if view.preset else None,
        *(plain(line, 600) for line in view.mapping),
        f"New fields, made at the start: {', '.join(map(plain, view.creates))}" if view.creates else None,
        *(line for it in view.samples for line in _sample(it.stored, it.subject, it.body)),
        *(f"Note: {plain(warning, 300)}" for warning in view.warnings),
        f"About {_time(view.seconds)} in {counted(view.calls, 'call')}. Plan {view.digest}." if view.calls else None,
        f"Start it: {view.next}" if view.to_send else "There is nothing to send.",
    )


@render.register
def _(view: ImportReport) -> str:
    state = "" if view.finished else f", job {view.job} {view.state}"
    requests = ", ".join(view.request_ids[:_REQUESTS]) + (" …" if len(view.request_ids) > _REQUESTS else "")
    return lines(
        f"{_from(view)}: {counted(view.rows, 'row')}{state}",
        "  " + " · ".join(_counts(view)),
        _why("refused", view.refused_for),
        _why("not sent", view.skipped_for),
        "  Those imported before are sent again with again=true."
        if any(reason.startswith("imported by") for reason in view.skipped_for)
        else None,
        f"  waiting, and trying again: {plain(view.waiting_for, 300)}" if view.waiting_for else None,
        f"It stopped: {plain(view.stopped, 300)}." if view.stopped else None,
        _verification(view),
        f"Columns left out: {', '.join(map(plain, view.columns_left_out))}" if view.columns_left_out else None,
        *_rows(view.trouble, view.trouble_rows, view.page, view.listed),
        _next(view),
        f"Job {view.job}, Saleshandy request {requests or 'none'}." if view.finished else None,
    )


@render.register
def _(view: RequestReport) -> str:
    if not view.completed:
        return f"Import {view.request_id} has not ended yet. Ask again in some seconds."
    if not view.refused_rows:
        return f"Import {view.request_id} has ended; no row was refused. How many rows it had is not known here."
    return lines(
        f"Import {view.request_id} has ended and refused {counted(view.refused_rows, 'row')}; "
        "how many it had in all is not known here.",
        *_rows(view.refused, view.refused_rows, view.page, "refused"),
        more(view.next),
    )


@render.register
def _(view: ImportList) -> str:
    if not view.jobs:
        return "No import was made from this machine yet. Start one: import_prospects."
    return lines(
        f"{counted(view.total, 'import')} from this machine, the newest first",
        *map(_summary, view.jobs),
        more(view.next) or f"One of them: {call('check_import_status', job=view.jobs[0].job)}",
    )


def _summary(job: JobSummary) -> str:
    goes_on = f" · go on: {call('import_prospects', job=job.job)}" if job.state == "stopped" else ""
    where = plain(job.sequence) if job.sequence else "account"
    return (
        f"{job.made} {plain(job.source)} → {where} [{job.job}] {job.state} · "
        f"{job.imported:,} of {counted(job.rows, 'row')} imported{goes_on}"
    )


def _from(view: ImportPlan | ImportReport) -> str:
    where = f"{plain(view.sequence)}, step {view.step}" if view.sequence else "the account, in no sequence"
    return f"{plain(view.source)} → {where}"


def _sample(stored: dict[str, str], subject: str, body: str) -> list[str]:
    values = " · ".join(f"{plain(label)}: {plain(value, 60)}" for label, value in stored.items() if label != "Email")
    words = " ".join(part for part in (f'"{plain(subject)}"' if subject else "", plain(body, 90)) if part)
    return [f"  {plain(stored['Email'])} {values}".rstrip(), *([f"    reads: {words}"] if words else [])]


def _time(seconds: int) -> str:
    return counted(seconds, "second") if seconds < 90 else counted(round(seconds / 60), "minute")


def _counts(view: ImportReport) -> list[str]:
    named = (
        (view.imported, "imported (new or updated)"),
        (view.refused, "refused by Saleshandy"),
        (view.skipped, "not sent"),
        (view.in_progress, "in progress"),
        (view.unknown, "UNKNOWN: sent, outcome not known; do not send again before looking"),
        (view.not_sent, "not sent because the import stopped"),
    )
    return [f"{number:,} {word}" for number, word in named if number] or ["nothing to send"]


def _why(word: str, reasons: dict[str, int]) -> str | None:
    if not reasons:
        return None
    return f"  {word}: " + ", ".join(f"{number:,} {plain(reason)}" for reason, number in reasons.items())


def _next(view: ImportReport) -> str | None:
    if view.stopped:
        return f"Go on from there: {view.next}"
    if not view.finished:
        return f"Ask again: {view.next}. The job goes on meanwhile."
    if view.next:
        return more(view.next)
    retry = call("import_prospects", job=view.job)
    return f"What was refused can be sent again once it is mended: {retry}" if view.refused else None


def _verification(view: ImportReport) -> str | None:
    if not view.verification:
        return None
    counts = ", ".join(f"{number:,} {word}" for word, number in sorted(view.verification.items()))
    part = f" (of {view.verification_of:,} looked at)" if view.verification_of < view.imported else ""
    silent = f" These wait silently and get no mail: {', '.join(map(plain, view.waiting_for_ever))}."
    still = view.verification.keys() & {"pending", "inProgress"} or view.verification_of < view.imported
    later = f" It goes on: {call('check_import_status', job=view.job)} later." if still else ""
    return f"Verification{part}: {counts}.{silent if view.waiting_for_ever else ''}{later}"


def _rows(rows: list[RowLine], total: int, page: int, listed: str) -> list[str]:
    if not rows:
        return []
    what = f"that are {listed.replace('_', ' ')}" if listed else "that were not imported"
    head = f"Rows {(page - 1) * 25 + 1}-{(page - 1) * 25 + len(rows)} of {total:,} {what}:"
    told = (f"  row {it.row} {plain(it.email) or '(no address)'}{_because(it.reason)}" for it in rows)
    return [head, *told]


def _because(reason: str) -> str:
    return f": {plain(reason, 200)}" if reason else ""
