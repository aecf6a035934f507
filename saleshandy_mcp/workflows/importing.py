"""Importing people into a sequence, and telling the truth about what became of each row."""

from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.action import Action, Desk, Effect, Ready
from saleshandy_mcp.api.errors import Mistake, SaleshandyError
from saleshandy_mcp.api.fields import ListFields
from saleshandy_mcp.api.model import ConflictAction
from saleshandy_mcp.api.prospects import GetVerificationStatus
from saleshandy_mcp.imports import check, source
from saleshandy_mcp.imports.check import Checked
from saleshandy_mcp.imports.job import Job, RowState, Target
from saleshandy_mcp.imports.jobs import Jobs
from saleshandy_mcp.imports.run import completion, report_of, run
from saleshandy_mcp.workflows.active import while_active
from saleshandy_mcp.workflows.lookup import find_sequence, find_step, steps_of
from saleshandy_mcp.workflows.view import PAGE_SIZE, PageNumber, SequenceName, StepName, View, call, counted

MOST_INLINE = 200

_VERIFIED_AT_ONCE = 200
_VERIFIED_AT_MOST = 2000
_TROUBLE = (RowState.REFUSED, RowState.UNKNOWN, RowState.NOT_SENT, RowState.SKIPPED)


class RowLine(View):
    row: int
    email: str
    state: str
    reason: str


class ImportReport(View):
    """``imported + refused + skipped + unknown + not_sent + in_progress == rows``, always."""

    untrusted = True
    job: str
    source: str
    sequence: str
    step: int
    finished: bool
    rows: int
    imported: int
    refused: int
    skipped: int
    unknown: int
    not_sent: int
    in_progress: int
    refused_for: dict[str, int]
    skipped_for: dict[str, int]
    trouble: list[RowLine]
    trouble_rows: int
    page: int
    verification: dict[str, int]
    verification_of: int
    """How many of the imported addresses that counts: the first 2,000 at most."""
    columns_left_out: list[str]
    request_ids: list[str]
    notes: list[str]
    next: str | None


class RequestReport(View):
    """What can be told of an import that this server did not start: how many rows it had is not known here."""

    untrusted = True
    request_id: str
    completed: bool
    refused: list[RowLine]
    refused_rows: int
    page: int
    next: str | None


class ImportProspects(Action[ImportReport]):
    """Import or upload a list of people into a step of a sequence, from rows or a CSV file, and tell what became of
    each row. People already in another step of the sequence are refused by Saleshandy. Into an active sequence
    it means mailing them, so the user is asked first.
    """

    effect = Effect.SEND
    mildest = Effect.WRITE
    asks = True
    sequence: SequenceName
    step: StepName = "1"
    rows: Annotated[
        list[dict[str, str]] | None,
        Field(max_length=MOST_INLINE, description='Up to 200: {"Email": …, "First Name": …}, keys are field labels.'),
    ] = None
    file: Annotated[str | None, Field(description="CSV in the allowed folder, instead of rows; 10,000 rows.")] = None
    conflict_action: Annotated[
        ConflictAction,
        Field(
            description="For people already stored. overwrite: given values win; noUpdate: stored ones; "
            "addMissingFields: fills gaps; upsert: like overwrite, blanks clear."
        ),
    ] = "addMissingFields"
    verify: Annotated[bool, Field(description="Verify addresses; may use verification credits.")] = False
    tags: Annotated[list[str] | None, Field(description="For every row; at least 3 characters.")] = None

    @property
    def consequence(self) -> Effect:
        return Effect.SEND

    async def ready(self, desk: Desk) -> Ready[ImportReport]:
        table = self._table(desk)
        short = [tag for tag in self.tags or [] if len(tag) < 3]
        if short:
            raise Mistake(f'tags: "{short[0]}" is too short', "A tag has at least 3 characters.")
        sequence = await find_sequence(desk.api, self.sequence)
        step = find_step(await steps_of(desk.api, sequence), self.step, sequence)
        labels = [field.label for field in await desk.api.recent(ListFields(system_fields=True))]
        mapped, unknown = check.mapping(table.columns, labels)
        check.refuse_unmappable(unknown, labels, inline=self.file is None, mapped=mapped)
        checked = check.check(table, mapped)
        target = Target(
            sequence_id=sequence.id,
            sequence=sequence.title,
            step_id=step.id,
            step=step.number or 0,
            conflict_action=self.conflict_action,
            verify=self.verify,
            tags=self.tags,
        )

        async def go() -> ImportReport:
            job = Job.of(Jobs.new_id(), table.name, target, checked.rows, checked.skipped)
            job.left_out = unknown
            await _carry_out(job, desk)
            return await report(job, desk)

        facts = {
            "step": target.step_id,
            "rows": [row.values for row in checked.rows],
            "how": [target.conflict_action, target.verify, target.tags],
        }
        plan = while_active(sequence, _would(target, checked, table.name), facts)
        return Ready(go, plan if checked.rows else None)

    def _table(self, desk: Desk) -> source.Table:
        if (self.rows is None) == (self.file is None):
            raise Mistake("give either rows or file", "rows for up to 200 people, file for a CSV.")
        if self.file is not None:
            return source.read_csv(self.file, desk.folder)
        if not self.rows:
            raise Mistake("rows: the list is empty", "Give at least one row with an Email.")
        return source.inline(self.rows)


class CheckImportStatus(Action[ImportReport | RequestReport]):
    """Tell how an import stands: counts by outcome, and row by row why it was refused or not sent.
    A completed import may still have refused rows. Waits some seconds for one that is running.
    """

    effect = Effect.READ
    job: Annotated[str, Field(min_length=1, description="Job id from import_prospects, or a Saleshandy request id.")]
    page: PageNumber = 1

    async def run(self, desk: Desk) -> ImportReport | RequestReport:
        jobs: Jobs | None = desk.jobs
        job = jobs.get(self.job) if jobs else None
        if jobs and job:
            await jobs.wait(job, desk)
            return await report(job, desk, self.page)
        if self.job.startswith("imp_"):
            raise Mistake(
                f'job: "{self.job}" is not known here: jobs are kept as long as the server runs',
                "Give the Saleshandy request id that its report named, or look with find_prospects.",
            )
        return await self._of_request(desk)

    async def _of_request(self, desk: Desk) -> RequestReport:
        status = await completion(self.job, desk, patience=15, grace=0)
        try:
            refused = await report_of(status, desk) if status else []
        except ValueError as error:
            raise Mistake(f"job: {self.job} has ended, but {error}") from None
        lines = [RowLine(row=i, email=it.email, state="refused", reason=it.reason) for i, it in enumerate(refused, 1)]
        shown, further = _page(lines, self.page)
        return RequestReport(
            request_id=self.job,
            completed=status is not None,
            refused=shown,
            refused_rows=len(lines),
            page=self.page,
            next=call("check_import_status", job=self.job, page=self.page + 1) if further else None,
        )


async def report(job: Job, desk: Desk, page: int = 1) -> ImportReport:
    """The state of a job as an answer."""
    trouble = [
        RowLine(row=number, email=fate.email, state=fate.state, reason=fate.reason)
        for state in _TROUBLE
        for number, fate in sorted(job.fates.items())
        if fate.state is state
    ]
    shown, further = _page(trouble, page)
    if not job.finished:
        following = call("check_import_status", job=job.id)
    else:
        following = call("check_import_status", job=job.id, page=page + 1) if further else None
    states = await _verification(job, desk) if job.finished and job.target.verify else {}
    return ImportReport(
        job=job.id,
        source=job.source,
        sequence=job.target.sequence,
        step=job.target.step,
        finished=job.finished,
        rows=len(job.fates),
        imported=job.count(RowState.IMPORTED),
        refused=job.count(RowState.REFUSED),
        skipped=job.count(RowState.SKIPPED),
        unknown=job.count(RowState.UNKNOWN),
        not_sent=job.count(RowState.NOT_SENT),
        in_progress=job.count(RowState.WAITING) + job.count(RowState.SENT),
        refused_for=dict(job.reasons(RowState.REFUSED).most_common()),
        skipped_for=dict(job.reasons(RowState.SKIPPED).most_common()),
        trouble=shown,
        trouble_rows=len(trouble),
        page=page,
        verification=states,
        verification_of=sum(states.values()),
        columns_left_out=job.left_out,
        request_ids=job.request_ids,
        notes=job.notes,
        next=following,
    )


async def _carry_out(job: Job, desk: Desk) -> None:
    jobs: Jobs | None = desk.jobs
    if jobs is None:
        await run(job, desk)
    else:
        jobs.start(job, desk)
        await jobs.wait(job, desk)


async def _verification(job: Job, desk: Desk) -> dict[str, int]:
    """How many of the imported addresses are in which state of verification; empty where that cannot be read."""
    addresses = [fate.email for fate in job.fates.values() if fate.state is RowState.IMPORTED][:_VERIFIED_AT_MOST]
    counts: dict[str, int] = {}
    try:
        for start in range(0, len(addresses), _VERIFIED_AT_ONCE):
            some = addresses[start : start + _VERIFIED_AT_ONCE]
            for state in await desk.api.send(GetVerificationStatus(emails=some)):
                counts[state.status] = counts.get(state.status, 0) + 1
    except SaleshandyError:
        return {}
    return counts


def _would(target: Target, checked: Checked, name: str) -> list[str]:
    people = len(checked.rows)
    first = ", ".join(row.values["Email"] for row in checked.rows[:3])
    return [
        f"{counted(people, 'person', 'people')} from {name} would go into step {target.step}.",
        f"First: {first}" + (" …" if people > 3 else ""),
        f"{counted(len(checked.skipped), 'row')} would be left out (bad address, duplicate)."
        if checked.skipped
        else "",
    ]


def _page(lines: list[RowLine], page: int) -> tuple[list[RowLine], bool]:
    shown = lines[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return shown, len(lines) > page * PAGE_SIZE
