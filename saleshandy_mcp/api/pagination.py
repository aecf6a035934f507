"""One Page over the API's dialects of pagination, and a walk through all pages."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar, cast

from pydantic import BaseModel, Field

from saleshandy_mcp.api.operation import Operation, unwrap
from saleshandy_mcp.api.patience import patiently
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.waiting import Pause

T = TypeVar("T")

BUDGET = 15 * 60.0
"""Seconds that one page may wait for the rate limit."""


class Page(BaseModel, Generic[T]):
    """Some items of a list.

    Attributes:
        items: what this page holds.
        total: how many there are in all; None where the API does not tell.
        more: whether a further page is to be expected. Without a total this is a guess from a full page.
    """

    items: list[T]
    total: int | None = None
    more: bool = False


class _Meta(ApiModel):
    total_items: int | None = None
    total_pages: int | None = None


class Paged(Operation[Page[T]]):
    """An operation that answers with one page of a list."""

    list_at: ClassVar[str | None] = None
    """The key of the list where the payload is an object; the payload itself is the list otherwise."""

    page: Annotated[int, Field(ge=1, le=10_000, description="Page number, from 1.")] = 1
    page_size: Annotated[int, Field(ge=1, description="Items on a page.")] = 25

    @classmethod
    def answer_type(cls, parameter: Any) -> Any:
        return list[parameter]

    def parse(self, document: Any) -> Page[T]:
        body = unwrap(document)
        envelope = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        found: Any = envelope.get(self.list_at or "payload") if envelope else cast("Any", body)
        items = cast("list[T]", self.returns().validate_python(found))
        meta = _Meta.model_validate(envelope.get("meta") or {})
        if "hasMore" in envelope:
            more = bool(envelope["hasMore"])
        elif meta.total_pages is not None:
            more = self.page < meta.total_pages
        else:
            more = len(items) >= self.page_size
        return Page[T](items=items, total=meta.total_items, more=more)

    def next_page(self) -> Self:
        return self.model_copy(update={"page": self.page + 1})


async def every(
    api: Api,
    operation: Paged[T],
    *,
    pages: int = 1000,
    pause: Pause | None = None,
) -> AsyncIterator[T]:
    """All items from the operation's page on, page after page.

    Args:
        api: what carries the calls out.
        operation: the first page.
        pages: how many pages at most.
        pause: waits some seconds, and is used when the rate limit wants longer than one call may take: from the 21st
            page within a minute on. Without it such a walk ends with Throttled.

    Raises:
        RuntimeError: after ``pages`` pages, so that an API that never ends does not keep us for ever.
    """
    for _ in range(pages):
        page = await (patiently(api, operation, pause, BUDGET) if pause else api.send(operation))
        for item in page.items:
            yield item
        if not page.more:
            return
        operation = operation.next_page()
    raise RuntimeError(f"{operation.slug()} had not ended after {pages} pages")
