"""Bodies of control calls, and the answer to a bad one."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def body_of(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


def is_number(value: Any, most: float) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= most


def only(body: Any, name: str) -> Any:
    """The value of this property when the body holds no other; None otherwise."""
    return body[name] if isinstance(body, dict) and list(body) == [name] else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - JSON


def bad(message: str) -> Response:
    return JSONResponse({"message": message}, status_code=400)
