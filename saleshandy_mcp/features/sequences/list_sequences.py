"""``list_sequences``: the sequences of the account, with id, status and number of steps."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.operation import every
from saleshandy_mcp.api.resources.sequences import ListSequences as ListSequencesCall
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, PageNumber, Say, View, counted
from saleshandy_mcp.features.sequences.sequence_details import Status
from saleshandy_mcp.untrusted.one_line import one_line


class SequenceLine(View):
    """One sequence of the list; ``steps`` is how many it has."""

    id: str
    title: str
    status: Status
    steps: int
    owner: str = ""


class SequenceList(View):
    """One page of the sequences found.

    Attributes:
        total: how many were found, on all pages.
        active: how many of them are active.
        next: the call for the next page; None on the last.
    """

    sequences: list[SequenceLine]
    total: int
    active: int
    page: int
    pages: int
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        if not self.sequences:
            yield "No sequence fits." if self.page == 1 else f"Page {self.page} is empty; there are {self.pages}."
            return
        yield f"{counted(self.total, 'sequence')}, {self.active} active (page {self.page} of {self.pages})"
        for it in self.sequences:
            owner = f" · {one_line(it.owner)}" if it.owner else ""
            yield f"{one_line(it.title)} [{it.id}] {it.status} · {counted(it.steps, 'step')}{owner}"
        if self.next:
            yield f"More: {say(self.next)}"
        else:
            yield f"Details of one: {say(NextCall.of('get_sequence', sequence=self.sequences[0].title))}"


class ListSequences(Action[SequenceList]):
    """List the account's sequences (campaigns) with id, status and number of steps."""

    query: Annotated[str | None, Field(description="Part of the title.")] = None
    status: Annotated[Literal["any", "active", "paused"], Field(description="paused: all not sending.")] = "any"
    page: PageNumber = 1

    async def run(self, context: Context) -> SequenceList:
        found = [
            sequence
            async for sequence in every(context.api, ListSequencesCall(page_size=1000))
            if (self.query or "").casefold() in sequence.title.casefold()
            and self.status in ("any", "active" if sequence.active else "paused")
        ]
        pages = max(1, -(-len(found) // PAGE_SIZE))
        shown = found[(self.page - 1) * PAGE_SIZE : self.page * PAGE_SIZE]
        asked = None if self.status == "any" else self.status
        further = NextCall.of("list_sequences", query=self.query, status=asked, page=self.page + 1)
        return SequenceList(
            sequences=[
                SequenceLine(
                    id=it.id,
                    title=it.title,
                    status="active" if it.active else "paused",
                    steps=len(it.steps),
                    owner=f"{it.user.first_name} {it.user.last_name}".strip() if it.user else "",
                )
                for it in shown
            ],
            total=len(found),
            active=sum(it.active for it in found),
            page=self.page,
            pages=pages,
            next=further if self.page < pages else None,
        )
