"""What is told of imports: a plan, a report, a list. All counts come out of the ledger."""

from typing import Literal

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import PAGE_SIZE, View, call, counted
from saleshandy_mcp.features.imports.copy_preview import filled, opening
from saleshandy_mcp.features.imports.import_request import Place, drawn_of
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.ledger import JobLine
from saleshandy_mcp.import_engine.ledger.states import TROUBLE, JobState, RowState
from saleshandy_mcp.import_engine.run.verification import look

States = Literal["imported", "refused", "skipped", "unknown", "not_sent"]


class RowLine(View):
    row: int
    email: str
    state: str
    reason: str


class Sample(View):
    """A row as it would be stored, and how the step's copy would begin for this person."""

    stored: dict[str, str]
    subject: str
    body: str


class ImportPlan(View):
    """What would be done; nothing has been sent. ``to_send + skipped == rows``."""

    untrusted = True
    job: str
    source: str
    sequence: str
    step: int
    reading: bool
    """Whether its rows are still being read: then the counts are those so far."""
    rows: int
    to_send: int
    skipped: int
    skipped_for: dict[str, int]
    preset: str
    encoding: str
    mapping: list[str]
    left_out: list[str]
    creates: list[str]
    samples: list[Sample]
    warnings: list[str]
    calls: int
    seconds: int
    digest: str
    next: str


class ImportReport(View):
    """``imported + refused + skipped + unknown + not_sent + in_progress == rows``, always."""

    untrusted = True
    job: str
    source: str
    sequence: str
    step: int
    state: str
    finished: bool
    stopped: str
    """Why it stopped before its end; it can go on."""
    waiting_for: str
    """What keeps a running one from going on."""
    rows: int
    imported: int
    refused: int
    skipped: int
    unknown: int
    not_sent: int
    in_progress: int
    refused_for: dict[str, int]
    skipped_for: dict[str, int]
    listed: str
    """Rows of which state ``trouble`` holds; empty for all that were not imported."""
    trouble: list[RowLine]
    trouble_rows: int
    page: int
    verification: dict[str, int]
    verification_of: int
    """How many of the imported addresses that counts."""
    waiting_for_ever: list[str]
    """Addresses found bad or risky, the first of them: Saleshandy does not mail them, and does not say so."""
    columns_left_out: list[str]
    request_ids: list[str]
    next: str | None


class JobSummary(View):
    job: str
    source: str
    sequence: str
    state: str
    rows: int
    imported: int
    made: str


class ImportList(View):
    jobs: list[JobSummary]
    total: int
    next: str | None


def plan_view(line: JobLine, place: Place, jobs: Jobs) -> ImportPlan:
    """A plan as an answer."""
    drawn, verdict = drawn_of(line), jobs.verdict(line.id)
    counts = verdict.counts()
    return ImportPlan(
        job=line.id,
        source=line.source,
        sequence=line.target.sequence,
        step=line.target.step,
        reading=line.state is JobState.PLANNING,
        rows=counts.total(),
        to_send=counts.total() - counts[RowState.SKIPPED],
        skipped=counts[RowState.SKIPPED],
        skipped_for=dict(verdict.reasons(RowState.SKIPPED).most_common()),
        preset=drawn.preset,
        encoding=drawn.encoding,
        mapping=drawn.mapping,
        left_out=drawn.left_out,
        creates=drawn.creates,
        samples=[_sample(row, drawn.labels, place) for row in drawn.samples],
        warnings=[*_warnings(line), *_stopped(line, jobs)],
        calls=len(drawn.batches),
        seconds=drawn.seconds,
        digest=drawn.digest[:12],
        next=call("import_prospects", job=line.id),
    )


async def report(
    line: JobLine, jobs: Jobs, context: Context, page: int = 1, state: States | None = None
) -> ImportReport:
    """The state of a job as an answer."""
    verdict = jobs.verdict(line.id)
    counts = verdict.counts()
    listed = (RowState(state),) if state else TROUBLE
    total = sum(counts[it] for it in listed)
    lines = verdict.lines(listed, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    checked = await look(jobs.ledger, line, context) if line.state is JobState.FINISHED and line.target.verify else None
    further = call("check_import_status", job=line.id, state=state, page=page + 1) if total > page * PAGE_SIZE else None
    stopped = _state(line, running=verdict.running) is JobState.STOPPED
    following = call("import_prospects", job=line.id) if stopped else further
    return ImportReport(
        job=line.id,
        source=line.source,
        sequence=line.target.sequence,
        step=line.target.step,
        state=JobState.STOPPED if stopped else line.state,
        finished=line.state in (JobState.FINISHED, JobState.ABANDONED),
        stopped=(line.note or "the program that ran it was ended") if stopped else "",
        waiting_for=line.note if verdict.running else "",
        rows=counts.total(),
        imported=counts[RowState.IMPORTED],
        refused=counts[RowState.REFUSED],
        skipped=counts[RowState.SKIPPED],
        unknown=counts[RowState.UNKNOWN],
        not_sent=counts[RowState.NOT_SENT],
        in_progress=counts[RowState.WAITING],
        refused_for=dict(verdict.reasons(RowState.REFUSED).most_common()),
        skipped_for=dict(verdict.reasons(RowState.SKIPPED).most_common()),
        listed=state or "",
        trouble=[RowLine(row=it.number, email=it.email, state=it.state, reason=it.reason) for it in lines],
        trouble_rows=total,
        page=page,
        verification=checked.counts if checked else {},
        verification_of=sum(checked.counts.values()) if checked else 0,
        waiting_for_ever=checked.silent if checked else [],
        columns_left_out=drawn_of(line).left_out,
        request_ids=jobs.requests(line.id),
        next=call("check_import_status", job=line.id) if verdict.running else following,
    )


def job_list(jobs: Jobs, page: int) -> ImportList:
    """The imports of this account, the newest first."""
    lines = jobs.all()
    shown = lines[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    summaries: list[JobSummary] = []
    for line in shown:
        verdict = jobs.verdict(line.id)
        counts = verdict.counts()
        summaries.append(
            JobSummary(
                job=line.id,
                source=line.source,
                sequence=line.target.sequence,
                state=_state(line, running=verdict.running),
                rows=counts.total(),
                imported=counts[RowState.IMPORTED],
                made=line.made[:16],
            )
        )
    more = len(lines) > page * PAGE_SIZE
    return ImportList(
        jobs=summaries, total=len(lines), next=call("check_import_status", page=page + 1) if more else None
    )


def _sample(row: dict[str, str], labels: list[str], place: Place) -> Sample:
    subject, body = opening(place.step.variants) if place.step else ("", "")
    values = dict.fromkeys(labels, "") | row
    return Sample(stored=row, subject=filled(subject, values), body=filled(body, values))


def _stopped(line: JobLine, jobs: Jobs) -> list[str]:
    """Jobs that did not come to their end: somebody may not know."""
    return [
        f"{it.id} ({it.source}) has stopped before its end; {call('import_prospects', job=it.id)} goes on"
        for it in jobs.all()[:PAGE_SIZE]
        if it.id != line.id and _state(it, running=jobs.alive(it.id)) is JobState.STOPPED
    ]


def _state(line: JobLine, *, running: bool) -> JobState:
    """As it is told: a job that nobody works on any more has stopped."""
    cut_short = line.state is JobState.RUNNING and not running
    return JobState.STOPPED if cut_short else line.state


def _warnings(line: JobLine) -> list[str]:
    drawn = drawn_of(line)
    lacking = [
        f"{counted(number, 'person has', 'people have')} no {label}, which the copy needs"
        for label, number in drawn.lacking.items()
    ]
    flagged = [
        f"{counted(number, what[0], what[1])}: {', '.join(some)}{' …' if number > len(some) else ''}"
        for number, some, what in (
            (drawn.roles_count, drawn.roles, ("role address", "role addresses")),
            (drawn.own_count, drawn.own, ("address at a domain of our own senders",) * 2),
        )
        if number
    ]
    changed = f"{counted(drawn.changed, 'person was', 'people were')} imported before, with other values"
    sheet = f'only the sheet "{drawn.sheet}" was read; others have rows, too'
    return [*lacking, *flagged, *([changed] if drawn.changed else []), *([sheet] if drawn.sheet else [])]
