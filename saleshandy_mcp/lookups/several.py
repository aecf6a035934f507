"""Reading several things at once, each by a request of its own, as far as time and the limits of the API allow."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import anyio

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import OutOfTime, SaleshandyError, Throttled

T = TypeVar("T")

AT_ONCE = 5
SECONDS = 15.0
"""So long the reads may take together, or as long as the call has left."""


async def read_each(context: Context, requests: Sequence[Operation[T]]) -> list[T | None]:
    """The answers, in the order of the requests. They may be a minute old.

    None stands where an answer failed, or where it would have to wait for the limits of the API: after the first of
    these nothing more is asked for.
    """
    answers: list[T | None] = [None] * len(requests)
    waiting: Iterable[tuple[int, Operation[T]]] = iter(enumerate(requests))
    over = False
    until = context.clock() + context.patience(SECONDS)

    async def work() -> None:
        nonlocal over
        for place, request in waiting:
            if over:
                return
            try:
                answers[place] = await context.api.recent(request, until)
            except (Throttled, OutOfTime):
                over = True
            except SaleshandyError:
                continue

    async with anyio.create_task_group() as group:
        for _ in range(min(AT_ONCE, len(requests))):
            group.start_soon(work)
    return answers
