"""Webhooks: where Saleshandy reports what happens, and reading what it delivers there."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from saleshandy_mcp.api.loose import Raw, Sought
from saleshandy_mcp.api.operation import Operation, get, post, without_nulls
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.uses import Uses

WebhookEvent = Literal[
    "email-sent",
    "email-opened",
    "email-link-clicked",
    "reply-received",
    "email-bounced",
    "prospect-unsubscribed",
    "prospect-finished",
    "prospect-outcome-updated",
    "sequence-paused",
    "email-account-disconnected",
    "email-account-paused",
    "inbox-analyser-test-completed",
    "task-created",
    "task-updated",
    "bulk-task-updated",
    "call-task-updated",
    "linkedin-task-updated",
    "custom-task-updated",
    "whatsapp-task-updated",
]


class LastFailure(ApiModel):
    failed_at: str | None = None
    status_code: int | None = None
    message: str | None = None


class Webhook(ApiModel):
    """``headers`` may hold a secret that proves to the receiver who posts, so ``repr`` leaves them out."""

    id: str
    name: str = ""
    webhook_url: str = ""
    webhook_event: list[str] = []
    headers: Annotated[dict[str, str] | None, Field(repr=False)] = None
    status: str | None = None
    failed: bool | None = None
    last_failure: LastFailure | None = None


class DeliveredProspect(Raw):
    """The person that the event is about. Custom fields are in ``model_extra``, in snake_case."""

    prospect_created_at: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    job_title: str | None = None
    department: str | None = None
    industry: str | None = None
    experience: str | None = None
    linked_in: str | None = None
    twitter: str | None = None
    facebook: str | None = None
    website: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    company: str | None = None
    company_domain: str | None = None
    company_website: str | None = None
    company_industry: str | None = None
    company_size: str | None = None
    company_revenue: str | None = None
    company_founded_year: str | None = None
    company_linked_in: str | None = None
    company_phone: str | None = None
    latest_status: str | None = None
    tag: list[str] = []


class DeliveredSequence(Raw):
    """The sequence and the mail. ``id`` is a number as text and not the id that operations take."""

    id: str | None = None
    sequence_name: str | None = None
    step_id: Annotated[str | None, Field(alias="stepID")] = None
    step_number: str | None = None
    variant: str | None = None
    is_sent_as_new_thread: bool | None = None
    email_subject: str | None = None
    email_body: str | None = None
    contains_link: bool | None = None
    contains_attachment: bool | None = None
    sender_email: str | None = None
    latest_outcome: str | None = None
    deal_value: str | None = None
    imported_at: str | None = None


class DeliveredUser(Raw):
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    job_role: str | None = None


class WebhookDelivery(Raw):
    """What Saleshandy posts to a webhook: unsigned, and again when the receiver answered with a failure.

    Only email-sent is documented in full. ``new_outcome`` to ``conversation_id`` are keys that live receivers read;
    their place in the body is not certain. All other keys are in ``model_extra``.
    """

    event: str
    email_sent_at: str | None = None
    prospect: DeliveredProspect | None = None
    sequence: DeliveredSequence | None = None
    user: DeliveredUser | None = None
    new_outcome: str | None = None
    old_outcome: str | None = None
    received_reply_message: str | None = None
    bounce_reason: str | None = None
    open_count: str | None = None
    conversation_id: str | None = None
    """Give it as ``email_thread_id`` to reply."""

    @property
    def happened_at(self) -> str | None:
        """When it happened. The key is known for email-sent alone; else the first text under a key ``…At`` is taken."""
        if self.email_sent_at:
            return self.email_sent_at
        found = [value for key, value in (self.model_extra or {}).items() if key.endswith("At")]
        return next((value for value in found if isinstance(value, str)), None)


def read_delivery(document: Any) -> WebhookDelivery:
    """Read a delivery from the decoded body of a request to the webhook.

    Raises:
        ValueError: if the body is no delivery. It names the place and holds no value: values are personal data.
    """
    if not isinstance(document, dict):
        raise ValueError("no delivery: the body is not an object")  # noqa: TRY004 - the caller's input, not its type
    try:
        return WebhookDelivery.model_validate(without_nulls(document))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"no delivery: {where}: {first['msg']}") from None


class ListWebhooks(Sought[Webhook]):
    """List the webhooks, with what failed last."""

    route = get("/webhook")


class GetWebhook(Operation[Webhook]):
    """Read one webhook: its events, whether it works and what failed last."""

    route = get("/webhook/{webhookId}")
    webhook_id: Annotated[str, Field(min_length=1, description="Webhook id.")]


class CreateWebhook(Operation[Webhook]):
    """Create a webhook: Saleshandy tells an address of events (somebody replied, a mail bounced), with data of people.

    At most 50 may be active. No operation changes or deletes a webhook: the web app does. Deliveries are unsigned, so
    give a secret header.
    """

    # A webhook sends data out for as long as it exists, and no operation deletes it.
    route = post("/webhook/create", Effect.SEND, why="data of people leaves the account for as long as it exists")
    name: Annotated[str, Field(min_length=1)]
    webhook_url: Annotated[str, Field(pattern="^https?://", description="Where to post to.")]
    webhook_event: Annotated[list[WebhookEvent], Field(min_length=1, description="The events to report.")]
    headers: Annotated[dict[str, str], Field(repr=False, description="Sent with each delivery; a secret, say.")] = {}

    def uses(self) -> Uses:
        return Uses(webhooks=(self.webhook_url,))
