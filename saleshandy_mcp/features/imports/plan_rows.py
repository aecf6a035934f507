"""The rows of a plan, one state at a time: who would be imported, and who not and why."""

from collections.abc import Iterator

from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, Say, View
from saleshandy_mcp.features.imports.import_report import States
from saleshandy_mcp.features.imports.row_lines import RowLine, row_lines, words_of_state
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.import_engine.ledger.records import JobRecord
from saleshandy_mcp.import_engine.ledger.states import RowState


class PlanRows(View):
    """A page of the rows of a job that was not started."""

    untrusted = True
    job: str
    source: str
    state: RowState
    """Of a plan, rows that would be imported are ``not_sent``."""
    listed: list[RowLine]
    total: int
    page: int
    next: NextCall | None

    def lines(self, say: Say) -> Iterator[str | None]:
        what = self.what()
        if not self.total:
            yield f"Plan {self.job} has no rows that {what}. Nothing was sent."
            return
        yield f"Plan {self.job}, nothing was sent."
        yield from row_lines(self.listed, self.total, self.page, what)
        yield f"More: {say(self.next)}" if self.next else None

    def what(self) -> str:
        """The state, as the end of a sentence about rows."""
        return "would be imported" if self.state is RowState.NOT_SENT else f"are {words_of_state(self.state)}"


def plan_rows(record: JobRecord, jobs: Jobs, state: States, page: int) -> PlanRows:
    """A page of the rows of a plan that are in a state, in the order of the source."""
    results, wanted = jobs.results(record.id), RowState(state)
    total = results.counts()[wanted]
    found = results.rows((wanted,), limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    more = total > page * PAGE_SIZE
    return PlanRows(
        job=record.id,
        source=record.source,
        state=wanted,
        listed=[_line(RowLine.of(it)) for it in found],
        total=total,
        page=page,
        next=NextCall.of("check_import_status", job=record.id, state=state, page=page + 1) if more else None,
    )


def _line(line: RowLine) -> RowLine:
    """That nothing was sent yet is no reason in a plan."""
    if line.reason is ReasonCode.NOT_REACHED:
        return line.model_copy(update={"reason": ReasonCode.NONE, "text": ""})
    return line
