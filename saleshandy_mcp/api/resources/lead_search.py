"""Lead Finder: searching people and companies. Searches are free; contact data is revealed by enrichment."""

from typing import Annotated, Any, ClassVar, Literal, TypeVar, cast

from pydantic import ConfigDict, Field

from saleshandy_mcp.api.loose import Raw, Sought
from saleshandy_mcp.api.operation import Operation, Page, get, post, unwrap
from saleshandy_mcp.api.resources.enrichment import SNAKE_CASE
from saleshandy_mcp.api.resources.lead_filters import (
    Chosen,
    CountryVisits,
    DepartmentSize,
    FullName,
    GenderVisits,
    Included,
    LookAlike,
    Matched,
    MatchedEver,
    Range,
    Salary,
    ScoreChange,
    SenioritySize,
    Words,
)
from saleshandy_mcp.core.effects import Effect

T = TypeVar("T")

MOST_PAGES = 400


class Lead(Raw):
    """A person. Only ``id``, a number, is certain; the other keys are those that a live client reads."""

    model_config = ConfigDict(alias_generator=None)
    id: int
    first_name: str | None = None
    last_name: str | None = None
    job_title: str | None = None
    department: str | None = None
    linkedin_url: str | None = None
    organization_name: str | None = None
    organization_domain: str | None = None


class Company(Raw):
    """A company. Only ``id`` is certain, as for a lead."""

    model_config = ConfigDict(alias_generator=None)
    id: int
    name: str | None = None
    domain: str | None = None
    industry: str | None = None
    employee_count: str | None = None
    linkedin_url: str | None = None


class AiAnswer(Raw):
    """What the assistant says, and the first hits; ``type`` is people or company."""

    conversation_id: str | None = None
    type: str | None = None
    agent_message: str | None = None
    result_url: str | None = None
    results: list[dict[str, Any]] = []


class _Search(Sought[T]):
    """What both searches share. The key of the hits is not documented: the only list of the answer is taken."""

    model_config = ConfigDict(alias_generator=SNAKE_CASE)
    page_size: ClassVar[int] = 25  # pyright: ignore[reportIncompatibleVariableOverride] - no argument here: it is fixed
    page: Annotated[int, Field(ge=1, le=MOST_PAGES, description="Page number, from 1 to 400; about 25 hits each.")] = 1
    company_annual_revenue: Range | None = None
    company_domain: Chosen | None = None
    company_founded_year: Range | None = None
    company_funding_amount: Range | None = None
    company_funding_date: Range | None = None
    company_hq_location: Matched | None = None
    company_industry: Chosen | None = None
    company_size: Annotated[Range | None, Field(description="Number of employees.")] = None
    is_b2b: bool | None = None
    keywords: Included | None = None

    def parse(self, document: Any) -> Page[T]:
        """A page with the total, which stands beside the hits. Page 400 is the last, even when the total is larger."""
        page = super().parse(document)
        body = unwrap(document)
        said: Any = cast("dict[str, Any]", body).get("total") if isinstance(body, dict) else None
        total = said if isinstance(said, int) else None
        more = page.more if total is None else self.page * self.page_size < total
        return page.model_copy(update={"total": total, "more": more and self.page < MOST_PAGES})


class SearchPeople(_Search[Lead]):
    """Search people in the Lead Finder, free of charge. Emails and phones are not among what is found.

    Where get_lead_search_filters lists values for a filter, only those find anything.
    """

    route = post("/search/people", Effect.READ)
    list_at = "leads"
    job_title: MatchedEver | None = None
    location: Matched | None = None
    department: Chosen | None = None
    management_level: Chosen | None = None
    decision_maker: bool | None = None
    company_name: MatchedEver | None = None
    company_bootstraped: bool | None = None
    limit_per_company: Annotated[
        int | None, Field(ge=1, le=10_000, serialization_alias="limitPerCompany", description="People of one company.")
    ] = None
    full_name: FullName | None = None
    skills: Matched | None = None
    certifications: Included | None = None
    education_degrees: Chosen | None = None
    current_company_experience: Range | None = None
    current_role_tenure: Range | None = None
    total_experience: Range | None = None
    jobs_changed_within: Range | None = None
    projected_base_salary: Range | None = None
    linkedin_connection_count: Range | None = None
    linkedin_followers_count: Range | None = None
    linkedin_url: Words = None
    social_link: Included | None = None


class SearchCompanies(_Search[Company]):
    """Search companies in the Lead Finder, free of charge.

    Where get_lead_search_filters lists values for a filter, only those find anything.
    """

    route = post("/search/companies", Effect.READ)
    list_at = "companies"
    company_name: Matched | None = None
    linkedin_url: Matched | None = None
    website: Included | None = None
    social_urls: Included | None = None
    # It is not certain whether this, type and signal_ids take one value or a list: all follow the contract.
    ownership_status: Literal["Private", "Public", "Other"] | None = None
    type: (
        Literal[
            "Privately Held",
            "Public Company",
            "Self-Owned",
            "Self-Employed",
            "Partnership",
            "Nonprofit",
            "Educational",
            "Government Agency",
        ]
        | None
    ) = None
    naics_codes: Included | None = None
    sic_codes: Included | None = None
    technologies_used: Included | None = None
    look_alike_company_name: Annotated[list[LookAlike] | None, Field(description="Companies like these.")] = None
    active_job_postings_count: Range | None = None
    active_job_postings_title: Included | None = None
    base_salary: list[Salary] | None = None
    employee_count_department: list[DepartmentSize] | None = None
    employee_count_seniority: list[SenioritySize] | None = None
    employee_reviews_aggregate_score: Range | None = None
    employee_reviews_business_outlook: Range | None = None
    employee_reviews_career_opportunities: Range | None = None
    employee_reviews_ceo_approval: Range | None = None
    employee_reviews_culture_values: Range | None = None
    employee_reviews_recommend: Range | None = None
    employee_reviews_total_count: Range | None = None
    employee_reviews_work_life_balance: Range | None = None
    followers_count_linkedin: Range | None = None
    funding_rounds_name: Included | None = None
    last_funding_round_amount_raised: Range | None = None
    last_funding_round_announced_date: Range | None = None
    last_funding_round_name: Included | None = None
    news_ids: Annotated[list[int] | None, Field(serialization_alias="newsIds")] = None
    signal_ids: Annotated[
        list[Annotated[int, Field(ge=1, le=10)]] | None,
        Field(serialization_alias="signalIds", description="Numbers 1 to 10; what they mean is not documented."),
    ] = None
    product_reviews_aggregate_score: Range | None = None
    product_reviews_count: Range | None = None
    product_reviews_score_change: ScoreChange | None = None
    rank_global: Annotated[Range | None, Field(description="Place of the website among all.")] = None
    total_website_visits_monthly: Range | None = None
    visits_breakdown_by_country: list[CountryVisits] | None = None
    visits_breakdown_by_gender: list[GenderVisits] | None = None


class GetLeadSearchFilters(Operation[dict[str, Any] | list[Any]]):
    """List the values that the filters of searches take. The shape of the answer is not documented."""

    route = get("/search/filters")


class SearchLeadsWithAi(Operation[AiAnswer]):
    """Find people or companies from a request in plain words. Give conversation_id to go on with an earlier talk."""

    route = post("/leads/ai-chat", Effect.READ)
    query: Annotated[str, Field(min_length=1, max_length=600, description="In plain words.")]
    conversation_id: Annotated[str | None, Field(description="Of an earlier answer.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Hits at most.")] = 25
