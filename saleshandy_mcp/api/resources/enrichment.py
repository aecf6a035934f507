"""Enrichment: contact data of people and companies, for credits. Jobs run in the background; a call reads their state.

Names on the wire are snake_case in requests and in the rows of results, camelCase in all other answers.
"""

from typing import Annotated, Any, Literal, Self, cast

from pydantic import AliasGenerator, ConfigDict, Field, model_validator

from saleshandy_mcp.api.loose import Raw
from saleshandy_mcp.api.operation import Operation, get, post
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.effects import Cause, Effect
from saleshandy_mcp.core.uses import Uses

MOST = 100

SNAKE_CASE = AliasGenerator(serialization_alias=str)
"""For operations whose names on the wire are those of their fields."""

JobId = Annotated[str, Field(min_length=1, description="request_id of the job.")]
PER_EMAIL, PER_PHONE, PER_COMPANY = 1, 7, 0.1
"""Credits for a hit, about, as product pages say. The price of a phone includes the email. A miss costs nothing."""

WebhookUrl = Annotated[str, Field(pattern="^https?://", description="Gets the result posted; how is not documented.")]
Texts = Annotated[list[Annotated[str, Field(min_length=1)]] | None, Field(min_length=1, max_length=MOST)]
Numbers = Annotated[list[int] | None, Field(min_length=1, max_length=MOST)]


class Credits(ApiModel):
    """It is not documented whether the total is the credits left or those given; a live client takes those left."""

    total_credits: float | None = None
    credit_consumed_today: float | None = None
    credit_consumed_this_month: float | None = None


class Allowance(ApiModel):
    """Calls that are allowed and left. ``reset_at`` is in Unix seconds."""

    limit: int | None = None
    remaining: int | None = None
    reset_at: int | None = None


class EnrichmentLimits(ApiModel):
    per_minute: Allowance | None = None
    per_hour: Allowance | None = None
    per_day: Allowance | None = None


class EnrichmentStarted(ApiModel):
    request_id: str


class EnrichmentJob(ApiModel):
    """Of ``status`` only in-progress is documented; the three final states are those that live clients wait for."""

    request_id: str | None = None
    status: str
    total_records: int | None = None
    processed: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    credits_charged: float | None = None

    @property
    def finished(self) -> bool:
        """Ended, not necessarily well."""
        return self.status in ("completed", "completed-with-errors", "failed")


class FoundEmail(Raw):
    email: str
    verification_status: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _object_or_text(cls, data: Any) -> Any:
        return {"email": data} if isinstance(data, str) else data


class Enriched(Raw):
    """A person or a company. The keys are those that live clients read for people; for companies no key is known."""

    model_config = ConfigDict(alias_generator=None)
    lead_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    job_title: str | None = None
    linkedin_url: str | None = None
    emails: list[FoundEmail] = []
    email: str | None = None
    work_email: str | None = None
    phone: str | None = None
    mobile: str | None = None

    @property
    def addresses(self) -> list[str]:
        """All email addresses, from each of the keys, each once."""
        found = [entry.email for entry in self.emails] + [self.email, self.work_email]
        return list(dict.fromkeys(address for address in found if address))


class EnrichmentResult(ApiModel):
    """The rows that a job found. A row without an address is a miss, which costs nothing."""

    request_id: str | None = None
    status: str | None = None
    results: list[Enriched] = []

    @model_validator(mode="before")
    @classmethod
    def _list_or_object(cls, data: Any) -> Any:
        return {"results": cast("Any", data)} if isinstance(data, list) else data


class PersonAtCompany(ApiModel):
    """Somebody by name, with the domain or the website of the company."""

    model_config = ConfigDict(extra="forbid", alias_generator=None)
    first_name: str | None = None
    last_name: str | None = None
    company_domain: str | None = None
    company_website: str | None = None


class EnrichCompanies(Operation[EnrichmentStarted]):
    """Start a job that looks companies up. Costs credits, about 0.1 for each hit; a miss is free.

    Give at least one of the lists, with at most 100 entries each; then ask get_enrichment_status.
    """

    model_config = ConfigDict(alias_generator=SNAKE_CASE)
    route = post("/enrich/company", Effect.SPEND, why="each company found costs credits")
    company_domain: Texts = None
    company_id: Annotated[Numbers, Field(description="Lead Finder ids.")] = None
    company_website: Texts = None
    linkedin_url: Texts = None
    webhook_url: WebhookUrl | None = None

    @model_validator(mode="after")
    def _something_to_look_up(self) -> Self:
        if not (self.company_domain or self.company_id or self.company_website or self.linkedin_url):
            raise ValueError("give company_domain, company_id, company_website or linkedin_url")
        return self

    def uses(self) -> Uses:
        lists = (self.company_domain, self.company_id, self.company_website, self.linkedin_url)
        return Uses(credits=PER_COMPANY * sum(len(it or ()) for it in lists), webhooks=_given(self.webhook_url))


class EnrichContacts(Operation[EnrichmentStarted]):
    """Start a job that reveals emails or phones of people. Costs about 1 credit a hit, 7 with phone; a miss is free.

    Give at least one of the lists, with at most 100 entries each; then ask get_enrichment_status.
    """

    model_config = ConfigDict(alias_generator=SNAKE_CASE)
    route = post(
        "/enrich/contact",
        Effect.WRITE,
        Effect.SEND,
        Effect.SPEND,
        why="each person found costs credits; with a webhook the result leaves the account",
    )
    lead_id: Annotated[Numbers, Field(description="Lead Finder ids, of search_people.")] = None
    linkedin_url: Texts = None
    full_name_with_company: Annotated[list[PersonAtCompany] | None, Field(min_length=1, max_length=MOST)] = None
    # None, not the API's default work_email: profile_only cannot be combined with it.
    email_type: Annotated[
        Literal["work_email", "personal_email"] | None, Field(description="work_email when absent.")
    ] = None
    reveal_phone: Annotated[bool, Field(description="Phones too, for more credits.")] = False
    profile_only: Annotated[bool, Field(description="Neither emails nor phones, and no credits.")] = False
    webhook_url: WebhookUrl | None = None

    @model_validator(mode="after")
    def _somebody_to_look_up(self) -> Self:
        if not (self.lead_id or self.linkedin_url or self.full_name_with_company):
            raise ValueError("give lead_id, linkedin_url or full_name_with_company")
        if self.profile_only and (self.email_type or self.reveal_phone):
            raise ValueError("profile_only goes neither with email_type nor with reveal_phone")
        return self

    def causes(self) -> tuple[Cause, ...]:
        effects = [Effect.WRITE if self.profile_only else Effect.SPEND, *([Effect.SEND] if self.webhook_url else [])]
        return tuple(Cause(effect) for effect in effects)

    def uses(self) -> Uses:
        people = sum(len(it or ()) for it in (self.lead_id, self.linkedin_url, self.full_name_with_company))
        each = 0 if self.profile_only else PER_PHONE if self.reveal_phone else PER_EMAIL
        return Uses(credits=each * people, webhooks=_given(self.webhook_url))


class GetEnrichmentStatus(Operation[EnrichmentJob]):
    """Read how far an enrichment is, and what it has cost so far."""

    route = get("/enrich/status/{requestId}")
    request_id: JobId


class GetEnrichmentResult(Operation[EnrichmentResult]):
    """Read what an enrichment found, once it has ended."""

    route = get("/enrich/status/result/{requestId}")
    request_id: JobId


class GetEnrichmentRateLimits(Operation[EnrichmentLimits]):
    """Read how many enrichment calls are left this minute, hour and day."""

    route = get("/enrich/rate-limits")


class GetCredits(Operation[Credits]):
    """Read how many lead credits there are and what was used today and this month."""

    route = get("/credits")


def _given(address: str | None) -> tuple[str, ...]:
    return (address,) if address else ()
