"""Files as arguments: a model or a person gives a name, the request carries the content of the file. Pure."""

import mimetypes
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_serializer,
)

Reader = Callable[[str], bytes]
"""Reads a file by its name; raises Mistake where it may not or cannot be read."""


class Upload(BaseModel):
    """A file in memory, as it is sent."""

    model_config = ConfigDict(frozen=True)
    name: str
    content: Annotated[bytes, Field(repr=False)]

    @model_serializer
    def outline(self) -> str:
        """Name, size and digest, which identify the file. The content is sent by ``Wire.files`` alone."""
        return f"{self.name} ({len(self.content):,} bytes, SHA-256 {sha256(self.content).hexdigest()[:16]}…)"

    @property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def _read(value: Any, info: ValidationInfo) -> Any:
    """Read the file of this name with ``reader`` of the validation's context: the caller decides what may be read."""
    if not isinstance(value, str):
        return value
    context: Mapping[str, Reader] = info.context or {}
    reader = context.get("reader")
    if reader is None:
        raise ValueError("files cannot be read here")
    return Upload(name=PurePath(value).name, content=reader(value))


File = Annotated[Upload, BeforeValidator(_read), WithJsonSchema({"type": "string"})]
"""An argument that is a file: in Python an ``Upload``, for models and the command line a name in the allowed folder."""


def limited(most_bytes: int, *suffixes: str) -> AfterValidator:
    """A validator: a file may have at most so many bytes and, if any are given, only these endings."""

    def check(upload: Upload) -> Upload:
        if suffixes and PurePath(upload.name).suffix.lower() not in suffixes:
            raise ValueError(f"{upload.name} should end in {', '.join(suffixes)}")
        if len(upload.content) > most_bytes:
            raise ValueError(f"{upload.name} has {len(upload.content):,} bytes, at most {most_bytes:,} are taken")
        return upload

    return AfterValidator(check)
