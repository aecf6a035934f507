"""Numbers: totals of a sequence, a sender or a member, and what happened to each mail.

The totals of a sequence are the only place where the API counts its prospects.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    AliasGenerator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.loose import Raw, Sought
from saleshandy_mcp.api.operation import Command, Operation, Paged, post
from saleshandy_mcp.api.types import ApiModel, EmailAccountId, SequenceId
from saleshandy_mcp.core.effects import Effect

_NO = ("", "no", "false", "0", "-", "none", "null")

Event = Literal["email_sent", "last_opened", "replied", "last_clicked", "bounced"]

Instant = Annotated[AwareDatetime, PlainSerializer(datetime.isoformat, return_type=str)]
"""A moment with its zone. On the wire the offset is in digits, as in the documented sample."""

Order = Literal[
    "prospectAdded",
    "prospectContacted",
    "emailSent",
    "opened",
    "clicked",
    "replied",
    "unSubscribed",
    "bounced",
    "Uncategorized",
    "Interested",
    "Not Interested",
    "Meeting Booked",
    "Out of Office",
    "Closed",
    "Not Now",
    "Do Not Contact",
]

_OF_MAILS = {"prospectContacted", "emailSent", "opened", "clicked", "replied", "bounced"}


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _spaced(name: str) -> str:
    """The key on the wire, which is like the head of a column: ``open_count`` is "Open Count"."""
    return name.replace("_", " ").title()


_HEADED = AliasGenerator(alias=_spaced)


class ProspectTotals(ApiModel):
    """People by what has happened to them and by outcome. Every number is text in the answer."""

    total: str = "0"
    contacted: str | None = None
    not_contacted: str | None = None
    open: str | None = None
    clicked: str | None = None
    replied: str | None = None
    unsubscribed: str | None = None
    uncategorized: str | None = None
    interested: str | None = None
    not_interested: str | None = None
    meeting_booked: str | None = None
    out_of_office: str | None = None
    closed: str | None = None
    not_now: str | None = None
    do_not_contact: str | None = None
    interested_deal_value: str | None = None
    meeting_booked_deal_value: str | None = None
    closed_deal_value: str | None = None
    sent_no_open: str | None = None
    opened_no_reply: str | None = None
    opened_no_clicked: str | None = None
    clicked_no_reply: str | None = None


class SequenceStats(ApiModel):
    prospects: list[ProspectTotals] = []
    emails: dict[str, Any] | None = None
    sequence_id: str | None = None
    sequence_name: str | None = None
    client: dict[str, Any] | None = None

    @property
    def prospect_count(self) -> int | None:
        """People in the sequence; None where the answer does not tell."""
        return _count(self.prospects[0].total) if self.prospects else None

    @property
    def not_contacted_count(self) -> int | None:
        """People in the sequence who have had no mail; None where the answer does not tell."""
        return _count(self.prospects[0].not_contacted) if self.prospects else None


class MailEvents(Raw):
    """What happened between a sender and a recipient at one step. Counts are running totals."""

    model_config = ConfigDict(alias_generator=_HEADED)
    sequence_id: str | None = None
    sequence_title: str | None = None
    sequence_owner: str | None = None
    step_number: str | None = None
    sender_email: str | None = None
    recipient_email: str | None = None
    recipient_name: Annotated[
        str | None,
        Field(validation_alias=AliasChoices("Recipient name", "Recipient Name"), serialization_alias="Recipient name"),
    ] = None
    email_sent_at: str | None = None
    open_count: str | None = None
    last_opened_at: str | None = None
    replied: str | None = None
    replied_at: str | None = None
    conversation_id: str | None = None
    current_sentiment: str | None = None
    click_count: str | None = None
    last_clicked_at: str | None = None
    last_link_clicked: str | None = None
    bounced: str | None = None
    bounced_at: str | None = None
    unsubscribed: str | None = None
    deleted: str | None = None
    client: dict[str, Any] | None = None

    def at(self, event: Event) -> datetime | None:
        """When that happened; None when it did not, or when its text cannot be read."""
        return moment(getattr(self, f"{event}_at"))

    @property
    def has_unsubscribed(self) -> bool:
        """Which word says so is not certain, so every word that does not deny it counts."""
        return (self.unsubscribed or "").strip().casefold() not in _NO


class SenderTotals(Raw):
    """Numbers come as numbers or as text. How the three sentiments are spelt is not certain."""

    model_config = ConfigDict(alias_generator=_HEADED)
    email_address: str | None = None
    name: str | None = None
    esp: Annotated[str | None, Field(alias="ESP")] = None
    sequence_count: str | None = None
    setup_score: str | None = None
    inbox_score: str | None = None
    total_contacted: str | None = None
    total_sent: str | None = None
    opens: str | None = None
    clicked: str | None = None
    replies: str | None = None
    bounce_rate: str | None = None
    unsubscribed: str | None = None
    positive_sentiments: str | None = None
    negative_sentiments: str | None = None
    neutral_sentiments: str | None = None
    uncategorized: str | None = None
    interested: str | None = None
    not_interested: str | None = None
    meeting_booked: str | None = None
    out_of_office: Annotated[str | None, Field(alias="Out of Office")] = None
    not_now: str | None = None
    do_not_contact: str | None = None
    owner: str | None = None
    tags: list[str] = []


class EmailAccountStats(ApiModel):
    email_account_id: Annotated[str | None, Field(alias="EmailAccountId")] = None
    email_address: Annotated[str | None, Field(alias="Email Address")] = None
    rows: Annotated[list[SenderTotals], Field(alias="Email Analytics")] = []
    client: dict[str, Any] | None = None


class MemberTotals(Raw):
    """The answer is not documented: these keys are guessed from the values of ``order_by``."""

    user_id: str | None = None
    name: str | None = None
    prospect_added: str | None = None
    prospect_contacted: str | None = None
    email_sent: str | None = None
    opened: str | None = None
    clicked: str | None = None
    replied: str | None = None
    un_subscribed: str | None = None
    bounced: str | None = None


class _Days(BaseModel):
    """A period of days. That both ends are included is assumed."""

    start_date: Annotated[date, Field(description="First day, YYYY-MM-DD; at most two years back.")]
    end_date: Annotated[date, Field(description="Last day, YYYY-MM-DD.")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start_date > self.end_date:
            raise ValueError("end_date is before start_date")
        return self


class GetSequenceStats(Operation[SequenceStats]):
    """Read the totals of one sequence. A read, though it travels as POST."""

    route = post("/analytics/stats", Effect.READ)
    sequence_id: SequenceId


class GetConsolidatedStats(_Days, Paged[MailEvents]):
    """List what happened to the mails of sequences, a row for each recipient and step. A read, though it is a POST.

    People without an event in the window are missing, so this is no list of people. A window may span a year.
    """

    route = post("/analytics/consolidated-stats", Effect.READ)
    list_at = "data"
    sequence_ids: Annotated[list[SequenceId], Field(min_length=1)]
    page: Annotated[int, Field(ge=1, serialization_alias="pageNum", description="Page number, from 1.")] = 1
    page_size: Annotated[int, Field(ge=10, le=500, serialization_alias="pageLimit", description="10 to 500.")] = 100


class ExportEmailSentDetails(_Days, Command):
    """Have a CSV of sent mails made; it is mailed to the account's user, and nothing tells when."""

    # Not a read: every call mails a file. Not SEND: only the account's own user gets it.
    route = post("/analytics/email-sent-details", Effect.WRITE, why="a file is mailed to the account's own user")
    sequence_ids: Annotated[list[SequenceId] | None, Field(description="Only these; all when absent (assumed).")] = None


class GetEmailAccountStats(Operation[EmailAccountStats]):
    """Read the totals of one sending account. A read, though it travels as POST."""

    route = post("/analytics/emailaccount/stats", Effect.READ)
    email_account_id: Annotated[EmailAccountId, Field(serialization_alias="emailId")]


class GetTeamStats(Sought[MemberTotals]):
    """List the totals of members for a period. A read, though it travels as POST."""

    route = post("/analytics/team/stats", Effect.READ)
    user_ids: Annotated[list[str], Field(min_length=1, description="User ids, of list_team_members.")]
    start_date: Annotated[Instant, Field(description="With a zone: 2026-03-01T00:00:00+00:00.")]
    end_date: Annotated[Instant, Field(description="With a zone.")]
    type: Annotated[Literal["prospect", "email"], Field(description="Whether to count people or mails.")]
    count_by: Annotated[Literal["relative", "absolute"], Field(description="Shares or numbers (assumed).")]
    order_by: Order
    sort_order: Literal["asc", "desc"] = "desc"
    page_size: Annotated[int, Field(ge=1, serialization_alias="limit", description="Members on a page.")] = 25

    @model_validator(mode="after")
    def _period_and_order(self) -> Self:
        if self.start_date > self.end_date:
            raise ValueError("end_date is before start_date")
        if (self.order_by not in _OF_MAILS) if self.type == "email" else (self.order_by == "emailSent"):
            raise ValueError(f'order_by: {self.order_by} does not go with type "{self.type}"')
        return self
