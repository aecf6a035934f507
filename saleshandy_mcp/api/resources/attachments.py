"""Attachments: files that email variants and replies carry."""

from typing import Annotated

from pydantic import AliasChoices, Field

from saleshandy_mcp.api.loose import Raw
from saleshandy_mcp.api.operation import Operation, post
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.uploads import File


class Attachment(Raw):
    """An uploaded file. The documented sample is a guess, so the key ``id`` is accepted, too."""

    attachment_id: Annotated[
        str, Field(validation_alias=AliasChoices("attachmentId", "id"), serialization_alias="attachmentId")
    ]


class CreateAttachment(Operation[Attachment]):
    """Upload a file for email variants and replies, which take the id. Size and types taken are not documented."""

    route = post("/attachments", Effect.WRITE, why="a file is stored and nothing uses it yet")
    file: File
