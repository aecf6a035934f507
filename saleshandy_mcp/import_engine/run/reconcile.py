"""Reading back what became of rows whose answer was lost: by looking whether the people are there.

What the API lets us see: who is stored and since when (its own clock), and in which sequences somebody is. So only
three things can be proven: somebody came with this job; somebody is not there; somebody who was there before is not in
the sequence. Whoever was there before and is in the sequence may have been so all along: that stays unknown.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import TypeVar

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.prospects import ListProspects, ListProspectSequences
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Throttled
from saleshandy_mcp.import_engine.ledger.states import Target

T = TypeVar("T")

SETTLE = 60
"""Seconds from the sending after which what is not there is taken not to come any more. Assumed: imports of some
thousand rows have been seen to end within that."""
SAMPLE = 10
ONE_BY_ONE = 40
"""Rows that are looked up singly: at 20 calls a minute they take two minutes."""
PAGES = 1200


class Found(StrEnum):
    """What is proven of a row."""

    PRESENT = "present"
    """Stored since the job began (and in the sequence): imported."""
    ABSENT = "absent"
    """Not there: may be sent again."""
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class ReadBack:
    """Looks for people of one job.

    Attributes:
        context: what to work with.
        target: of the job.
        since: when the newest person had been stored before the job began, by the API's clock.
    """

    context: Context
    target: Target
    since: str

    async def batch(self, emails: dict[int, str]) -> dict[int, Found]:
        """What is proven of each row of a batch. It went in one call: it was carried out, or it was not.

        Args:
            emails: number of the row to address.

        Raises:
            SaleshandyError: when looking fails.
        """
        sample = await self._each(_spread(emails))
        if all(found is Found.ABSENT for found in sample.values()):
            return dict.fromkeys(emails, Found.ABSENT)
        rest = {number: email for number, email in emails.items() if number not in sample}
        if Found.PRESENT in sample.values() and rest:
            new = await self._new_since({key(email) for email in rest.values()})
            sample |= {number: Found.PRESENT for number, email in rest.items() if key(email) in new}
            rest = {number: email for number, email in rest.items() if number not in sample}
        singly = await self._each(dict(list(rest.items())[:ONE_BY_ONE]))
        return dict.fromkeys(emails, Found.UNCLEAR) | sample | singly

    async def _each(self, emails: dict[int, str]) -> dict[int, Found]:
        return {number: await self._one(email) for number, email in emails.items()}

    async def _one(self, email: str) -> Found:
        page = await self._send(ListProspects(search=email, page_size=10))
        person = next((it for it in page.items if key(it.email) == key(email)), None)
        if person is None:
            return Found.ABSENT
        new = bool(person.created_at) and (person.created_at or "") > self.since
        if not self.target.step_id:
            return Found.PRESENT if new else Found.UNCLEAR
        places = await self._send(ListProspectSequences(prospect_id=person.id))
        inside = any(self.target.sequence_id == it.id or self.target.sequence == it.title for it in places)
        if not inside:
            return Found.ABSENT
        return Found.PRESENT if new else Found.UNCLEAR

    async def _new_since(self, wanted: set[str]) -> set[str]:
        """Which of these were stored since the job began: the newest people, page by page."""
        operation, found = ListProspects(page_size=100), set[str]()
        for _ in range(PAGES):
            page = await self._send(operation)
            fresh = [it for it in page.items if it.created_at and it.created_at > self.since]
            found |= wanted & {key(it.email) for it in fresh}
            if len(fresh) < len(page.items) or not page.more or found == wanted:
                break
            operation = operation.next_page()
        return found

    async def _send(self, operation: Operation[T]) -> T:
        """The limits are waited for: nobody is in a hurry here, and half a look proves nothing."""
        while True:
            try:
                return await self.context.api.send(operation)
            except Throttled as error:
                await self.context.pause(error.after or SETTLE)


def _spread(emails: dict[int, str]) -> dict[int, str]:
    """Some rows from all over the batch."""
    step = ceil(len(emails) / SAMPLE) or 1
    return {number: email for place, (number, email) in enumerate(emails.items()) if place % step == 0}
