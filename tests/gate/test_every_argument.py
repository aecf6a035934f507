"""A model that tries every tool and operation with every argument gets nothing done that is not allowed or agreed to.

It is a client of the real server. Either its program cannot ask anybody, or the person who is asked always declines.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from os import environ
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import ElicitResult
from pydantic import BaseModel

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.uploads import Upload
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.schema.input_schema import input_schema
from saleshandy_mcp.server.tools.registry import EVERYDAY
from saleshandy_mcp.server.tools.selection import Selection
from tests.gate.calls import EVERY, operation, tools, with_more_arguments
from tests.gate.test_unasked_calls import ALL, ALLOWED, NONE
from tests.gate.witness import harm, words
from tests.gate.worlds import WORLDS, world
from tests.jobs.difference import differences
from tests.kit import context_over

EFFECTS = {"all": ALL, **ALLOWED}
PEOPLE = ("nobody", "declines")
WHOLE = bool(environ.get("WHOLE_SWEEP"))
"""Whether every set of effects is tried in every world with every word of an argument: ``make chaos`` does it."""
ASKED = {"all", "read,send", "read,delete"}
"""Sets of effects with which a person is asked. With others there is nothing to agree to or to decline."""
RUNS = [
    (effects, state, person)
    for effects in EFFECTS
    for state in WORLDS
    for person in PEOPLE
    if WHOLE
    or (state, person, effects in ASKED) == ("all active", "declines", True)
    or (effects == "all" and (person == "declines" or state == "as it is"))
]

Call = Callable[[str, dict[str, Any]], Awaitable[str]]
"""Calls a tool and returns what the model reads."""
YES = ElicitResult(action="accept", content={"confirm": True})
_KINDS = {it.name: it.action for it in EVERYDAY}


def operations(box: Sandbox) -> list[Operation[Any]]:
    """Calls of all operations with all of their arguments, as far as this world has what they are about."""
    found: list[Operation[Any]] = []
    for number in EVERY:
        with suppress(IndexError):
            call = operation(box, number)
            found += [call, *with_more_arguments(call, box)]
    return found


def each_value(tool: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The call itself, and once more for each other word that one of its arguments can be."""
    yield arguments
    if not WHOLE:
        return
    properties = input_schema(_KINDS[tool])["properties"]
    for name, given in arguments.items():
        words = [False, True] if isinstance(given, bool) else properties[name].get("enum", [])
        yield from ({**arguments, name: word} for word in words if word != given)


def steps(box: Sandbox) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every call as a client makes it: the name of the tool and its arguments."""
    for call in operations(box):
        tool = f"run_{'read' if call.route.reads else 'write'}_operation"
        yield tool, {"operation": call.slug, "arguments": _as_json(call)}
    for tool, arguments in tools(box).values():
        yield from ((tool, some) for some in each_value(tool, arguments))


def _as_json(call: BaseModel) -> dict[str, Any]:
    given = call.model_dump(mode="json", exclude_unset=True)
    return {
        name: file.name if isinstance(file := getattr(call, name), Upload) else value for name, value in given.items()
    }


@asynccontextmanager
async def model(box: Sandbox, effects: str, folder: Path, person: str, asked: list[str]) -> AsyncGenerator[Call]:
    """A client's calls of tools, as far as they are offered. Questions to the person are put into ``asked``."""

    async def answer(context: Any, params: Any) -> ElicitResult:
        del context
        asked.append(params.message)
        return YES if person == "agrees" else ElicitResult(action="decline")

    seconds = 0.0
    async with context_over(box, folder=folder, clock=lambda: seconds) as context:
        server = build_server(context, Selection(effects=EFFECTS[effects]))
        async with Client(server, elicitation_callback=None if person == "nobody" else answer) as client:
            offered = {tool.name for tool in (await client.list_tools()).tools}

            async def call(tool: str, arguments: dict[str, Any]) -> str:
                nonlocal seconds
                seconds += 60  # by the client's clock alone, so that the limit of calls a minute turns none away
                if tool not in offered:
                    return ""
                answer = await client.call_tool(tool, arguments)
                return "\n".join(words([it.model_dump() for it in answer.content] + [answer.structured_content]))

            yield call


async def try_all(box: Sandbox, twin: Sandbox, effects: str, person: str, folder: Path, asked: list[str]) -> str:
    """Make every call on ``box`` and bring the clock of its twin to the same second. Returns all that was answered."""
    # Some calls are about what they make in the world first; so that the twin has the same, it makes it as well.
    calls, _ = list(steps(box)), list(steps(twin))
    async with model(box, effects, folder, person, asked) as call:
        told = [await call(tool, arguments) for tool, arguments in calls]
    twin.clock.advance(box.clock.seconds())
    for it in (box, twin):
        it.state()
    return "\n".join(told)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The folder that the server may read: a small file for each call that sends one."""
    for name in ("people.csv", "leads.csv", "ann.png", "offer.pdf"):
        (tmp_path / name).write_text("Email,First Name\nnew.person@harbour.example.com,Ann\n", encoding="utf-8")
    return tmp_path


def changed(twin: Sandbox, box: Sandbox) -> dict[str, str]:
    found = differences(twin.world, box.world)
    found.pop("conversations", None)  # a search for leads in plain words is kept as one, and changes nothing
    return found


@pytest.mark.parametrize(("effects", "state", "person"), RUNS)
async def test_nothing_is_done_that_is_not_allowed_or_agreed_to(
    effects: str, state: str, person: str, files: Path
) -> None:
    box, twin = world(state), world(state)
    asked: list[str] = []
    told = await try_all(box, twin, effects, person, files, asked)
    assert bool(changed(twin, box)) == (Effect.WRITE in EFFECTS[effects]), changed(twin, box)
    assert harm(twin, box, told) == NONE
    assert bool(asked) == (person == "declines" and effects in ASKED)


@pytest.mark.parametrize("effects", ALLOWED)
async def test_what_the_operator_does_not_allow_is_not_done_whoever_agrees(effects: str, files: Path) -> None:
    box, twin = world("all active"), world("all active")
    asked: list[str] = []
    told = await try_all(box, twin, effects, "agrees", files, asked)
    done = harm(twin, box, told)
    if effects not in ASKED:
        assert (asked, done) == ([], NONE)
        assert bool(changed(twin, box)) == (Effect.WRITE in EFFECTS[effects])
    kinds = {Effect.SEND: done.reached, Effect.SPEND: done.spent, Effect.DELETE: done.lost}
    assert not [found for kind, found in kinds.items() if kind not in EFFECTS[effects] and found]


async def test_the_same_calls_do_harm_of_every_kind_once_somebody_agrees(files: Path) -> None:
    """Without this the sweep could pass because its calls are all refused."""
    box, twin = world("all active"), world("all active")
    told = await try_all(box, twin, "all", "agrees", files, [])
    assert all(harm(twin, box, told))


def test_every_argument_stands_in_some_call() -> None:
    """An argument that is new in a tool or an operation must be added to the calls."""
    box = world("as it is")
    given: dict[str, set[str]] = {}
    for call in operations(box):
        given.setdefault(call.slug, set()).update(call.model_fields_set)
    for tool, arguments in tools(box).values():
        given.setdefault(tool, set()).update(arguments)
    kinds = [*OPERATIONS, *(it.action for it in EVERYDAY)]
    missing = {it.slug: {*it.model_fields} - given.get(it.slug, set()) for it in kinds if it.effects != READING}
    assert not {name: left for name, left in missing.items() if left}
