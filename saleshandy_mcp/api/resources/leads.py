"""Leads: put people from the Lead Finder into a sequence, or have mails written for them."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from saleshandy_mcp.api.loose import Raw
from saleshandy_mcp.api.operation import Operation, post
from saleshandy_mcp.api.types import ApiModel, SequenceId, StepId
from saleshandy_mcp.core.effects import Cause, Effect, PeopleStored, SequenceActive
from saleshandy_mcp.core.uploads import File, limited
from saleshandy_mcp.core.uses import Uses

MOST_LEADS = 10_000
MOST_CSV_BYTES = 50_000_000

Address = Annotated[str, Field(pattern="^https?://", description="Where the result is posted.")]
Wanted = str | list[str] | None
"""One word or several; the documented sample has one."""


class LeadsAdded(Raw):
    """Both counts are assumed: the answer is not documented."""

    added: int | None = None
    skipped: int | None = None


class Workflow(Raw):
    """A workflow that was started. The key is assumed. No operation reads its state: the result goes to the webhook."""

    workflow_id: str | None = None


class DomainWanted(ApiModel):
    """Whom to look for at a domain."""

    model_config = ConfigDict(extra="forbid")
    domain: Annotated[str, Field(min_length=1)]
    job_title: Wanted = None
    department: Wanted = None
    management_level: Wanted = None
    decision_maker: bool | None = None


class AddLeadsToSequence(Operation[LeadsAdded]):
    """Put people of the Lead Finder into a step: a running sequence writes to them. At most 10,000 in a call.

    People without a revealed and verified email are skipped without an error: call enrich_contacts first.
    """

    route = post(
        "/leads/bulk-actions/add-to-sequence",
        Effect.WRITE,
        Effect.SEND,
        why="an active sequence mails whom it is given",
    )
    lead_ids: Annotated[list[int], Field(min_length=1, max_length=MOST_LEADS, description="Ids, of search_people.")]
    sequence_id: SequenceId
    step_id: StepId
    tag_ids: list[str] | None = None
    new_tags: Annotated[list[str] | None, Field(description="Names of tags to make and put on.")] = None

    def causes(self) -> tuple[Cause, ...]:
        tagged = bool(self.tag_ids or self.new_tags)
        # A lead may be stored already, and be in any sequence.
        return (
            Cause(Effect.WRITE),
            Cause(Effect.SEND, SequenceActive(self.sequence_id)),
            *([Cause(Effect.SEND, PeopleStored(None))] if tagged else []),
        )

    def uses(self) -> Uses:
        return Uses(people=len(self.lead_ids))


class CreateLeadsToEmailFromCsv(Operation[Workflow]):
    """Upload a CSV of at most 50 MB with leads, reveal them and have mails written for them. Costs credits.

    What most arguments take is not documented: they go out as they are given.
    """

    route = post(
        "/leads-to-email",
        Effect.SPEND,
        Effect.SEND,
        why="revealing costs credits, and data of people leaves the account",
    )
    file: Annotated[File, limited(MOST_CSV_BYTES, ".csv")]
    column_mapping: Annotated[dict[str, Any], Field(description="Which column is what; the words are not documented.")]
    reveal_type: Annotated[str, Field(min_length=1, description="What to reveal; the words are not documented.")]
    total_records: Annotated[int, Field(ge=1, description="Rows of the file.")]
    body_template_id: str | None = None
    subject_template_id: str | None = None
    export_columns: str | None = None
    file_name: str | None = None
    filters: str | None = None
    step_content: Annotated[dict[str, Any] | None, Field(description="What the mails are about.")] = None
    step_gap: Annotated[int | None, Field(ge=0, description="Days between two mails (assumed).")] = None
    steps: Annotated[int | None, Field(ge=1, description="How many mails for each (assumed).")] = None
    webhook_url: Address | None = None

    def uses(self) -> Uses:
        return Uses(credits=None, webhooks=(self.webhook_url,) if self.webhook_url else ())


class CreateLeadsToEmailFromDomains(Operation[Workflow]):
    """Find people at domains and have mails written for them. Costs credits; the result goes to the webhook alone."""

    route = post(
        "/leads-to-email/domains",
        Effect.SPEND,
        Effect.SEND,
        why="revealing costs credits, and the result goes to the webhook",
    )
    domains: Annotated[
        list[Annotated[str, Field(min_length=1)] | DomainWanted],
        Field(min_length=1, description="Bare domains, or each as an object that tells whom to look for."),
    ]
    webhook_url: Address
    leads_per_domain: Annotated[int, Field(ge=1, le=10, description="People of each domain.")] = 2
    export_columns: list[str] | None = None
    filters: Annotated[dict[str, Any] | None, Field(description="What it takes is not documented.")] = None

    def uses(self) -> Uses:
        return Uses(credits=None, webhooks=(self.webhook_url,))
