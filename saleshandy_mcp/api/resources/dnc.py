"""Do-Not-Contact lists: addresses and domains that are never written to."""

from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.loose import Sought
from saleshandy_mcp.api.operation import Command, Paged, get, post
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.effects import Effect

Kind = Annotated[Literal["all", "email", "domain"], Field(description="Addresses, domains or both.")]
PageSize = Annotated[int, Field(ge=1, le=100)]


class DncItem(ApiModel):
    id: str | None = None
    value: str
    type: str | None = None
    created_at: str | None = None
    added_by: str | None = None


class DncList(ApiModel):
    """A list. Some answers give its number of items as ``total``, others as ``number_of_items``, or as both."""

    id: str
    name: str = ""
    number_of_items: int | None = None
    total: int | None = None
    created_at: str | None = None
    created_by: str | None = None
    updated_at: str | None = None
    client_id: str | None = None


class DncListFound(ApiModel):
    """A list that holds entries that were searched for, with these entries."""

    id: str
    name: str = ""
    number_of_items: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    added_by: str | None = None
    owner_id: str | None = None
    dnc_items: list[DncItem] = []


class ListDncLists(Sought[DncList]):
    """List the Do-Not-Contact lists."""

    route = get("/dnc")
    search: str | None = None
    page_size: PageSize = 25
    sort: Literal["ASC", "DESC"] = "DESC"
    sort_by: Literal["total", "updatedAt"] = "updatedAt"


class GetDncItems(Sought[DncItem]):
    """List what stands in a Do-Not-Contact list."""

    route = get("/dnc/{dncListId}")
    list_at = "dncListDetails"  # live; documented as dncDetails
    dnc_list_id: Annotated[str, Field(min_length=1)]
    search: str | None = None
    page_size: PageSize = 25
    type: Kind = "all"


class SearchDncItem(Paged[DncListFound]):
    """Find an address or a domain in all Do-Not-Contact lists."""

    route = get("/dnc/item/search")
    list_at = "dncList"
    search: Annotated[str | None, Field(description="Address, domain or a part of one.")] = None
    page_size: PageSize = 25
    type: Kind = "all"


class AddDncItems(Command):
    """Put addresses or domains on a Do-Not-Contact list. Only the web app can take them off again."""

    route = post("/dnc", Effect.DELETE, why="only the web app takes an entry off again")
    dnc_list_id: Annotated[str, Field(min_length=1)]
    items: Annotated[
        list[Annotated[str, Field(min_length=1)]],
        Field(min_length=1, description="Addresses and domains; the API tells them apart."),
    ]
