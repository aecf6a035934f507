"""Parses the body of an upload (multipart/form-data) into form fields and files."""

from email.message import Message
from email.parser import HeaderParser
from typing import NamedTuple

from saleshandy_mcp.sandbox.http.message import File
from saleshandy_mcp.sandbox.world.tables import Row


class Form(NamedTuple):
    fields: dict[str, str]
    files: dict[str, File]

    def outline(self) -> Row:
        """The form as the contract judges it: texts as they are, each file as an object."""
        return {**self.fields, **{name: {} for name in self.files}}


def parsed(content_type: str, body: bytes) -> Form:
    """The form in a body. A body of another content type gives an empty form.

    Raises:
        ValueError: when the body is no whole multipart body.
    """
    form = Form({}, {})
    header = _headers(f"Content-Type: {content_type}")
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        return form
    delimiter = f"\r\n--{boundary}".encode()
    # Text before the first delimiter is not a part, and the last delimiter is followed by two dashes.
    *parts, end = (b"\r\n" + body).split(delimiter)[1:] or [b""]
    if not end.startswith(b"--"):
        raise ValueError("Unexpected end of form")
    for part in parts:
        _add(form, part)
    return form


def _add(form: Form, part: bytes) -> None:
    head, separator, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = _headers(head.decode())
    name = headers.get_param("name", header="content-disposition")
    if not separator or not isinstance(name, str):
        raise ValueError("Malformed part header")
    file_name = headers.get_filename()
    if file_name is None:
        form.fields[name] = content.decode()
    else:
        form.files[name] = File(file_name, content, headers.get_content_type())


def _headers(text: str) -> Message:
    return HeaderParser().parsestr(text)
