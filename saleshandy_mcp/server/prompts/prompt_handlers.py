"""Answers ``prompts/list`` and ``prompts/get``."""

from collections.abc import Collection, Sequence
from typing import Any

from mcp import MCPError
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.types import (
    INVALID_PARAMS,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    PaginatedRequestParams,
    PromptMessage,
    TextContent,
)

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.server.prompts.job import Job
from saleshandy_mcp.server.prompts.prompt_text import entry, named, prompt_text

LIST, GET = "prompts/list", "prompts/get"


def serve_prompts(protocol: Server[Any], offered: Sequence[Job], tools: Collection[str]) -> None:
    """Let clients list and get jobs. Without any the SDK's own answers go, too: it announces prompts because of them.

    Args:
        protocol: the SDK's handler of requests.
        offered: the jobs that can be done with the tools.
        tools: names of the tools that clients have.
    """
    if not offered:
        for method in (LIST, GET):
            del protocol._request_handlers[method]  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - no public way
        return

    async def list_prompts(_: ServerRequestContext[Any, Any], __: PaginatedRequestParams) -> ListPromptsResult:
        return ListPromptsResult(prompts=[entry(job) for job in offered])

    async def get_prompt(_: ServerRequestContext[Any, Any], params: GetPromptRequestParams) -> GetPromptResult:
        try:
            job = named(params.name, offered)
            text = prompt_text(job, params.arguments or {}, tools)
        except Mistake as mistake:
            raise MCPError(code=INVALID_PARAMS, message=mistake.what) from None
        message = PromptMessage(role="user", content=TextContent(type="text", text=text))
        return GetPromptResult(description=job.description, messages=[message])

    protocol.add_request_handler(LIST, PaginatedRequestParams, list_prompts)
    protocol.add_request_handler(GET, GetPromptRequestParams, get_prompt)
