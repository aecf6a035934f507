"""A question in the client's own dialogue. It travels inside the result since 2026-07-28, and as a live request before.

A live question has a limit of its own. While a person thinks, progress is told, so that clients which give up after a
minute without news wait on.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from mcp import MCPError
from mcp.server.apps import client_supports_apps
from mcp.server.mcpserver import Context as McpContext
from mcp.types import (
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitRequestURLParams,
    ElicitResult,
    InputRequiredResult,
)
from pydantic import ValidationError

from saleshandy_mcp.policy.approval_channels import Answer
from saleshandy_mcp.server.json_answers import JSON_ALONE

Client = McpContext[Any, Any]
Tell = Callable[[str], Awaitable[None]]
"""Tells a sentence of progress."""
Asked = ElicitRequestFormParams | ElicitRequestURLParams

LONGEST = 600.0
"""Seconds that a person may think."""
_NEWS = 10.0
"""Seconds between two sentences of progress."""
_WAITING = "Waiting for the user's answer to a question."

QUESTION = "confirm"
_EMPTY_FORM: dict[str, Any] = {"type": "object", "properties": {}}
_TAKE_AN_EMPTY_FORM = ("Visual Studio Code",)
"""Beginnings of the names of clients that show a form without fields with a button: one step instead of three. By the
public source of each."""
_SEEN_AT_ONCE = 3
"""Lines of a question that every client shows. Claude Code shows no more of it, and no way to the rest."""
_WARNING = "- warning: "
"""So begins a line of our own that warns; what others wrote stands behind a bar."""


def asks_in_result(client: Client) -> bool:
    """Whether a question travels inside the result of the call."""
    return (client.protocol_version or "") >= "2026-07-28"


def shows_forms(client: Client) -> bool:
    """Whether the client says so. One that names no kind of question means forms."""
    kinds = _kinds(client)
    return bool(kinds and (kinds.form is not None or kinds.url is None))


def opens_addresses(client: Client) -> bool:
    kinds = _kinds(client)
    return bool(kinds and kinds.url is not None)


def shows_cards(client: Client) -> bool:
    """Whether the client says that it shows cards in the chat (MCP Apps)."""
    return client_supports_apps(client)


def form(client: Client, words: str, *, elsewhere: str) -> ElicitRequestFormParams:
    """The question as a form, without a field for a client that is known to take that.

    Args:
        client: who shows it.
        words: the question.
        elsewhere: the command at which a person can read and answer it when they close it here; empty if there is none.
    """
    if not _has_field(client):
        return ElicitRequestFormParams(message=words, requested_schema=_EMPTY_FORM)
    box = {"type": "boolean", "title": "Go ahead", "description": beside_box(words, elsewhere=elsewhere)}
    schema = {"type": "object", "properties": {"confirm": box}, "required": ["confirm"]}
    return ElicitRequestFormParams(message=words, requested_schema=schema)


def beside_box(words: str, *, elsewhere: str) -> str:
    """What stands beside the box to tick: how much there is to read, for some clients show the first lines alone."""
    lines = words.splitlines()
    if len(lines) <= _SEEN_AT_ONCE:
        return "Yes, do it."
    warnings = len([line for line in lines if line.startswith(_WARNING)])
    kind = f", {warnings} of them {'a warning' if warnings == 1 else 'warnings'}" if warnings else ""
    rest = (
        f"Where you see fewer: close this, and read all at `{elsewhere}`."
        if elsewhere
        else "Where you see fewer, decline."
    )
    return f"Yes, do it. There are {len(lines)} lines{kind}. {rest}"


def link(words: str, url: str, name: str) -> ElicitRequestURLParams:
    """The wish that the client opens an address for its user."""
    return ElicitRequestURLParams(message=words, url=url, elicitation_id=name)


def in_result(params: Asked, state: str) -> InputRequiredResult:
    """The result that asks a question."""
    return InputRequiredResult(input_requests={QUESTION: ElicitRequest(params=params)}, request_state=state)


def came_with_call(client: Client) -> Answer | None:
    """The answer that the client has sent along; None when there is none."""
    sent = (client.input_responses or {}).get(QUESTION)
    if sent is None:
        return None
    if not isinstance(sent, ElicitResult):
        return Answer("unreadable")
    return Answer(sent.action, sent.content, fields=_has_field(client))


async def ask_live(client: Client, params: Asked, tell: Tell, clock: Callable[[], float]) -> Answer:
    """Ask now, and wait for the answer."""
    start = clock()
    action, content = "silence", None
    with anyio.move_on_after(LONGEST):
        async with anyio.create_task_group() as group:
            group.start_soon(_tell_on, tell)
            action, content = await _sent(client, params)
            group.cancel_scope.cancel()
    return Answer(action, content, clock() - start, fields=_has_field(client))


async def _sent(client: Client, params: Asked) -> tuple[str, Any]:
    related = client.request_id
    try:
        if isinstance(params, ElicitRequestFormParams):
            answer = await client.session.elicit_form(params.message, params.requested_schema, related)
        else:
            answer = await client.session.elicit_url(params.message, params.url, params.elicitation_id or "", related)
    except MCPError:
        return "error", None
    except ValidationError:
        return "unreadable", None
    return answer.action, answer.content


async def _tell_on(tell: Tell) -> None:
    while True:
        await anyio.sleep(_NEWS)
        await tell(_WAITING)


def _kinds(client: Client) -> Any:
    declared = client.client_capabilities
    if declared is None or not (asks_in_result(client) or _can_be_sent_a_question(client)):
        return None
    return declared.elicitation


def _can_be_sent_a_question(client: Client) -> bool:
    """Whether one reaches the client while its call runs; over HTTP, only on a stream."""
    request = client.request_context.request
    return client.session.can_send_request and not (request is not None and JSON_ALONE in request.scope)


def _has_field(client: Client) -> bool:
    params = client.session.client_params
    return not (params and params.client_info.name.startswith(_TAKE_AN_EMPTY_FORM))
