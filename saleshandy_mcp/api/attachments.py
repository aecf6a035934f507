"""Attachments: files that email variants and replies carry."""

from typing import Annotated

from pydantic import AliasChoices, Field

from saleshandy_mcp.api.action import Effect, Operation, post
from saleshandy_mcp.api.model import Text
from saleshandy_mcp.api.undocumented import Raw
from saleshandy_mcp.api.upload import File


class Attachment(Raw):
    """The sample of the answer is a guess: ``id`` is allowed for."""

    attachment_id: Annotated[
        Text, Field(validation_alias=AliasChoices("attachmentId", "id"), serialization_alias="attachmentId")
    ]


class CreateAttachment(Operation[Attachment]):
    """Upload a file for email variants and replies, which take the id. Size and types taken are not documented."""

    route = post("/attachments", Effect.WRITE)
    file: File
