"""The unified inbox: what people answered, reading it, replying, and the outcomes it is sorted into."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from saleshandy_mcp.api.loose import Raw
from saleshandy_mcp.api.operation import Command, Operation, Paged, get, post
from saleshandy_mcp.api.types import ApiModel, EmailAccountId, SequenceId
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.uses import Uses

ThreadId = Annotated[str, Field(min_length=1, description="Thread id, of list_inbox_threads.")]
EmailId = Annotated[str, Field(min_length=1, description="Id of a mail in the thread, of get_inbox_thread.")]
Address = Annotated[str, Field(min_length=3, pattern="@")]


class InboxThread(Raw):
    """A conversation. The names are those of a client written against the documentation; no live answer is known."""

    id: str | None = None
    subject: str | None = None
    sender_email: str | None = None
    last_message_timestamp: str | None = None
    is_read: bool | None = None
    sentiment: str | None = None


class InboxMessage(Raw):
    """One mail of a thread. The keys of its subject and its direction are not known; unknown keys are kept."""

    id: str | None = None
    body: str | None = None
    sender_email: str | None = None
    timestamp: str | None = None


class InboxThreadContent(Raw):
    thread_id: str | None = None
    messages: list[InboxMessage] = []


class Outcome(ApiModel):
    """How a conversation was judged. ``category_ids`` takes the id; sentiment 1 is positive, 2 negative, 3 neutral."""

    id: str
    name: str = ""
    is_default: bool | None = None
    sentiment: str | None = None


class Outcomes(Raw):
    items: list[Outcome] = []


class UnreadThreads(Raw):
    """The key of the number is a guess; a bare number is accepted, too."""

    count: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _number_or_object(cls, data: Any) -> Any:
        return {"count": data} if isinstance(data, int) else data


class Category(ApiModel):
    """An outcome by its key, ``meeting_booked``; sentiment 1 positive, 2 negative, 3 neutral."""

    key: str
    name: str = ""
    is_default: bool | None = None
    sentiment: str | None = None


class ListInboxThreads(Paged[InboxThread]):
    """List the conversations of the unified inbox. A read, though it travels as POST. The inbox keeps 90 days."""

    route = post("/unified-inbox/emails", Effect.READ)
    list_at = "items"
    owners: Annotated[list[str], Field(description="User ids, of list_task_assignees; required on paper.")]
    page_size: Annotated[int, Field(ge=1, serialization_alias="limit", description="Threads on a page.")] = 25
    search: str | None = None
    category_ids: Annotated[list[str] | None, Field(description="Outcome ids, of list_outcomes.")] = None
    sentiment: Literal["Positive", "Negative", "Neutral", "Uncategorized"] | None = None
    sequence_ids: list[SequenceId] | None = None
    email_account_ids: list[EmailAccountId] | None = None
    client_ids: list[str] | None = None
    start_date: Annotated[str | None, Field(description="From this day; how it is written is not documented.")] = None
    end_date: Annotated[str | None, Field(description="Up to this day.")] = None
    is_read: Annotated[Literal[0, 1] | None, Field(description="1 read, 0 unread (assumed).")] = None
    type: Annotated[
        Literal["system", "external"] | None,
        Field(description="Mails of sequences or others; which word is which is assumed."),
    ] = None


class GetInboxThread(Operation[InboxThreadContent]):
    """Read the mails of a conversation."""

    route = get("/unified-inbox/emails/{emailThreadId}")
    email_thread_id: ThreadId


class GetInboxEmail(Operation[InboxMessage]):
    """Read one mail of a conversation."""

    route = get("/unified-inbox/emails/{emailThreadId}/{emailId}")
    email_thread_id: ThreadId
    email_id: EmailId


class ReplyToEmail(Command):
    """Reply in a conversation: a mail goes out at once. Trial and Starter plans cannot reply."""

    route = post("/unified-inbox/emails/reply", Effect.SEND, why="a mail goes out at once")
    email_thread_id: ThreadId
    email_id: EmailId
    content: Annotated[str, Field(min_length=1, description="HTML.")]
    to: Annotated[list[Address], Field(min_length=1)]
    cc: list[Address] | None = None
    bcc: list[Address] | None = None
    attachment_ids: Annotated[list[str] | None, Field(description="Ids of uploaded attachments.")] = None
    # Both are documented as required, but not what to send when there is none: 0 is a guess.
    template_id: Annotated[int, Field(description="0 = no template (assumed).")] = 0
    unified_scheduled_id: Annotated[int, Field(description="0 = not a scheduled mail (assumed).")] = 0

    def uses(self) -> Uses:
        copies = (*(self.cc or ()), *(self.bcc or ()))
        # One text may hold several addresses; none is checked as strictly as that.
        return Uses(mails=sum(it.count("@") for it in (*self.to, *copies)), copies=copies)


class ListOutcomes(Operation[Outcomes]):
    """List outcomes with the ids that list_inbox_threads filters by. Own ones come with ``category`` custom only."""

    route = get("/unified-inbox/outcome")
    # Documented as required. A live call without it returned the eight default outcomes, hence this default.
    category: Literal["custom", "default"] = "default"
    # A live call without these returned all outcomes at once.
    page: Annotated[int | None, Field(ge=1, description="Page number, from 1.")] = None
    page_size: Annotated[int | None, Field(ge=1, description="Items on a page.")] = None


class GetUnreadThreadCount(Operation[UnreadThreads]):
    """Count the unread conversations."""

    route = get("/unified-inbox/unread-email-threads-count")


class ListUniboxCategories(Operation[list[Category]]):
    """List the outcomes by their keys, with their sentiment."""

    route = get("/unibox/categories")
