"""The view of a plan: what would be imported. All counts come out of the ledger."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, Say, View, counted, time_words
from saleshandy_mcp.features.imports.copy_preview import filled, opening
from saleshandy_mcp.features.imports.import_request import Destination
from saleshandy_mcp.features.imports.mended_cells import MendedCells, mended_cells
from saleshandy_mcp.features.imports.row_lines import ReasonCount, counted_reasons, destination_line, reasons_line
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.records import JobRecord, PlanFacts
from saleshandy_mcp.import_engine.ledger.results import Results
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState, visible_job_state
from saleshandy_mcp.untrusted.one_line import one_line

_MOST_DOUBTS = 6
"""Kinds of doubt that are told: more are noise."""
_LOOKALIKE = (
    "address has letters of another script that look like Latin ones",
    "addresses have letters of another script that look like Latin ones",
)


class Sample(View):
    """A row as it would be stored, and how the step's copy would begin for this person."""

    stored: dict[str, str]
    subject: str
    body: str

    def lines(self, say: Say) -> Iterator[str]:
        del say
        values = [
            f"{one_line(label)}: {one_line(value, 60)}" for label, value in self.stored.items() if label != "Email"
        ]
        yield f"  {one_line(self.stored['Email'])} {' · '.join(values)}".rstrip()
        if words := self.words():
            yield f"    reads: {words}"

    def words(self) -> str:
        """How the copy begins: the subject quoted, and the first words of the body."""
        subject = f'"{one_line(self.subject)}"' if self.subject else ""
        return " ".join(part for part in (subject, one_line(self.body, 90)) if part)


class StoppedJob(View):
    """Another job that stopped before its end: somebody may not know."""

    job: str
    source: str
    next: NextCall


class ImportPlan(View):
    """What would be done; nothing was sent. ``to_send + skipped == rows``."""

    untrusted = True
    job: str
    source: str
    sequence: str
    step: int
    active: bool | None
    """Whether the sequence is sending now; None where people go into no sequence."""
    reading: bool
    """Whether its rows are still being read: then the counts are those so far."""
    rows: int
    to_send: int
    skipped: int
    skipped_for: list[ReasonCount]
    preset: str
    encoding: str
    mapping: list[str]
    left_out: list[str]
    mended: list[MendedCells]
    creates: list[str]
    samples: list[Sample]
    warnings: list[str]
    stopped_jobs: list[StoppedJob]
    calls: int
    seconds: int
    digest: str
    kept_until: str
    """The day on which it is deleted if nobody starts it; empty where it ends with this program."""
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        where = destination_line(self.source, self.sequence, self.step)
        rows = counted(self.rows, "row")
        if self.reading:
            yield f"{where}: being read, {rows} so far, job {self.job}. Nothing is sent. {say(self.next)}"
            return
        yield f"{where}: a plan of {rows}, job {self.job}. Nothing was sent."
        yield self.mails()
        yield f"  {self.to_send:,} would be imported · {self.skipped:,} skipped"
        yield reasons_line("skipped", self.skipped_for)
        yield f"Read as {self.encoding}, which is a guess: check whether names are right." if self.encoding else None
        yield f"It looks like an export of {self.preset}." if self.preset else None
        yield from (one_line(line, 600) for line in self.mapping)
        yield f"New fields, made at the start: {', '.join(map(one_line, self.creates))}" if self.creates else None
        for it in self.mended:
            yield from it.lines(say)
        for sample in self.samples:
            yield from sample.lines(say)
        yield from (f"Note: {one_line(warning, 300)}" for warning in self.warnings)
        for it in self.stopped_jobs:
            yield f"Note: {it.job} ({one_line(it.source)}) stopped before its end. To go on with it: {say(it.next)}"
        if self.calls:
            calls = counted(self.calls, "call")
            yield f"About {time_words(self.seconds)} in {calls}."
        yield self.kept()
        yield f"Start it: {say(self.next)}" if self.to_send else "There is nothing to import."

    def kept(self) -> str | None:
        """How long the plan is kept, in a sentence."""
        return f"It is kept until {self.kept_until} if nobody starts it." if self.kept_until else None

    def mails(self) -> str | None:
        """Whether importing mails the people, in a sentence; None where they go into no sequence."""
        if self.active is None:
            return None
        if self.active:
            return "The sequence is ACTIVE: these people would be mailed by its schedule."
        return "The sequence is paused: nobody is mailed until it is started."


def plan_of(record: JobRecord, destination: Destination, jobs: Jobs) -> ImportPlan:
    """The view of a job that was not started, with the other jobs that stopped."""
    return plan_view(
        record, destination, jobs.results(record.id), _stopped_jobs(record, jobs), jobs.keeping.until(record.made)
    )


def plan_view(
    record: JobRecord,
    destination: Destination,
    results: Results,
    stopped_jobs: Sequence[StoppedJob] = (),
    kept_until: datetime | None = None,
) -> ImportPlan:
    """The view of a job that was not started.

    Args:
        record: the job.
        destination: where its people go, as it is now.
        results: what is known of its rows.
        stopped_jobs: other jobs that stopped before their end.
        kept_until: when it is deleted if nobody starts it; None where that is not known.
    """
    facts = record.facts.plan
    counts = results.counts()
    reading = record.state is JobState.PLANNING
    return ImportPlan(
        job=record.id,
        source=record.source,
        sequence=record.target.sequence,
        step=record.target.step,
        active=destination.active if destination.sequence else None,
        reading=reading,
        rows=counts.total(),
        to_send=counts.total() - counts[RowState.SKIPPED],
        skipped=counts[RowState.SKIPPED],
        skipped_for=counted_reasons(results.reasons(RowState.SKIPPED)),
        preset=facts.preset,
        encoding=facts.encoding,
        mapping=facts.mapping,
        left_out=facts.left_out,
        mended=mended_cells(facts.mended),
        creates=facts.creates,
        samples=[_sample(row, facts.labels, destination) for row in facts.samples],
        warnings=_warnings(facts),
        stopped_jobs=list(stopped_jobs),
        calls=len(facts.batches),
        seconds=facts.seconds,
        digest=facts.digest[:12],
        kept_until=f"{kept_until:%Y-%m-%d}" if kept_until else "",
        next=NextCall.of("check_import_status" if reading else "import_prospects", job=record.id),
    )


def _sample(row: dict[str, str], labels: list[str], destination: Destination) -> Sample:
    subject, body = opening(destination.step.variants) if destination.step else ("", "")
    values, told = dict.fromkeys(labels, "") | row, destination.fallbacks
    return Sample(stored=row, subject=filled(subject, values, told), body=filled(body, values, told))


def _stopped_jobs(record: JobRecord, jobs: Jobs) -> list[StoppedJob]:
    return [
        StoppedJob(job=it.id, source=it.source, next=NextCall.of("import_prospects", job=it.id))
        for it in jobs.all()[:PAGE_SIZE]
        if it.id != record.id and visible_job_state(it.state, running=jobs.is_running(it.id)) is JobState.STOPPED
    ]


def _warnings(facts: PlanFacts) -> list[str]:
    lacking = [
        f"{counted(number, 'person has', 'people have')} no {label}, which the copy needs"
        for label, number in facts.lacking.items()
    ]
    ignored = [
        f'{counted(number, "person is", "people are")} imported although "{column}" says that they are out: '
        "you said ignore"
        for column, number in facts.ignored.items()
    ]
    doubtful = [
        f"{counted(number, 'address is', 'addresses are')} called {what}" for what, number in facts.doubtful.items()
    ]
    elsewhere = [
        f'{counted(number, "address is", "addresses are")} from "{column}", because there is no other in the row'
        for column, number in facts.elsewhere.items()
    ]
    flagged = [
        f"{counted(number, what[0], what[1])}: {', '.join(some)}{' …' if number > len(some) else ''}"
        for number, some, what in (
            (facts.roles_count, facts.roles, ("role address", "role addresses")),
            (facts.lookalikes_count, facts.lookalikes, _LOOKALIKE),
            (facts.own_count, facts.own, ("address at a domain of our own senders",) * 2),
        )
        if number
    ]
    changed = f"{counted(facts.changed, 'person was', 'people were')} imported before, with other values"
    sheet = f'only the sheet "{facts.sheet}" was read; others have rows, too'
    odd = [
        f"{counted(it.cells, 'value has', 'values have')} {it.what}, as row {it.samples[0].row}: {it.samples[0].before}"
        for it in facts.strange
    ]
    rest = [*([changed] if facts.changed else []), *([sheet] if facts.sheet else [])]
    return [*facts.notes, *ignored, *elsewhere, *doubtful[:_MOST_DOUBTS], *lacking, *flagged, *odd, *rest]
