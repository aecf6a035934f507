"""Files as arguments."""

from typing import Annotated, Any

import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.operation import Command, post
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.uploads import File, Upload, limited


class SendPicture(Command):
    """Send a picture."""

    route = post("/pictures/{albumId}", Effect.WRITE)
    album_id: str
    file: Annotated[File, limited(10, ".png", ".jpg")]
    caption: str | None = None
    tags: list[str] | None = None


PNG = Upload(name="a.PNG", content=b"\x89PNG")


def held(_: str) -> bytes:
    return b"abc"


def test_a_name_is_read_by_whoever_validates() -> None:
    read = SendPicture.model_validate({"album_id": "1", "file": "in/a.png"}, context={"reader": held})
    assert read.file == Upload(name="a.png", content=b"abc")


def test_without_a_reader_a_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="files cannot be read here"):
        SendPicture.model_validate({"album_id": "1", "file": "a.png"})


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (Upload(name="a.gif", content=b""), "should end in .png, .jpg"),
        (Upload(name="a.png", content=b"x" * 11), "at most 10 are taken"),
    ],
)
def test_what_the_api_would_not_take_is_refused_before_it_is_sent(upload: Upload, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SendPicture(album_id="1", file=upload)


def test_a_model_sees_a_name_where_a_file_is_wanted() -> None:
    assert SendPicture.model_json_schema()["properties"]["file"] == {"type": "string"}


def test_the_content_of_a_file_is_in_no_repr() -> None:
    assert "PNG" not in repr(PNG).replace("a.PNG", "")


async def test_a_file_travels_as_a_form_with_the_other_arguments_beside_it() -> None:
    seen: dict[str, Any] = {}

    async def take(request: Request) -> JSONResponse:
        async with request.form() as form:
            for name, value in form.items():
                text = isinstance(value, str)
                seen[name] = value if text else (value.filename, value.content_type, await value.read())
        return JSONResponse({"message": "ok"})

    app = Starlette(routes=[Route("/v1/pictures/7", take, methods=["POST"])])
    await Saleshandy("k", base_url="http://sandbox/v1", app=app).send(
        SendPicture(album_id="7", file=PNG, caption="Größe", tags=["a", "b"])
    )
    assert seen == {"file": ("a.PNG", "image/png", b"\x89PNG"), "caption": "Größe", "tags": '["a", "b"]'}


class Skip(Command):
    """Skip it."""

    route = post("/tasks/{taskId}/skip", Effect.WRITE)
    task_id: str


def test_an_operation_with_nothing_to_say_sends_no_body() -> None:
    assert Skip(task_id="1").wire().body is None
