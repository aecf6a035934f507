"""Uploads of attachments for mails and for notes."""

from pathlib import PurePosixPath

from saleshandy_mcp.sandbox.http.message import File, Reply, Request, app_error, done
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

LARGEST_FOR_NOTE = 20 * 1024 * 1024
# Assumed: a note refuses files that a computer can run.
REFUSED_FOR_NOTE = {".bat", ".cmd", ".com", ".exe", ".js", ".msi", ".ps1", ".scr", ".sh", ".vbs"}


def create_attachment(world: World, request: Request) -> Reply:
    """Assumed: every file that is not empty is accepted."""
    file = request.files["file"]
    if not file.content:
        raise app_error(4000, "The file is empty")
    return _stored(world, file, "mail")


def create_note_attachment(world: World, request: Request) -> Reply:
    file = request.files["file"]
    if PurePosixPath(file.name).suffix.lower() in REFUSED_FOR_NOTE:
        raise app_error(4001, "The file type is not accepted")
    if len(file.content) > LARGEST_FOR_NOTE:
        raise app_error(4002, "The file is larger than 20 MB")
    return _stored(world, file, "note")


def _stored(world: World, file: File, use: str) -> Reply:
    """Keep name, type and size of the file. Its bytes are not kept."""
    row: Row = {
        "id": hash_id("attachment", len(world.attachments)),
        "name": file.name,
        "mediaType": file.media_type,
        "size": len(file.content),
        "use": use,
    }
    world.attachments[row["id"]] = row
    return done("Attachment uploaded", {"attachmentId": row["id"]})


ROUTES = {
    ("POST", "/attachments"): create_attachment,
    ("POST", "/notes/attachments"): create_note_attachment,
}
