"""The blacklist: domains that nothing is sent to."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from saleshandy_mcp.api.operation import Command, post
from saleshandy_mcp.core.effects import Effect

MOST = 50

Domain = Annotated[str, Field(pattern=r"^[^\s,@/:]+\.[^\s,@/:]+$")]


def _split(value: Any) -> Any:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _joined(domains: list[str]) -> str:
    """The domains as one text with commas: the API takes no list."""
    return ",".join(domains)


class AddBlacklistDomains(Command):
    """Block sending to domains, at most 50 in a call. Only the web app can take them off again.

    One that is not valid, or is blocked already, makes the whole call fail.
    """

    # DELETE: no operation gives these recipients back.
    route = post("/blacklist-domains", Effect.DELETE, why="only the web app takes a domain off again")
    domains: Annotated[
        list[Domain],
        Field(min_length=1, max_length=MOST, description="Bare domains: example.com."),
        BeforeValidator(_split),
        PlainSerializer(_joined, return_type=str),
    ]
