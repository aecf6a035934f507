"""Errors of the protocol in words: which field of a request is wrong, and what comes first."""

import logging
from typing import Any

from mcp import MCPError
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST
from pydantic import ValidationError

logger = logging.getLogger(__name__)

_TOO_EARLY = "Invalid request parameters"
"""What the SDK says, with no data, to a request before ``initialize``."""


async def in_words(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Around every request: the SDK answers wrong ones without a field, and unforeseen errors with code 0."""
    try:
        return await call_next(ctx)
    except ValidationError as error:
        raise MCPError(code=INVALID_PARAMS, message=f"{ctx.method}: {_wrong(error)}") from None
    except MCPError as error:
        if error.error.code == INVALID_PARAMS and error.error.message == _TOO_EARLY and error.error.data == "":
            raise MCPError(code=INVALID_REQUEST, message=f"{ctx.method} came before initialize") from None
        raise
    except Exception:
        logger.exception("%s failed", ctx.method)
        raise MCPError(code=INTERNAL_ERROR, message="a fault inside this server; its log has the details") from None


def _wrong(error: ValidationError) -> str:
    """The first thing that is wrong, without the value."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "params"
    return f"{where} {'is missing' if first['type'] == 'missing' else first['msg']}"
