"""Filters of searches in the Lead Finder: the shapes that many filters share, each declared once."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from saleshandy_mcp.api.types import ApiModel

Words = Annotated[list[Annotated[str, Field(min_length=1)]] | None, Field(min_length=1)]


class Filter(ApiModel):
    """A part of a search. Names on the wire are camelCase; classes with snake_case names say so in ``model_config``.

    Shapes are explained in comments: a model would read a docstring once for every filter.
    """

    model_config = ConfigDict(extra="forbid")


# Either end may be missing. The API wants text; a number is accepted here and sent as text.
class Range(Filter):
    min: str | None = None
    max: str | None = None


class Included(Filter):
    includes: Words = None


class Chosen(Included):
    excludes: Words = None


class Matched(Chosen):
    exact_match: Annotated[Literal[0, 1] | None, Field(description="1 = the whole text.")] = None


class MatchedEver(Matched):
    should_search_past: Annotated[Literal[0, 1] | None, Field(description="1 = former ones too (assumed).")] = None


class FullName(Included):
    exact_match: Annotated[Literal[0, 1] | None, Field(description="1 = the whole text.")] = None


class Salary(Filter):
    range: Range | None = None
    title: Matched | None = None


Department = Literal[
    "medical",
    "sales",
    "hr",
    "legal",
    "marketing",
    "finance",
    "technical",
    "consulting",
    "operations",
    "product",
    "general_management",
    "administrative",
    "customer_service",
    "project_management",
    "design",
    "research",
    "trades",
    "real_estate",
    "education",
    "other_department",
]

Seniority = Literal[
    "owner",
    "founder",
    "clevel",
    "partner",
    "vp",
    "head",
    "director",
    "manager",
    "senior",
    "mid",
    "junior",
    "intern",
    "specialist",
    "other_management",
]


class DepartmentSize(Filter):
    count: Range | None = None
    group: Department | None = None


class SenioritySize(Filter):
    count: Range | None = None
    group: Seniority | None = None


# How the percentage is written is not documented, here and below.
class CountryVisits(Filter):
    country: str | None = None
    percentage: Any = None


class GenderVisits(Filter):
    gender: Literal["male", "female"] | None = None
    percentage: Any = None


class ScoreChange(Filter):
    model_config = ConfigDict(alias_generator=None)
    direction: Literal["up", "down", "any"] | None = None
    duration: Literal["current", "monthly", "quarterly", "yearly"] | None = None
    points_range: Range | None = None


# A company to find similar ones for. What the traits with an underscore take is not documented.
class LookAlike(Filter):
    model_config = ConfigDict(alias_generator=None)
    value: str | None = None
    company_id: str | None = None
    annual_revenue: Annotated[Any, Field(alias="_annual_revenue")] = None
    categories_and_keywords: Annotated[list[str] | None, Field(alias="_categories_and_keywords")] = None
    company_name: Annotated[Any, Field(alias="_company_name")] = None
    competitors: Annotated[list[Any] | None, Field(alias="_competitors")] = None
    followers_count_linkedin: Annotated[Any, Field(alias="_followers_count_linkedin")] = None
    industry: Annotated[Any, Field(alias="_industry")] = None
    ownership_status: Annotated[Any, Field(alias="_ownership_status")] = None
    technologies_used: Annotated[list[Any] | None, Field(alias="_technologies_used")] = None
    total_website_visits_monthly: Annotated[Any, Field(alias="_total_website_visits_monthly")] = None
