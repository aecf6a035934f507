"""Finds out the outcome of rows whose answer was lost, by looking up the people.

The API shows who is stored and since when (by its own clock), and in which sequences a person is. So three things can
be proven: the person came with this job; the person is not there; the person was there before and is not in the
sequence. Somebody who was there before and is in the sequence may have been in it all along: that stays unclear.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import TypeVar

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.patience import patiently
from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import ListProspects, ListProspectSequences
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.import_engine.ledger.records import Target
from saleshandy_mcp.import_engine.run.outcome import PATIENCE
from saleshandy_mcp.import_engine.run.verdict import stored_since

T = TypeVar("T")

SETTLE = 60
"""Seconds after the sending when what is not there is taken not to come any more. Assumed: imports of some thousand
rows were seen to end within that."""
SAMPLE = 10
ONE_BY_ONE = 40
"""Rows that are looked up one by one: at 20 calls a minute they take two minutes."""
PAGES = 1200
SEARCH_PAGES = 5
"""Pages of one search for an address. A search finds longer addresses, too, that contain the one looked for."""


class Finding(StrEnum):
    """What is proven of a row."""

    PRESENT = "present"
    """Stored since the job began, and in the sequence: imported."""
    ABSENT = "absent"
    """Not there: it can be sent again."""
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Reconciler:
    """Looks up the people of one job.

    Attributes:
        context: what to work with.
        target: of the job.
        since: when the newest person had been stored before the job began, by the API's clock.
    """

    context: Context
    target: Target
    since: str

    async def batch(self, emails: dict[int, str]) -> dict[int, Finding]:
        """What is proven of each row of a batch. It was sent in one call: all of it was carried out, or nothing.

        Args:
            emails: number of the row to address.

        Raises:
            SaleshandyError: when a lookup fails.
        """
        sample = await self._each(_spread(emails))
        if all(found is Finding.ABSENT for found in sample.values()):
            return dict.fromkeys(emails, Finding.ABSENT)
        rest = {number: email for number, email in emails.items() if number not in sample}
        if Finding.PRESENT in sample.values() and rest:
            new, _ = await stored_since(self.since, {key(email) for email in rest.values()}, self._send, PAGES)
            sample |= {number: Finding.PRESENT for number, email in rest.items() if key(email) in new}
            rest = {number: email for number, email in rest.items() if number not in sample}
        singly = await self._each(dict(list(rest.items())[:ONE_BY_ONE]))
        return dict.fromkeys(emails, Finding.UNCLEAR) | sample | singly

    async def _each(self, emails: dict[int, str]) -> dict[int, Finding]:
        return {number: await self._one(email) for number, email in emails.items()}

    async def _one(self, email: str) -> Finding:
        person = await self._stored(email)
        if not isinstance(person, Prospect):
            return person
        new = bool(person.created_at) and (person.created_at or "") > self.since
        if not self.target.step_id:
            return Finding.PRESENT if new else Finding.UNCLEAR
        sequences = await self._send(ListProspectSequences(prospect_id=person.id))
        inside = any(self.target.sequence_id == it.id or self.target.sequence == it.title for it in sequences)
        if not inside:
            return Finding.ABSENT
        return Finding.PRESENT if new else Finding.UNCLEAR

    async def _stored(self, email: str) -> Prospect | Finding:
        """The person with exactly this address; else whether that proves that nobody has it."""
        operation = ListProspects(search=email, page_size=100)
        for _ in range(SEARCH_PAGES):
            page = await self._send(operation)
            person = next((it for it in page.items if key(it.email) == key(email)), None)
            if person or not page.more:
                return person or Finding.ABSENT
            operation = operation.next_page()
        return Finding.UNCLEAR

    async def _send(self, operation: Operation[T]) -> T:
        """The rate limit is waited for: half a lookup proves nothing."""
        return await patiently(self.context.api, operation, self.context.pause, PATIENCE)


def _spread(emails: dict[int, str]) -> dict[int, str]:
    """Some rows from all over the batch."""
    step = ceil(len(emails) / SAMPLE) or 1
    return {number: email for place, (number, email) in enumerate(emails.items()) if place % step == 0}
