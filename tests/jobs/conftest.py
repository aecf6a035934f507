"""A client in memory, the server behind it, and a sandbox whose whole world is looked at after a job."""

import os
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

import pytest
from mcp import Client
from mcp.types import ElicitResult

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.selection import Selection
from tests.boxes import frozen_box
from tests.jobs.difference import differences
from tests.jobs.kit import Seller
from tests.kit import context_over

EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "examples"

Era = Literal["auto", "legacy"]
Job = Callable[..., AbstractAsyncContextManager[Seller]]

_ANSWERS = {
    "yes": ElicitResult(action="accept", content={"confirm": True}),
    # A decline that comes at once counts as the client's own.
    "no": ElicitResult(action="accept", content={"confirm": False}),
}


ERAS: tuple[Era, Era] = ("auto", "legacy")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """About half of the jobs are done in each era of the protocol; with MANY=1 all of them are done in both.

    Each tool is called in both eras by the tests of the server.
    """
    if "era" in metafunc.fixturenames:
        half = crc32(metafunc.function.__name__.encode()) % 2
        eras = ERAS if os.environ.get("MANY") else (ERAS[half],)
        metafunc.parametrize("era", eras, indirect=True)


@pytest.fixture
def era(request: pytest.FixtureRequest) -> Era:
    """2026-07-28, or the handshake of those before."""
    return request.param


@pytest.fixture
def box() -> Sandbox:
    """With the limits on calls that the real one has."""
    return frozen_box()


@pytest.fixture
async def context(box: Sandbox) -> AsyncGenerator[Context]:
    async with context_over(box, folder=EXAMPLES) as context:
        yield context


def untouched(box: Sandbox) -> Sandbox:
    """The workspace at the same moment if nobody had done anything: time alone makes mails go out."""
    twin = frozen_box()
    twin.clock.advance(box.clock.seconds())
    twin.state()
    box.state()
    return twin


@pytest.fixture
def job(context: Context, box: Sandbox, era: Era) -> Job:
    """A job, and what has to be true of it at its end.

    Args of what is returned:
        calls: how many tool calls it takes; None where that is not the point.
        changes: by table what it makes different in the world, as ``differences`` writes it; nothing else may be.
        asks: phrases, one of each question that the person is asked, in their order.
        answers: what the person says to them; None for a client that cannot ask.
        selection: what the server offers.
    """

    @asynccontextmanager
    async def begun(
        *,
        calls: int | None,
        changes: dict[str, str] | None = None,
        asks: tuple[str, ...] = (),
        answers: Literal["yes", "no"] | None = "yes",
        selection: Selection | None = None,
    ) -> AsyncGenerator[Seller]:
        asked: list[str] = []

        async def ask(context: Any, params: Any) -> ElicitResult:
            del context
            asked.append(params.message)
            return _ANSWERS[answers or "no"]

        server = build_server(context, selection)
        async with Client(server, mode=era, elicitation_callback=ask if answers else None) as client:
            seller = Seller(client, box)
            yield seller
        assert differences(untouched(box).world, box.world) == (changes or {})
        assert len(seller.told) == calls or calls is None
        assert len(asked) == len(asks), asked
        for phrase, question in zip(asks, asked, strict=True):
            assert phrase in question

    return begun
