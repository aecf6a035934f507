"""Domains: buying domains with mailboxes to send from. Most answers are undocumented: unknown keys are kept.

The usual order: search_domain, list_domain_plans, generate_mailbox_names, purchase_domain, then list_domains until
nothing is inProgress.
"""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from saleshandy_mcp.api.loose import OnlyList, Raw
from saleshandy_mcp.api.operation import Command, Operation, delete, get, post
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.uploads import File, limited

MOST_PICTURE_BYTES = 1_000_000

DomainId = Annotated[str, Field(min_length=1, description="Domain id, of list_domains.")]
Provider = Annotated[Literal["Google", "Microsoft", "Azure"], Field(description="Who runs the mailboxes.")]
DomainName = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^\s/:@]+\.[^\s/:@]+$")]


class Domain(Raw):
    """A bought domain. Status: inProgress, active, deleted, failed or expired."""

    id: str
    name: str = ""
    status: str | None = None
    mailboxes: list[Raw] = []


class Domains(ApiModel):
    domains: list[Domain] = []


class DomainOrder(Raw):
    """An order. Nothing is documented but its id."""

    order_id: str | None = None
    status: str | None = None


class DomainPlan(Raw):
    """A price. The keys are those of an assumed sample."""

    email_service_provider: str | None = None
    plan_type: str | None = None
    price: str | None = None


class DomainOffer(Raw):
    """A name that was searched for. The keys are those of an assumed sample."""

    domain: str | None = None
    available: bool | None = None
    price: str | None = None


class Checkout(Raw):
    """An order that waits to be paid at ``checkout_url``; a free one has no such address."""

    order_id: str | None = None
    checkout_url: str | None = None


class Picture(Raw):
    """An uploaded picture. ``profile_pic_id`` of a mailbox takes its ``id``, whose key is assumed."""

    id: int


class NewMailbox(ApiModel):
    """A mailbox to make on a domain."""

    model_config = ConfigDict(extra="forbid")
    email: Annotated[str, Field(pattern="@", description="Full address on the domain.")]
    firstname: str
    lastname: str
    # The API requires it; that 0 means no picture is assumed from the sample.
    profile_pic_id: Annotated[int, Field(ge=0, description="Of upload_domain_profile_picture; 0 none (assumed).")] = 0


class NewDomain(ApiModel):
    """A domain to buy, with its mailboxes."""

    model_config = ConfigDict(extra="forbid")
    name: DomainName
    redirect_url: Annotated[DomainName, Field(description="Where visitors are led: a bare domain, no https://.")]
    mailboxes: list[NewMailbox]


class SearchDomain(Operation[Annotated[list[DomainOffer], OnlyList]]):
    """Look for domain names that can be bought."""

    route = get("/domain/search")
    domain: Annotated[str, Field(min_length=1, description="Name to look for.")]
    email_service_provider: Provider
    tld: Annotated[list[str] | None, Field(description="Endings: com, io.")] = None
    page: Annotated[int | None, Field(ge=1)] = None


class ListDomainPlans(Operation[Annotated[list[DomainPlan], OnlyList]]):
    """List what mailboxes cost."""

    route = get("/domain/plans")


class GenerateMailboxNames(Operation[Annotated[list[str | Raw], OnlyList]]):
    """Suggest addresses for a person on a domain. Nothing is made: a read, though it travels as POST.

    The answer is not documented; a list of addresses is assumed, of objects allowed for.
    """

    route = post("/domain/generate-mailbox-names", Effect.READ)
    domain: DomainName
    first_name: Annotated[str, Field(min_length=1)]
    last_name: Annotated[str, Field(min_length=1)]
    count: Annotated[int, Field(ge=1, le=100, description="How many.")]


class UploadDomainProfilePicture(Operation[Picture]):
    """Upload a picture for a mailbox: PNG, JPG or GIF of at most 1 MB. A mailbox takes the id."""

    route = post("/domain/profile-picture/upload", Effect.WRITE, why="a picture is stored and nothing uses it yet")
    file: Annotated[File, limited(MOST_PICTURE_BYTES, ".png", ".jpg", ".jpeg", ".gif")]


class PurchaseDomain(Operation[Checkout]):
    """Buy (order) domains with mailboxes: costs money. A paid order waits at a checkout address for a person to pay.

    Provisioning runs afterwards: call list_domains until the status is no longer inProgress.
    """

    route = post("/domain", Effect.SPEND, why="it costs money")
    domain_owner_firstname: Annotated[str, Field(min_length=1, max_length=50)]
    domain_owner_lastname: Annotated[str, Field(min_length=1, max_length=50)]
    company_name: Annotated[str, Field(min_length=1)]
    address: Annotated[str, Field(min_length=1, description="Street and number.")]
    city: str | None = None
    state: str | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="Two letters: US.")]
    zipcode: Annotated[str, Field(min_length=1)]
    phone_number: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$", description="With country code: +14155550100.")]
    email_service_provider: Provider
    plan_type: Annotated[
        Literal["quarterly", "annualFlexi", "annualFixed"], Field(description="Azure has quarterly only.")
    ] = "quarterly"
    is_free_order: Annotated[bool | None, Field(description="Domains that the plan includes.")] = None
    is_replacement: Annotated[bool | None, Field(description="Takes the place of a failed domain (assumed).")] = None
    domains: Annotated[list[NewDomain], Field(min_length=1)]

    @model_validator(mode="after")
    def _azure_is_quarterly(self) -> Self:
        if self.email_service_provider == "Azure" and self.plan_type != "quarterly":
            raise ValueError('plan_type: Azure has "quarterly" only')
        return self


class ListDomains(Operation[Domains]):
    """List the domains that we own and their mailboxes, with how far their provisioning is."""

    route = get("/domain")
    search: Annotated[str | None, Field(description="Part of the name.")] = None
    order: Literal["Asc", "Desc"] | None = None


class ListDomainOrders(Operation[Annotated[list[DomainOrder], OnlyList]]):
    """List the orders of domains."""

    route = get("/domain/orders")


class GetDomainOrder(Operation[DomainOrder]):
    """Read one order of domains."""

    route = get("/domain/orders/{orderId}")
    order_id: Annotated[str, Field(min_length=1, description="Of purchase_domain or list_domain_orders.")]


class DeleteDomain(Command):
    """Mark a domain for deletion, its mailboxes with it. revoke_domain undoes that while it is pending."""

    route = delete("/domain/{id}", why="the domain and its mailboxes go")
    id: DomainId


class RevokeDomain(Command):
    """Undo a pending deletion of a domain: it is kept, and what it costs goes on (assumed)."""

    route = post("/domain/{id}/revoke", Effect.SPEND, idempotent=True, why="the domain is kept, and its costs go on")
    id: DomainId
