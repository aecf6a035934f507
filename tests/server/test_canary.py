"""Whatever strangers wrote into any text of the account, no answer of the server holds what a reader cannot see."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mcp import Client
from mcp.server.mcpserver.exceptions import ResourceError
from mcp.types import CallToolResult, ElicitResult, ResourceTemplateReference, TextContent
from mcp_types import TextResourceContents

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.untrusted.one_line import visible
from tests.contract.test_every_operation import SENT
from tests.kit import context_over, faulty, says
from tests.server.everyday import CALLS

FAULTS = ("canary", "lone-surrogate")


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, part in value.items():  # pyright: ignore[reportUnknownVariableType] - JSON
                yield str(name)  # pyright: ignore[reportUnknownArgumentType] - JSON
                yield from texts(part)
        case list():
            for part in value:  # pyright: ignore[reportUnknownVariableType] - JSON
                yield from texts(part)
        case _:
            return


def clean(value: Any) -> None:
    for text in texts(value):
        assert ascii(visible(text)) == ascii(text)
        text.encode()


def check(result: CallToolResult) -> None:
    clean([part.text for part in result.content if isinstance(part, TextContent)])
    clean(result.structured_content)
    clean(result.meta)


@pytest.fixture(params=FAULTS)
def planted(request: pytest.FixtureRequest, box: Sandbox) -> str:
    """Every text that the API answers holds such characters."""
    box.faults.set(request.param)
    return request.param


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("name", CALLS)
async def test_an_answer_a_question_and_an_error_of_each_tool(client: Client, name: str) -> None:
    tool, arguments = CALLS[name]
    check(await client.call_tool(tool, arguments))


@pytest.mark.usefixtures("planted")
async def test_every_operation_by_its_name(context: Context, era: Any) -> None:
    async with Client(build_server(context), mode=era) as client:
        for operation in SENT.values():
            runner = "run_read_operation" if operation.route.reads else "run_write_operation"
            arguments = json.loads(json.dumps(operation.model_dump(mode="json", exclude_none=True)))
            check(await client.call_tool(runner, {"operation": operation.slug, "arguments": arguments}))


@pytest.mark.usefixtures("planted")
async def test_what_a_person_is_asked(connect: Callable[..., Client]) -> None:
    heard: list[str] = []
    async with connect(ElicitResult(action="decline"), heard) as client:
        for tool, arguments in CALLS.values():
            check(await client.call_tool(tool, arguments))
    assert heard
    clean(heard)


@pytest.mark.usefixtures("planted")
async def test_resources_and_completions(client: Client) -> None:
    for resource in (await client.list_resources()).resources:
        clean(await read(client, str(resource.uri)))
    clean(await read(client, "saleshandy://sequences/Q3 launch"))
    reference = ResourceTemplateReference(type="ref/resource", uri="saleshandy://sequences/{id}")
    found = await client.complete(reference, {"name": "id", "value": "a"})
    clean(found.completion.values)


async def read(client: Client, uri: str) -> list[str]:
    try:
        result = await client.read_resource(uri)
    except (ResourceError, Exception) as error:  # noqa: BLE001 - the text of whatever error is looked at
        return [str(error)]
    return [it.text for it in result.contents if isinstance(it, TextResourceContents)]


async def test_an_error_quotes_little_of_what_the_api_and_the_caller_say(client: Client, box: Sandbox) -> None:
    mine = await client.call_tool("get_sequence", {"sequence": "x" * 5000 + "\u202e\u200b\x1b[31m"})
    app = faulty(box, "GET /sequences", says(400, {"code": 4000, "message": "No \u202e" * 50_000}))
    async with context_over(box, app=app) as context, Client(build_server(context)) as other:
        theirs = await other.call_tool("list_sequences", {})
    for result in (mine, theirs):
        check(result)
        (part,) = result.content
        assert isinstance(part, TextContent)
        assert result.is_error
        assert len(part.text) <= 2100
