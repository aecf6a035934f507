"""The sandbox as an object. It checks each call, passes it to its route, and checks the reply."""

import json
from collections import Counter
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from saleshandy_mcp.sandbox.demo.seed import demo_world
from saleshandy_mcp.sandbox.demo.zone import demo_zone
from saleshandy_mcp.sandbox.faults.fault import App
from saleshandy_mcp.sandbox.faults.injector import Faults
from saleshandy_mcp.sandbox.http import asgi, contract, multipart
from saleshandy_mcp.sandbox.http.contract import Operation
from saleshandy_mcp.sandbox.http.dialect import Dialect, as_contacts, not_acceptable, real_path, spoken
from saleshandy_mcp.sandbox.http.limits import Limits
from saleshandy_mcp.sandbox.http.message import (
    Refusal,
    Reply,
    Request,
    app_error,
    bad_key,
    too_many_calls,
    validation_error,
    web_error,
)
from saleshandy_mcp.sandbox.http.webhooks import Deliver, WebhookSender, pretended, spread
from saleshandy_mcp.sandbox.routes import ROUTES
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from saleshandy_mcp.sandbox.salessheet.http_routes import salessheet_routes
from saleshandy_mcp.sandbox.simulation import subsequences
from saleshandy_mcp.sandbox.simulation.catch_up import catch_up
from saleshandy_mcp.sandbox.world import storage
from saleshandy_mcp.sandbox.world.clock import Clock
from saleshandy_mcp.sandbox.world.state import snapshot
from saleshandy_mcp.sandbox.world.tables import Row, World

KEY = "sandbox-key"
LARGEST_BODY = 90 * 1024 * 1024


class Sandbox:
    """A workspace with memory.

    Attributes:
        world: its tables.
        clock: its time.
        app: its ASGI application.
        faults: lets calls to `app` go wrong: `faults.set("lost-answer", "POST /sequences/status", times=1)`.
        requests: how often each endpoint was carried out.
        salessheet: the CRM at the same address.
    """

    def __init__(
        self,
        *,
        limits: bool = True,
        clock: Clock | None = None,
        dialect: Dialect = "live",
        state: Path | None = None,
        seed: int = 0,
        deliver: Deliver | None = None,
    ) -> None:
        """Make a sandbox with the demo workspace, or with the one of a file.

        Args:
            limits: whether the rate limits are on.
            clock: what time it is here; one that runs at normal speed if left out.
            dialect: how answers look where sources disagree.
            state: a file that `save` wrote. Where there is none yet, the demo workspace is taken.
            seed: what reactions of people and faults by chance are drawn from. The same seed gives the same ones.
            deliver: makes the calls to webhooks. If left out, a thread posts them to loopback addresses.
        """
        self.clock = clock or Clock()
        self.seed = seed
        self.limits_on = limits
        self.dialect: Dialect = dialect
        self.world: World
        self.requests: Counter[str]
        self._limits: Limits
        self.salessheet: SalesSheet
        self._deliver = deliver
        self._webhook_sender = WebhookSender(lambda: self.world, deliver)
        self._start()
        if state is not None and state.exists():
            self.world, self.requests = self._loaded(state)
        app = asgi.create_app(self, *salessheet_routes(lambda: self.salessheet))
        self.faults = Faults(app, now=self.clock.now, copy=self._copied_app, seed=seed)
        self.app: App = self.faults

    def reset(self) -> None:
        """Go back to the demo workspace and to its Monday morning, without faults."""
        self._start()
        self.faults.clear()

    def _start(self) -> None:
        self.clock.restart()
        self.world = demo_world(self.clock, self.seed)
        self.requests = Counter()
        self._limits = Limits(self.clock)
        self.salessheet = SalesSheet(self.clock, lambda: self.limits_on, self._deliver)

    def save(self, path: Path) -> None:
        """Write the whole workspace to a file. The windows of the rate limits are not part of it."""
        more = {"requests": dict(self.requests), "salessheet": self.salessheet.saved()}
        storage.save(path, self.world, more)

    async def dns(self, question: tuple[str, str]) -> list[str]:
        """The records that a name has of a kind: what DNS says of the domains of the demo workspace."""
        name, kind = question
        return demo_zone().get(name, {}).get(kind, [])

    def state(self) -> dict[str, Any]:
        catch_up(self.world)
        self._tell_webhooks()
        faults = self.faults.shown()
        return snapshot(self.world, limits=self.limits_on, requests=self.requests, faults=faults)

    def answer(self, call: asgi.Call) -> Reply:
        """The reply to one API call. After it, webhooks are told what it led to."""
        reply = self._answer(call)
        self._tell_webhooks()
        return reply

    def _tell_webhooks(self) -> None:
        spread(self.world)
        self._webhook_sender.look()

    def _answer(self, call: asgi.Call) -> Reply:
        catch_up(self.world)
        if not_acceptable(self.dialect, call.method, call.content_type):
            return web_error(406, "Not Acceptable", "Not Acceptable").reply
        found = contract.find(call.method, real_path(self.dialect, call.url_path, call.path))
        if found is None:
            return web_error(404, f"Cannot {call.method} {call.url_path}", "Not Found").reply
        operation, path = found
        try:
            self._admit(operation, call.key)
            handler = ROUTES.get((operation.method, operation.path))
            if handler is None:
                return _not_emulated(operation).reply
            request = _validated(operation, path, call)
            reply = handler(self.world, request)
            subsequences.move_people(self.world)
        except Refusal as refusal:
            reply = refusal.reply
        operation.judge_reply(reply.status, reply.body)
        reply = as_contacts(call.url_path, spoken(self.dialect, operation.id, reply))
        told = self._told_of_limits(operation, reply.status) if self.limits_on else {}
        # A date by its own clock, whatever the machine's says.
        return reply._replace(headers={**told, "date": format_datetime(self.clock.now(), usegmt=True)})

    def _told_of_limits(self, operation: Operation, status: int) -> dict[str, str]:
        waiting = {"retry-after": str(self._limits.seconds_until_free(operation.endpoint))} if status == 429 else {}
        return self._limits.headers(operation.endpoint) | waiting

    def _copied_app(self) -> App:
        """An application over a copy of the workspace, in which time stands still."""
        catch_up(self.world)
        copy = Sandbox(limits=False, dialect=self.dialect, clock=Clock(tick=lambda: 0.0), deliver=pretended)
        copy.clock.advance(self.clock.seconds())
        copy.world = storage.copied(self.world, copy.clock)
        copy.salessheet = self.salessheet.copied(copy.clock)
        return copy.app

    def _loaded(self, path: Path) -> tuple[World, Counter[str]]:
        world, more = storage.load(path, self.clock)
        self.salessheet.load(more.get("salessheet"))
        return world, Counter(more["requests"])

    def _admit(self, operation: Operation, key: str | None) -> None:
        if key != KEY:
            raise bad_key()
        if self.limits_on and not self._limits.admit(operation.endpoint):
            raise too_many_calls()
        self.requests[operation.endpoint] += 1


def _validated(operation: Operation, path: dict[str, str], call: asgi.Call) -> Request:
    if len(call.body) > LARGEST_BODY:
        raise web_error(413, "request entity too large", "Payload Too Large")
    query = operation.coerced(call.query)
    if operation.form_schema is not None:
        form = _form(call)
        _judge(operation, query, form.outline())
        return Request(path=path, query=query, body=dict(form.fields), base_url=call.base_url, files=form.files)
    body: Any = {} if operation.body_schema is None else _parsed(call.body)
    _judge(operation, query, body)
    return Request(path=path, query=query, body=body, base_url=call.base_url)


def _judge(operation: Operation, query: Row, body: Any) -> None:
    if complaints := operation.complaints(query, body):
        raise validation_error(*complaints)


def _form(call: asgi.Call) -> multipart.Form:
    try:
        return multipart.parsed(call.content_type, call.body)
    except ValueError as error:
        raise validation_error(str(error)) from None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}", parse_float=_number)
    except (ValueError, RecursionError):
        raise validation_error("body must be valid JSON") from None


def _number(text: str) -> int | float:
    """1.0 is 1, because JavaScript, in which the API is written, has one type for all numbers."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _not_emulated(operation: Operation) -> Refusal:
    return app_error(501, f"The sandbox does not emulate {operation.method} {operation.path} yet.", status=501)
