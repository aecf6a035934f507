"""What an answer may weigh, and which way a request with the key in clear takes."""

import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.api.client import MAX_BYTES, Saleshandy
from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.api.resources.sequences import UpdateSequenceStatus
from saleshandy_mcp.core.errors import Broken, Unreadable
from saleshandy_mcp.sandbox import KEY

MEGABYTE = b" " * 1_000_000
START = UpdateSequenceStatus(sequence_ids=["s"], status="resume")


class Endless:
    """An application whose body never ends, packed or not; it counts what was taken of it."""

    def __init__(self, status: int = 200, *, packed: bool = False) -> None:
        self.status, self.packed, self.sent = status, packed, 0

    async def parts(self) -> AsyncIterator[bytes]:
        packer = zlib.compressobj(wbits=31)
        while True:
            self.sent += 1
            yield packer.compress(MEGABYTE) + packer.flush(zlib.Z_SYNC_FLUSH) if self.packed else MEGABYTE

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        del request
        packing = {"content-encoding": "gzip"} if self.packed else {}
        return httpx2.Response(self.status, headers=packing, content=self.parts())


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Any:
    def over(app: Endless) -> Saleshandy:
        # Streams: an application in process would be read to its end before anything is answered.
        def streaming(it: Endless) -> httpx2.MockTransport:
            return httpx2.MockTransport(it.answer)

        monkeypatch.setattr(httpx2, "ASGITransport", streaming)
        return Saleshandy(KEY, base_url="http://sandbox/v1", app=app)

    return over


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip bomb"])
@pytest.mark.parametrize("operation", [ListSchedules(), START], ids=["read", "write"])
async def test_an_endless_answer_is_left_at_its_limit(connect: Any, operation: Any, *, packed: bool) -> None:
    app = Endless(packed=packed)
    with pytest.raises(Unreadable, match="larger than 64 MB"):
        await connect(app).send(operation)
    attempts = 2 if operation.route.reads else 1
    assert app.sent <= attempts * (MAX_BYTES // len(MEGABYTE) + 2)


async def test_an_endless_error_is_judged_by_its_status(connect: Any) -> None:
    with pytest.raises(Broken):
        await connect(Endless(500)).send(START)


async def test_deep_json_is_no_answer(connect: Any) -> None:
    class Deep(Endless):
        async def parts(self) -> AsyncIterator[bytes]:
            yield b"[" * 1_000_000

    with pytest.raises(Unreadable, match="not JSON"):
        await connect(Deep()).send(START)


@pytest.mark.parametrize(
    ("address", "trusts"),
    [
        ("http://127.0.0.1:9/v1", False),
        ("http://localhost:9/v1", False),
        ("http://[::1]:9/v1", False),
        ("https://open-api.saleshandy.com/v1", True),
    ],
)
async def test_a_proxy_of_the_environment_never_gets_the_key_in_clear(
    address: str, monkeypatch: pytest.MonkeyPatch, *, trusts: bool
) -> None:
    seen: list[bool] = []
    made = httpx2.AsyncClient.__init__

    def watched(self: Any, **options: Any) -> None:
        seen.append(options["trust_env"])
        made(
            self,
            **options,
            mounts={"all://": httpx2.MockTransport(lambda _: httpx2.Response(200, json={"payload": []}))},
        )

    monkeypatch.setattr(httpx2.AsyncClient, "__init__", watched)
    async with Saleshandy(KEY, base_url=address) as api:
        await api.send(ListSchedules())
    assert seen == [trusts]
