"""Imports in text: counts that add up, reasons, rows."""

from saleshandy_mcp.server.render.base import lines, more, plain, render
from saleshandy_mcp.workflows.importing import ImportReport, RequestReport, RowLine
from saleshandy_mcp.workflows.view import call, counted


@render.register
def _(view: ImportReport) -> str:
    state = "" if view.finished else f", job {view.job} running"
    return lines(
        f"{plain(view.source)} → {plain(view.sequence)}, step {view.step}: {counted(view.rows, 'row')}{state}",
        "  " + " · ".join(_counts(view)),
        _why("refused", view.refused_for),
        _why("not sent", view.skipped_for),
        _verification(view),
        f"Columns left out, because no field has that label: {', '.join(map(plain, view.columns_left_out))}"
        if view.columns_left_out
        else None,
        *(f"Note: {plain(note, 300)}" for note in view.notes),
        *_rows(view.trouble, view.trouble_rows, view.page),
        f"Ask again: {view.next}. The job goes on meanwhile." if not view.finished else more(view.next),
        f"Job {view.job}, Saleshandy request {', '.join(view.request_ids) or 'none'}." if view.finished else None,
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
        *_rows(view.refused, view.refused_rows, view.page),
        more(view.next),
    )


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
    return f"  {word}: " + ", ".join(f"{number} {plain(reason)}" for reason, number in reasons.items())


def _verification(view: ImportReport) -> str | None:
    if not view.verification:
        return None
    counts = ", ".join(f"{number} {word}" for word, number in sorted(view.verification.items()))
    again = call("check_import_status", job=view.job)
    waiting = f" Addresses found bad wait silently: ask again later, {again}." if "pending" in view.verification else ""
    part = f" (of {view.verification_of:,} looked at)" if view.verification_of < view.imported else ""
    return f"Verification{part}: {counts}.{waiting}"


def _rows(rows: list[RowLine], total: int, page: int) -> list[str]:
    if not rows:
        return []
    head = f"Rows {(page - 1) * 25 + 1}-{(page - 1) * 25 + len(rows)} of {total} that were not imported:"
    return [head, *(f"  row {it.row} {plain(it.email) or '(no address)'}: {plain(it.reason, 200)}" for it in rows)]
