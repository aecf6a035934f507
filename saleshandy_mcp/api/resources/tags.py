"""Tags of prospects."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from saleshandy_mcp.api.operation import Command, Operation, get, post
from saleshandy_mcp.api.resources.prospect_values import ProspectId
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.effects import Cause, Effect, SubsequenceWaits
from saleshandy_mcp.core.request import Wire
from saleshandy_mcp.core.uses import Uses

TagName = Annotated[str, Field(min_length=1, description="Name of a tag.")]


class Tag(ApiModel):
    id: str
    name: str


class ListTags(Operation[list[Tag]]):
    """List the tags that prospects can have."""

    route = get("/prospects/tags")
    search: str | None = None


class AssignTags(Command):
    """Put tags on prospects; tags that are missing are made. A subsequence that waits for a tag may start to send."""

    route = post(
        "/prospects/tags/assign",
        Effect.WRITE,
        Effect.SEND,
        idempotent=True,
        why="a subsequence may wait for the tag and start to mail them",
    )
    tags: Annotated[list[TagName], Field(min_length=1)]
    prospect_ids: Annotated[list[ProspectId] | None, Field(min_length=1, serialization_alias="prospects")] = None
    prospect_emails: Annotated[list[str] | None, Field(min_length=1, serialization_alias="prospectsEmails")] = None

    @model_validator(mode="after")
    def _to_somebody(self) -> Self:
        if self.prospect_ids is None and self.prospect_emails is None:
            raise ValueError("give prospect_ids or prospect_emails")
        return self

    def causes(self) -> tuple[Cause, ...]:
        people = None if self.prospect_ids is None else tuple(self.prospect_ids)
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SubsequenceWaits(people)))

    def uses(self) -> Uses:
        return Uses(taken_up=len(self.prospect_ids or ()) + len(self.prospect_emails or ()))


class TagRemoval(ApiModel):
    """One tag, and the people to take it off. A list of tags is documented, too; the sample has one text."""

    model_config = ConfigDict(extra="forbid")
    tags: TagName
    prospects: Annotated[list[ProspectId] | None, Field(min_length=1)] = None
    prospects_emails: Annotated[list[str] | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def _from_somebody(self) -> Self:
        """Require people. The documented sample names none; what the API would do then is not known."""
        if self.prospects is None and self.prospects_emails is None:
            raise ValueError("give prospects or prospects_emails")
        return self


class UnassignTags(Command):
    """Take tags off prospects."""

    route = post(
        "/prospects/tags/un-assign",
        Effect.WRITE,
        Effect.SEND,
        idempotent=True,
        why="a subsequence may take up who has the tag no more",
    )
    removals: Annotated[list[TagRemoval], Field(min_length=1)]

    def wire(self) -> Wire:
        """The body is documented as a bare list, unlike that of AssignTags. No live call is known."""
        wire = super().wire()
        return wire._replace(body=(wire.body or {})["removals"])

    def causes(self) -> tuple[Cause, ...]:
        known = all(it.prospects is not None for it in self.removals)
        people = tuple(dict.fromkeys(id_ for it in self.removals for id_ in it.prospects or [])) if known else None
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SubsequenceWaits(people)))

    def uses(self) -> Uses:
        people = [who for it in self.removals for who in (*(it.prospects or ()), *(it.prospects_emails or ()))]
        return Uses(taken_up=len(people))
