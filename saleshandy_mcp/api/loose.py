"""Answers that nobody has documented: nothing of them is lost, and a list is found under whatever key it stands."""

from typing import Any, TypeVar, cast

from pydantic import BeforeValidator, ConfigDict

from saleshandy_mcp.api.operation import Page, Paged, unwrap
from saleshandy_mcp.api.types import ApiModel

T = TypeVar("T")


class Raw(ApiModel):
    """Keeps what it does not know: its own fields are a guess, ``model_extra`` holds the rest by wire name."""

    model_config = ConfigDict(extra="allow")


class Sought(Paged[T]):
    """A page of a list that may be the payload itself, stand under ``list_at``, or be the only list of an object."""

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
