"""The log for a client that asks for it: lines about its own requests, as ``notifications/message``.

Clients of 2025 ask once in a session, with ``logging/setLevel``; those of 2026 in each request. What is sent are the
lines that stderr gets, without tracebacks: the same rule keeps keys and addresses out of both.
"""

import logging
from contextvars import ContextVar
from typing import Any, get_args

from mcp.server import Server
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.types import (
    EmptyResult,
    LoggingLevel,
    LoggingMessageNotification,
    LoggingMessageNotificationParams,
    SetLevelRequestParams,
)
from mcp_types import LOG_LEVEL_META_KEY

from saleshandy_mcp.untrusted.one_line import visible

_LEVELS: tuple[LoggingLevel, ...] = get_args(LoggingLevel)
"""From the least to the most urgent."""
_BY_PYTHONS_NAME: dict[str, LoggingLevel] = {level.upper(): level for level in _LEVELS}
_MOST = 50
"""Lines that one request sends at most."""
_ASKED = "saleshandy_mcp.log_level"

_lines: ContextVar[list[logging.LogRecord] | None] = ContextVar("_lines", default=None)
"""Where the lines of the running request go; None where nobody asks for them."""


class _Collector(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        lines = _lines.get()
        if lines is not None and len(lines) < _MOST:
            lines.append(record)


_COLLECTOR = _Collector()


def announce_log(protocol: Server[Any]) -> None:
    """Let clients choose a level. The SDK announces the log because there is a handler for that."""
    logging.getLogger("saleshandy_mcp").addHandler(_COLLECTOR)
    protocol.add_request_handler("logging/setLevel", SetLevelRequestParams, _set_level)


async def send_log(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Around every request: its lines are sent before its answer, on the same stream."""
    level = _wanted(ctx)
    if ctx.request_id is None or level is None:
        return await call_next(ctx)
    lines: list[logging.LogRecord] = []
    before = _lines.set(lines)
    try:
        return await call_next(ctx)
    finally:
        _lines.reset(before)
        for message in _messages(lines, level):
            await ctx.session.send_notification(message, related_request_id=ctx.request_id)


def _messages(lines: list[logging.LogRecord], level: LoggingLevel) -> list[LoggingMessageNotification]:
    """The lines at this level or above, in the words of the protocol."""
    found: list[LoggingMessageNotification] = []
    for line in lines:
        name = _BY_PYTHONS_NAME[line.levelname]
        if _LEVELS.index(name) >= _LEVELS.index(level):
            params = LoggingMessageNotificationParams(level=name, logger=line.name, data=visible(line.getMessage()))
            found.append(LoggingMessageNotification(params=params))
    return found


async def _set_level(ctx: ServerRequestContext[Any, Any], params: SetLevelRequestParams) -> EmptyResult:
    _kept(ctx)[_ASKED] = params.level
    return EmptyResult()


def _wanted(ctx: ServerRequestContext[Any, Any]) -> LoggingLevel | None:
    """The level that the client asked for: in this request, or earlier in this session."""
    named = (ctx.meta or {}).get(LOG_LEVEL_META_KEY) or _kept(ctx).get(_ASKED)
    return named if named in _LEVELS else None


def _kept(ctx: ServerRequestContext[Any, Any]) -> dict[str, Any]:
    """What is kept for the session; in the era of 2026 there is none, and this lasts for one request."""
    return ctx.session._connection.state  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - it has no public name
