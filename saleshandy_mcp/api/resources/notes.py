"""Notes on prospects."""

from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, model_validator

from saleshandy_mcp.api.loose import Raw
from saleshandy_mcp.api.operation import Operation, Page, Paged, get, patch, post, unwrap
from saleshandy_mcp.api.resources.prospect_values import ProspectId
from saleshandy_mcp.api.resources.sequences import Person
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.effects import Cause, Effect, TextStored
from saleshandy_mcp.core.request import Wire
from saleshandy_mcp.core.uploads import File, limited

MOST_BYTES = 20_000_000

Content = Annotated[str, Field(min_length=1, description="Text or HTML.")]
Visibility = Annotated[Literal["1", "2"], Field(description='"1" team, "2" only me.')]
Status = Annotated[Literal["0", "1"], Field(description='"0" draft, "1" published.')]


class Note(ApiModel):
    id: str
    prospect_id: str
    content: str
    visibility: str | None = None
    status: str | None = None
    pinned_at: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    edited_at: str | None = None
    author: Person | None = None
    edited_by: Person | None = None


class NoteResult(Raw):
    """The result for one prospect. The shape is assumed."""

    prospect_id: str | None = None
    success: bool | None = None
    note_id: str | None = None


class NoteResults(ApiModel):
    """One bad prospect id does not stop the others."""

    results: list[NoteResult] = []


class NoteAttachment(ApiModel):
    attachment_id: str


class CreateNote(Operation[NoteResults]):
    """Attach a note to prospects. The answer tells for each prospect whether it was written."""

    route = post("/notes", Effect.WRITE, why="a note is added and replaces none")
    content: Content
    prospect_ids: Annotated[list[ProspectId], Field(min_length=1)]
    visibility: Visibility
    status: Status = "1"
    attachment_ids: Annotated[list[str] | None, Field(description="Ids from create_note_attachment.")] = None


class UpdateNote(Operation[Note]):
    """Change a note of your own."""

    route = patch("/notes/{noteId}", Effect.WRITE, Effect.DELETE, why="the text of the note is replaced")
    note_id: Annotated[str, Field(min_length=1)]
    content: Content | None = None
    visibility: Visibility | None = None
    status: Status | None = None

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if self.content is None and self.visibility is None and self.status is None:
            raise ValueError("give content, visibility or status")
        return self

    def causes(self) -> tuple[Cause, ...]:
        replaced = () if self.content is None else (Cause(Effect.DELETE, TextStored()),)
        return (Cause(Effect.WRITE), *replaced)


class CreateNoteAttachment(Operation[NoteAttachment]):
    """Upload a file of at most 20 MB for a note. Which types are taken is not documented."""

    route = post("/notes/attachments", Effect.WRITE, why="a file is stored and nothing uses it yet")
    file: Annotated[File, limited(MOST_BYTES)]


class ListProspectNotes(Paged[Note]):
    """List the published notes of a prospect."""

    route = get("/prospects/{prospectId}/notes")
    list_at = "notes"
    prospect_id: ProspectId
    page: Annotated[int, Field(ge=1, serialization_alias="skip", description="Page number, from 1.")] = 1
    page_size: Annotated[int, Field(ge=1, le=100, serialization_alias="take")] = 20

    def wire(self) -> Wire:
        """The request as it is sent. ``skip`` counts notes, not pages."""
        wire = super().wire()
        return wire._replace(query=wire.query | {"skip": str((self.page - 1) * self.page_size)})

    def parse(self, document: Any) -> Page[Note]:
        """A page of notes. ``pagination``, beside the list, tells whether there are more."""
        body = unwrap(document)
        pagination: Any = cast("dict[str, Any]", body).get("pagination") if isinstance(body, dict) else None
        return super().parse(body | pagination if pagination else body)
