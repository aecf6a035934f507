"""The control calls for faults (`/sandbox/faults`): read which there are and which are set, set one, clear all."""

from typing import Any, Protocol, TypeGuard, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleshandy_mcp.sandbox.faults.injector import Faults
from saleshandy_mcp.sandbox.faults.table import FAULTS
from saleshandy_mcp.sandbox.http.control_bodies import bad, body_of, is_number, only

MANY = 1_000_000
NAMES = {"fault": "name"}
"""What is called otherwise over HTTP."""


class Breakable(Protocol):
    """The parts of a sandbox that these calls use."""

    faults: Faults

    def state(self) -> dict[str, Any]: ...


def fault_routes(box: Breakable) -> list[Route]:
    async def list_faults(_: Request) -> Response:
        known = [{"fault": fault.name, "what": fault.what, "executed": fault.executed} for fault in FAULTS.values()]
        return JSONResponse({"faults": known, "set": box.faults.shown()})

    async def set_fault(request: Request) -> Response:
        body = await body_of(request)
        if only(body, "off") is True:
            box.faults.clear()
        elif not _is_fault(body):
            return bad(
                'Send {"fault": name, "call": "POST /sequences", "after": 0, "times": 1, "chance": 0.1}, or '
                '{"off": true}.'
            )
        else:
            try:
                box.faults.set(**{NAMES.get(key, key): value for key, value in body.items()})
            except ValueError as error:
                return bad(str(error))
        return JSONResponse(box.state())

    return [
        Route("/sandbox/faults", list_faults),
        Route("/sandbox/faults", set_fault, methods=["POST"]),
    ]


def _is_fault(body: Any) -> TypeGuard[dict[str, Any]]:
    """Whether the body names a fault, and nothing but what belongs to one."""
    if not isinstance(body, dict):
        return False
    row = cast("dict[str, Any]", body)
    return (
        row.keys() <= {"fault", "call", "after", "times", "chance"}
        and isinstance(row.get("fault"), str)
        and isinstance(row.get("call", ""), str)
        and all(isinstance(row.get(name, 0), int) and is_number(row.get(name, 0), MANY) for name in ("after", "times"))
        and is_number(row.get("chance", 1), 1)
    )
