"""What takes the deliveries of webhooks: ``POST /hooks/saleshandy/<secret>`` and ``/hooks/salessheet/<secret>``.

Each delivery becomes a hint in the store, or is refused, and its body is forgotten. No line of the log shows a body, an
address of a person, or a secret::

    404  another secret, or no such product: the same for all, before anything is read
    429  more than the most in a minute                413  too long
    415  compressed, or not JSON                       408  not there in time
    401  without the proof that the operator set       400  not a JSON object
    503  the store cannot be written: the product sends it again
    200  taken, or known from before
"""

import hmac
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic, time
from typing import Any, NamedTuple, cast

import anyio
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from saleshandy_mcp.core.hooks.hint import hint_of
from saleshandy_mcp.core.hooks.hook_proof import HookProof
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.store.hints import Hints, HintsTrouble

logger = logging.getLogger(__name__)

PATH = "/hooks/"
_PRODUCTS = {product.name.lower(): product for product in Service}


_LATER = "no delivery can be kept now; send it again"


class _Refused(Exception):
    """A delivery that is not taken."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


class Bounds(NamedTuple):
    """What a delivery may cost."""

    size: int = 256 * 1024
    seconds: float = 10.0
    in_a_minute: int = 600
    at_once: int = 32


@dataclass
class HookReceiver:
    """Takes deliveries.

    Attributes:
        hints: where they are kept.
        proofs: how those of a product are checked beside the secret in the address.
        bounds: what one may cost.
        clock: seconds that never go back.
        now: seconds since 1970.
    """

    hints: Hints
    proofs: Mapping[Service, HookProof] = field(default_factory=dict[Service, HookProof])
    bounds: Bounds = field(default_factory=Bounds)
    clock: Callable[[], float] = monotonic
    now: Callable[[], float] = time
    _window: float = field(default=float("-inf"), init=False)
    _in_window: int = field(default=0, init=False)
    _open: int = field(default=0, init=False)

    async def take(self, request: Request) -> Response:
        product = _PRODUCTS.get(request.path_params["product"])
        try:
            known = await anyio.to_thread.run_sync(self.hints.secret, product) if product else ""
        except HintsTrouble as trouble:
            logger.warning("%s", trouble)
            return _said(503, _LATER)
        # Digests have one length, so the time tells nothing of the length of the secret either.
        given = sha256(request.path_params["secret"].encode()).digest()
        if not hmac.compare_digest(given, sha256(known.encode()).digest()) or product is None:
            return _said(404, "not found")
        if self._open >= self.bounds.at_once or self._too_many():
            return _said(429, "too many deliveries", {"retry-after": "60"})
        self._open += 1
        try:
            status, words = 200, await self._taken(product, request)
        except _Refused as refused:
            status, words = refused.status, refused.words
        finally:
            self._open -= 1
        logger.info("delivery of %s: %d %s", product, status, words)
        return _said(status, words)

    async def _taken(self, product: Service, request: Request) -> str:
        """What became of a delivery, in words.

        Raises:
            _Refused: when it is not taken.
        """
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise _Refused(415, "compressed bodies are not taken")
        if not _is_json(request.headers.get("content-type", "")):
            raise _Refused(415, "only application/json is taken")
        body = await self._body(request)
        proof = self.proofs.get(product)
        if proof and not proof.fits(request.headers, body):
            raise _Refused(401, f"without the right {proof.header}")
        hint = hint_of(product, _parsed(body))
        try:
            fresh = await anyio.to_thread.run_sync(self.hints.take, hint, body, self.now())
        except HintsTrouble as trouble:
            logger.warning("%s", trouble)
            raise _Refused(503, _LATER) from None
        return f"{hint.event} {'taken' if fresh else 'known from before'}"

    async def _body(self, request: Request) -> bytes:
        """The body. When it is too long, the rest of it is not read."""
        parts: list[bytes] = []
        length = 0
        try:
            with anyio.fail_after(self.bounds.seconds):
                async for part in request.stream():
                    length += len(part)
                    if length > self.bounds.size:
                        raise _Refused(413, f"more than {self.bounds.size:,} bytes")
                    parts.append(part)
        except TimeoutError:
            raise _Refused(408, "the body did not come in time") from None
        except ClientDisconnect:
            raise _Refused(400, "the body ended early") from None
        return b"".join(parts)

    def _too_many(self) -> bool:
        if self.clock() - self._window >= 60:
            self._window, self._in_window = self.clock(), 0
        self._in_window += 1
        return self._in_window > self.bounds.in_a_minute


def hooks_app(receiver: HookReceiver) -> Starlette:
    """The application that takes deliveries and answers nothing else."""
    return Starlette(routes=[Route(f"{PATH}{{product}}/{{secret}}", receiver.take, methods=["POST"])])


def with_hooks(app: ASGIApp, hooks: ASGIApp) -> ASGIApp:
    """An application that takes deliveries, too. They come under the name of the proxy, which ``app`` would refuse."""

    async def chosen(scope: Scope, receive: Receive, send: Send) -> None:
        await (hooks if scope.get("path", "").startswith(PATH) else app)(scope, receive, send)

    return chosen


def paths(hints: Hints) -> Mapping[Service, str]:
    """Where each product delivers: what follows the name of the host."""
    return {product: f"{PATH}{name}/{hints.secret(product)}" for name, product in _PRODUCTS.items()}


def _is_json(content_type: str) -> bool:
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body.decode())
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise _Refused(400, "not a JSON object")
    return cast("dict[str, Any]", document)


def _said(status: int, words: str, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(words, status, headers)
