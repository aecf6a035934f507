"""Clients of an agency, and what belongs to them."""

from typing import Annotated, Literal

from pydantic import EmailStr, Field

from saleshandy_mcp.api.operation import Command, Paged, get, post
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.effects import Effect


class AgencyClient(ApiModel):
    """A client. Numbers are text in the answer; the permission is a word here, and a code in create_client."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    company_name: str = ""
    permission: str | None = None
    created_date: str | None = None
    active_sequence: str | None = None
    total_prospects: str | None = None
    email_sent: str | None = None
    active_email_accounts: str | None = None


class ListClients(Paged[AgencyClient]):
    """List the agency's clients."""

    route = get("/clients")
    search: Annotated[str | None, Field(description="Name, email or company.")] = None
    page_size: Annotated[int, Field(ge=1, le=100)] = 25
    sort: Literal["ASC", "DESC"] = "DESC"
    sort_by: Literal[
        "createdDate",
        "firstName",
        "companyName",
        "activeSequence",
        "totalProspects",
        "emailSent",
        "activeEmailAccounts",
    ] = "createdDate"


class CreateClient(Command):
    """Create a client of an agency account (add a client): a user who can sign in, and who is presumably told by mail.

    The answer has no id: find it with list_clients.
    """

    route = post("/clients", Effect.SEND, why="the client is a person outside, who is invited")
    first_name: str
    last_name: str
    email: Annotated[EmailStr, Field(description="Its domain must not be on the blacklist.")]
    company_name: str
    permission: Annotated[Literal["1", "2"], Field(description='"1" full access, "2" limited access.')]


class AssignClientResources(Command):
    """Give sequences or email accounts to a client; without ``client_id`` they presumably belong to none again."""

    route = post(
        "/clients/assign/{resourceType}", Effect.SEND, idempotent=True, why="people outside see what they are given"
    )
    resource_type: Literal["sequence", "emailAccount"]
    resource_ids: Annotated[list[str], Field(min_length=1, description="Ids of sequences or of email accounts.")]
    client_id: str | None = None
