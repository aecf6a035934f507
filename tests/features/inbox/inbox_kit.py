"""Conversations of the sandbox, and mails that come into them."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.inbox.list_inbox import ListInbox
from saleshandy_mcp.features.inbox.read_thread import ReadThread, ThreadView
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import record, select
from saleshandy_mcp.sandbox.simulation.threads import Thread

LIST = "POST /unified-inbox/emails"
ONE = "GET /unified-inbox/emails/{emailThreadId}"


def answered(box: Sandbox, thread: Thread, content: str, subject: str = "Re: Hello") -> None:
    """A further mail comes in."""
    step = next(
        event["stepId"] for event in select(box.world, "email-sent") if event["prospectId"] == thread.prospect_id
    )
    place: dict[str, Any] = {"sequence_id": thread.sequence_id, "step_id": step, "prospect_id": thread.prospect_id}
    record(box.world, "reply-received", **place, subject=subject, content=content)


async def refused(context: Context, action: ListInbox | ReadThread) -> Mistake:
    with pytest.raises(Mistake) as refusal:
        await action.run(context)
    return refusal.value


async def read_one(context: Context, action: ReadThread) -> ThreadView:
    """One conversation, as ``read_thread`` shows it."""
    view = await action.run(context)
    assert isinstance(view, ThreadView)
    return view
