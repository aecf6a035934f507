"""Connections to APIs, and the one to Saleshandy: the only file that imports the HTTP library."""

import json
import ssl
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import inf
from typing import Any, Self, TypeVar, cast
from urllib.parse import urlsplit

import anyio
import httpx2 as httpx
from pydantic import SecretStr, ValidationError

from saleshandy_mcp import __version__
from saleshandy_mcp.api.http import refused_rows as report
from saleshandy_mcp.api.http.base_address import account_name, in_clear_on_loopback
from saleshandy_mcp.api.http.chain import Backoff, Pacing, RateLimiter, ResponseCache, Retrying, in_memory
from saleshandy_mcp.api.http.rate_limits import Limiter, NewTurns
from saleshandy_mcp.api.http.responses import from_response, misfit, server_time
from saleshandy_mcp.core.errors import Interrupted, NoKey, NotSent, SaleshandyError, Unreadable
from saleshandy_mcp.core.request import Request, Wire
from saleshandy_mcp.core.services import Service

T = TypeVar("T")

BASE_URL = "https://open-api.saleshandy.com/v1"
READ_SECONDS = 20.0
WRITE_SECONDS = 30.0
URGENT_SECONDS, URGENT_ATTEMPT = 12.0, 5.0
"""For a call that stops mail: seconds in all, and of one attempt, so that a connection that hangs is given up early."""
_UNSENT = httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol
MAX_BYTES = 64_000_000
"""The most bytes of one answer, unpacked. The largest known answers have a few megabytes."""


@dataclass(frozen=True)
class Profile:
    """What one API has of its own on the wire.

    Attributes:
        service: whose API it is.
        key_header: the header that the key travels in.
        key_prefix: what stands before the key there.
        failure: the error that an answer stands for which is no success.
        limiter: makes what knows its limits, from a clock and what makes their counts.
        backoff: how it wants to be asked again.
    """

    service: Service
    key_header: str
    key_prefix: str
    failure: Callable[[int, Mapping[str, str], Any, datetime], SaleshandyError]
    limiter: Callable[[Callable[[], float], NewTurns], Limiter]
    backoff: Backoff


SALESHANDY = Profile(Service.SALESHANDY, "x-api-key", "", from_response, RateLimiter, Backoff())


class Connection:
    """One connection to an API with one key, used as an async context manager.

    A call passes these links, from its caller to the wire and in this order::

        policy.effects.Gate   judges what it does, writes down what was done (one for each call of a tool or command)
        http.chain.ResponseCache  answers up to a minute old, for ``recent`` alone
        http.chain.Retrying  sends it again where that is safe
        http.chain.Pacing    keeps to the API's limits
        _once                 one HTTP request and its answer

    Every call ends by a deadline: 20 s for a read, 30 s for anything else, 12 s for what stops mail, waiting
    included. Cancellation does not stop a write that has started, because then its outcome would be unknown.

    Args:
        key: the API key; with None every call raises NoKey.
        profile: what this API has of its own.
        base_url: the address up to and including the version.
        app: an ASGI application to talk to in process instead of over a socket: the sandbox.
        clock: seconds that never go back.
        pause: waits some seconds.
        now: the moment, to read dates in headers.
        turns: makes what counts the calls of an account; by itself a process counts its own.
    """

    def __init__(
        self,
        key: SecretStr | str | None,
        profile: Profile,
        *,
        base_url: str,
        app: Any = None,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = anyio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        turns: Callable[[str], NewTurns] = lambda _: in_memory,
    ) -> None:
        self._profile, self._now = profile, now
        self._key = SecretStr(key) if isinstance(key, str) else key
        self._base_url, self._app = base_url.rstrip("/"), app
        self.clock, self.pause = clock, pause
        self._changes = 0
        self._dated: tuple[Mapping[str, str], datetime] = {}, now()
        self._cache = ResponseCache(clock, lambda: self._changes)
        self._pacing = Pacing(self._once, clock, pause, lambda: profile.limiter(clock, turns(self.account)))
        self._chain = Retrying(self._pacing, clock, pause, profile.backoff)
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._tls: ssl.SSLContext | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        self._clients.clear()

    @property
    def account(self) -> str:
        """A digest of the server's address and the key: the name of the account in files on this machine.

        No call tells which account a key belongs to, so two keys of one account count as two accounts.
        """
        return account_name(self._base_url, self._key)

    def time_there(self) -> datetime | None:
        """The time by the API's own clock, as its newest answer told it; None before one did."""
        return there + (self._now() - self._dated[1]) if (there := server_time(self._dated[0])) else None

    async def send(self, operation: Request[T], until: float = inf) -> T:
        """Carry out an operation and return its result.

        It ends at ``until``, in seconds of ``clock``, where the limit of a read or a write is not earlier.

        Raises:
            SaleshandyError: when the call fails; ``core.errors`` shows all classes of it.
        """
        reading = operation.route.reads
        try:
            seconds = URGENT_SECONDS if operation.stops_mail else READ_SECONDS if reading else WRITE_SECONDS
            return await self._chain(operation, min(self.clock() + seconds, until))
        except SaleshandyError as error:
            error.service = self._profile.service
            raise
        finally:
            self._changes += not reading

    async def recent(self, operation: Request[T], until: float = inf) -> T:
        """As ``send``, but the answer may be up to a minute old. After a write by this connection it is a new one."""
        return await self._cache.read(operation, partial(self.send, until=until))

    async def download(self, url: str, until: float = inf) -> str:
        """The text of a failure report, by the link in an answer. The key is not sent.

        Raises:
            Unreadable: if the link leads anywhere but to the API or a known store of such files, if the status is not
                200, or if the report is too large.
            Interrupted: if the connection fails or the report takes longer than a read may.
        """
        if not report.may_fetch(url, self._base_url):
            raise Unreadable(f"the link to the report leads to {report.host(url)}, which is not known for such files")
        try:
            with anyio.fail_after(max(min(READ_SECONDS, until - self.clock()), 0.0)):
                async with self._client(fresh=False).stream("GET", url, auth=None) as response:
                    if response.status_code != 200:
                        raise Unreadable(f"the report could not be fetched: HTTP {response.status_code}")
                    content = await _content_of(response, report.MAX_BYTES)
                    if content is None:
                        raise Unreadable("the report is larger than any import can be")
        except httpx.InvalidURL:
            raise Unreadable("the link to the report is no address") from None
        except (httpx.HTTPError, ConnectionError, TimeoutError) as error:
            raise Interrupted(f"the report could not be fetched ({type(error).__name__})") from None
        return content.decode("utf-8", errors="replace")

    async def _once(self, operation: Request[T], deadline: float) -> T:
        if self._key is None:
            raise NoKey
        seconds = min(deadline - self.clock(), URGENT_ATTEMPT if operation.stops_mail else inf)
        wire = operation.wire()
        client = self._client(fresh=not operation.route.reads)
        url = f"{self._base_url}{wire.path}"
        # `from None`: the library's exceptions hold the request, and the request holds the key.
        try:
            with anyio.fail_after(seconds, shield=not operation.route.reads):
                async with client.stream(
                    wire.method, url, params=wire.query, auth=_KeyAuth(self._key, self._profile), **_content(wire)
                ) as response:
                    content = await _content_of(response, MAX_BYTES)
        except (*_UNSENT, ConnectionRefusedError) as error:
            raise NotSent(f"{urlsplit(url).netloc} could not be reached ({type(error).__name__})") from None
        except TimeoutError:
            raise Interrupted(f"there was no whole answer within {seconds:.0f} s") from None
        except (httpx.HTTPError, ConnectionError) as error:
            raise Interrupted(f"the connection failed ({type(error).__name__})") from None
        self._dated = response.headers, self._now()
        self._pacing.told(operation, response.headers, self._now())
        return self._read(operation, response, content)

    def _read(self, operation: Request[T], response: httpx.Response, content: bytes | None) -> T:
        document, readable = None, True
        try:
            document = json.loads(content or b"")
        except (ValueError, RecursionError):
            # Only 204 says that there is nothing to read. Any other success without a word proves nothing.
            readable = content == b"" and response.status_code == 204
        if is_failure(response.status_code, document):
            raise self._profile.failure(response.status_code, response.headers, document, self._now())
        if content is None:
            raise Unreadable(f"the answer to {operation.slug} is larger than {MAX_BYTES // 1_000_000} MB")
        if not readable:
            raise Unreadable(f"the answer to {operation.slug} is not JSON")
        try:
            return operation.parse(document)
        except ValidationError as error:
            raise Unreadable(misfit(operation, error)) from None

    def _client(self, *, fresh: bool) -> httpx.AsyncClient:
        """One client for reads, and for writes one whose connections are never reused.

        The server may close a kept-alive connection while a request is sent. A read can be sent again; of a write we
        would not know whether it was done. Clients are made when first needed: loading certificates takes time.
        """
        if fresh not in self._clients:
            self._tls = self._tls or (None if self._app else httpx.create_ssl_context())
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(self._app) if self._app else None,
                verify=self._tls or True,
                # A proxy from the environment would get the key in plain text, for an address that it cannot reach.
                trust_env=not in_clear_on_loopback(self._base_url),
                timeout=httpx.Timeout(WRITE_SECONDS, connect=10),
                limits=httpx.Limits(max_keepalive_connections=0 if fresh else 5),
                headers={"accept": "application/json", "user-agent": f"saleshandy-mcp/{__version__}"},
            )
            self._clients[fresh] = client
            self._stack.push_async_callback(client.aclose)
        return self._clients[fresh]


class Saleshandy(Connection):
    """The connection to Saleshandy, as ``Connection`` describes it.

    Args:
        key: the API key (Settings, API Key, in the web app); with None every call raises NoKey.
        base_url: the address up to and including the version.
        more: ``app``, ``clock``, ``pause`` and ``now`` of ``Connection``.
    """

    def __init__(self, key: SecretStr | str | None, *, base_url: str = BASE_URL, **more: Any) -> None:
        super().__init__(key, SALESHANDY, base_url=base_url, **more)


class _KeyAuth(httpx.Auth):
    """Puts the key on a request; everywhere else the key is a SecretStr."""

    def __init__(self, key: SecretStr, profile: Profile) -> None:
        self._secret, self._profile = key, profile

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self._profile.key_header] = self._profile.key_prefix + self._secret.get_secret_value()
        yield request


def _content(wire: Wire) -> dict[str, Any]:
    """The body as arguments of httpx: JSON, or with files a form, whose values are JSON unless they are text."""
    if not wire.files:
        return {"json": wire.body}
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in (wire.body or {}).items()}
    return {
        "data": form,
        "files": {name: (file.name, file.content, file.media_type) for name, file in wire.files.items()},
    }


async def _content_of(response: httpx.Response, most: int) -> bytes | None:
    """The body, unpacked; None when it has more than ``most`` bytes, and then the rest is not fetched."""
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > most:
            return None
    return bytes(content)


def is_failure(status: int, document: Any) -> bool:
    """Whether an answer reports a failure: by a status from 300, or by ``error: true`` or ``success: false`` in it."""
    body = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    return status >= 300 or body.get("error") is True or body.get("success") is False
