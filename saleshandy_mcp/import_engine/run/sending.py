"""One batch: sent, and followed to its end. Each step is in the ledger before the next is taken."""

from dataclasses import dataclass

from anyio import get_cancelled_exc_class

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.patience import PatientApi
from saleshandy_mcp.api.resources.prospect_answers import ImportStarted, ImportStatus
from saleshandy_mcp.api.resources.prospects import ImportProspectsByFieldName, ImportProspectsToSequence, Row
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Cause, Effect, StepActive
from saleshandy_mcp.core.errors import (
    BadKey,
    Doubtful,
    Mistake,
    NoKey,
    NotSent,
    Rejected,
    SaleshandyError,
    Throttled,
    Unreadable,
)
from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.records import Batch, Target
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import BatchState, RowState
from saleshandy_mcp.import_engine.run.outcome import GRACE, PATIENCE, NotKnown, completion, patient_report, reason
from saleshandy_mcp.lookups.facts import look


class Stop(Exception):
    """The job has to stop: going on now would only add harm or doubt. The message says why; the job can go on later."""


@dataclass
class Sender:
    """Sends the batches of one job.

    Attributes:
        rows: of the job.
        target: where they go.
        context: what to work with.
        turned_away: seconds waited since the last batch was accepted.
        waits_for: what it waits for, as it was written down.
    """

    rows: Rows
    target: Target
    context: Context
    turned_away: float = 0.0
    waits_for: str = ""

    async def send(self, batch: Batch) -> BatchState:
        """Send a batch, waiting for the rate limit and the network, and return its state then.

        That is accepted, settled (refused as a whole), unknown, or planned: in halves, because it was too large.

        Raises:
            Stop: when nothing can be sent now; the batch is proven not to have been sent.
        """
        content = self.rows.content(batch.number)
        if not content:
            self.rows.settle(batch.number, {})
            return BatchState.SETTLED
        operation = self._operation(list(content.values()))
        state = None
        while state is None:
            await self._stop_if_started()
            state = await self._attempt(batch, list(content), operation)
        return state

    async def _attempt(self, batch: Batch, rows: list[int], operation: Operation[ImportStarted]) -> BatchState | None:
        """Send a batch once. None when it was not sent and can be tried again now."""
        self.rows.move(batch.number, BatchState.IN_FLIGHT, sent=self.context.now().isoformat())
        try:
            started = await self.context.api.send(operation)
        except (Throttled, NotSent) as error:
            self.rows.move(batch.number, BatchState.PLANNED)
            await self._wait(error)
            return None
        except (BadKey, NoKey) as error:
            self.rows.move(batch.number, BatchState.PLANNED)
            raise Stop(f"the API key was not accepted ({error})" if str(error) else "no API key is set") from None
        except Rejected as error:
            return self._rejected(batch, rows, error)
        except (Doubtful, Unreadable):
            self.rows.move(batch.number, BatchState.UNKNOWN)
            return BatchState.UNKNOWN
        except Mistake:
            # The gate let nothing out: a rule of the operator, or a file that cannot be written.
            self.rows.move(batch.number, BatchState.PLANNED)
            raise
        except get_cancelled_exc_class():
            # Cancellation does not interrupt a write that was sent: this one still waited for its turn.
            self.rows.move(batch.number, BatchState.PLANNED)
            raise
        self.turned_away = 0.0
        self._heard("")
        self.rows.move(batch.number, BatchState.ACCEPTED, request=started.request_id)
        return BatchState.ACCEPTED

    async def _stop_if_started(self) -> None:
        """Somebody may have started the sequence since the import was agreed to: then it would mail its people.

        Raises:
            Stop: when that is so, or cannot be looked up.
        """
        step = self.target.step_id
        if not step or self.rows.ledger.may_mail(self.rows.job):
            return
        cause = Cause(Effect.SEND, StepActive(step))
        patient = PatientApi(self.context.api, self.context.pause, PATIENCE)
        active = (await look(patient, (cause,), {}))[StepActive(step)]
        if active:
            raise Stop(f'"{self.target.sequence}" became active, and nobody agreed that these people are mailed')
        if active is None:
            because = f" ({reason(patient.refused, self.context.now())})" if patient.refused else ""
            raise Stop(f'whether "{self.target.sequence}" became active could not be looked up{because}')

    async def follow(self, batch: Batch) -> BatchState:
        """Wait for an accepted batch to end and settle its rows by the report; unknown where that cannot be read.

        Raises:
            Stop: when it does not end, or the API cannot be asked.
        """
        try:
            status = await self._completion(batch)
            if status is None:
                raise Stop(f"Saleshandy had not ended import {batch.request} after {PATIENCE // 60} minutes")
            refused = await patient_report(status, self.context)
        except NotKnown:
            self.rows.move(batch.number, BatchState.UNKNOWN, request="")
            return BatchState.UNKNOWN
        except (BadKey, NoKey, Rejected) as error:
            raise Stop(f"import {batch.request} could not be asked about ({error})") from None
        except (SaleshandyError, ValueError):
            self.rows.move(batch.number, BatchState.UNKNOWN)
            return BatchState.UNKNOWN
        reasons = {key(it.email): it.reason for it in refused}
        keys = {number: key(email) for number, email in self.rows.addresses(batch.number).items()}
        if reasons.keys() - set(keys.values()):
            # A refused address that is none of ours may be any of ours in another spelling.
            self.rows.move(batch.number, BatchState.UNKNOWN)
            return BatchState.UNKNOWN
        outcomes = {
            number: (RowState.REFUSED, Reason(ReasonCode.REFUSED, words=reasons[who]))
            if who in reasons
            else (RowState.IMPORTED, NO_REASON)
            for number, who in keys.items()
        }
        self.rows.settle(batch.number, outcomes)
        return BatchState.SETTLED

    async def _completion(self, batch: Batch) -> ImportStatus | None:
        try:
            return await completion(batch.request, self.context, heard=self._heard)
        except Throttled as error:
            raise Stop(
                f"import {batch.request} could not be asked about ({reason(error, self.context.now())})"
            ) from None

    def _operation(self, people: list[Row]) -> Operation[ImportStarted]:
        target = self.target
        tags = target.tags or None
        if not target.step_id:
            return ImportProspectsByFieldName(
                prospect_list=people,
                conflict_action=target.conflict_action,
                verify_prospects=target.verify,
                tags=tags,
            )
        return ImportProspectsToSequence(
            prospect_list=people,
            step_id=target.step_id,
            conflict_action=target.conflict_action,
            verify_prospects=target.verify,
            tags=tags,
        )

    def _rejected(self, batch: Batch, numbers: list[int], error: Rejected) -> BatchState:
        if error.status == 413 and len(numbers) > 1:
            middle = len(numbers) // 2
            self.rows.split_batch(batch.number, numbers[:middle], numbers[middle:])
            return BatchState.PLANNED
        refused = (RowState.REFUSED, Reason(ReasonCode.REFUSED, words=str(error)))
        self.rows.settle(batch.number, dict.fromkeys(numbers, refused))
        return BatchState.SETTLED

    def _heard(self, words: str) -> None:
        if words != self.waits_for:
            self.rows.ledger.note(self.rows.job, words)
            self.waits_for = words

    async def _wait(self, error: Throttled | NotSent) -> None:
        """Wait for the rate limit, or for the network to come back.

        Raises:
            Stop: when nothing was accepted for too long.
        """
        asked = error.after if isinstance(error, Throttled) else None
        if asked and asked > PATIENCE - self.turned_away:
            raise Stop(reason(error, self.context.now(), PATIENCE - self.turned_away))
        pause = asked or min(GRACE, 5 + self.turned_away)
        self.turned_away += pause
        self._heard(str(error))
        if self.turned_away > PATIENCE:
            raise Stop(f"nothing could be sent for {PATIENCE // 60} minutes ({error})")
        await self.context.pause(pause)
