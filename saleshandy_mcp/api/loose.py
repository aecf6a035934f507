"""Answers that are not documented: unknown keys are kept, and a list is found under any key."""

from typing import Any, TypeVar, cast

from pydantic import BeforeValidator, ConfigDict

from saleshandy_mcp.api.operation import Page, Paged, unwrap
from saleshandy_mcp.api.types import ApiModel

T = TypeVar("T")


class Raw(ApiModel):
    """A part of an answer that keeps unknown keys in ``model_extra``, by wire name. Its own fields are a guess."""

    model_config = ConfigDict(extra="allow")


class Sought(Paged[T]):
    """A page of a list. The list may be the payload itself, be under ``list_at``, or be the only list of an object."""

    def parse(self, document: Any) -> Page[T]:
        body = unwrap(document)
        if isinstance(body, dict):
            envelope = cast("dict[str, Any]", body)
            lists = [key for key, value in envelope.items() if isinstance(value, list)]
            if self.list_at not in envelope and len(lists) == 1:
                body = {**envelope, self.list_at or "payload": envelope[lists[0]]}
        return super().parse(body)


def _only_list(value: Any) -> Any:
    if isinstance(value, dict):
        body = cast("dict[str, Any]", value)
        lists = [key for key, part in body.items() if isinstance(part, list)]
        return body[lists[0]] if len(lists) == 1 else body
    return [] if value is None else value


OnlyList = BeforeValidator(_only_list)
"""Marks a list without pages that may be the payload itself or the only list of an object."""
