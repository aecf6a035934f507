"""The emulator as an object: it checks each call, passes it to its route, checks the reply and logs the call."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from saleshandy_mcp.sandbox.http.asgi import Call
from saleshandy_mcp.sandbox.http.contract import Operation
from saleshandy_mcp.sandbox.http.message import Refusal, Reply, Request
from saleshandy_mcp.sandbox.http.webhooks import Deliver, WebhookSender, pretended
from saleshandy_mcp.sandbox.salessheet.assumptions import Assumptions
from saleshandy_mcp.sandbox.salessheet.crm import Crm, names
from saleshandy_mcp.sandbox.salessheet.demo import demo_crm
from saleshandy_mcp.sandbox.salessheet.errors import bad_request, forbidden, not_found, refusal
from saleshandy_mcp.sandbox.salessheet.keys import ALLOWANCES, KEYS, ApiKey, admit
from saleshandy_mcp.sandbox.salessheet.rate_windows import Windows
from saleshandy_mcp.sandbox.salessheet.routes import CONTRACT, ROUTES
from saleshandy_mcp.sandbox.world.clock import Clock, iso
from saleshandy_mcp.sandbox.world.storage import decoded, encoded
from saleshandy_mcp.sandbox.world.tables import Row

LARGEST_BODY = 10 * 1024 * 1024
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Answer(NamedTuple):
    """A reply with the headers that tell of the limits."""

    reply: Reply
    headers: Mapping[str, str]


class SalesSheet:
    """A CRM with memory.

    Attributes:
        clock: its time, that of the sandbox beside it.
        assumptions: how it behaves where nothing is documented.
        keys: its API keys, by their secret text.
        audit: a line for each request: key name, time, endpoint, status.
        requests: how often each endpoint was carried out.
        windows: the calls of each key that count against its limits.

    Args:
        clock: its time.
        limits_on: whether the limits are on, asked at each call.
        deliver: makes the calls to webhooks. If left out, a thread posts them to loopback addresses.
    """

    def __init__(
        self, clock: Clock, limits_on: Callable[[], bool] = lambda: True, deliver: Deliver | None = None
    ) -> None:
        self.clock = clock
        self.assumptions = Assumptions()
        self.keys: dict[str, ApiKey] = dict(KEYS)
        self.audit: list[Row] = []
        self.requests: Counter[str] = Counter()
        self._limits_on = limits_on
        self.windows = Windows()
        self._webhook_sender = WebhookSender(lambda: self.crm, deliver)

    @cached_property
    def crm(self) -> Crm:
        """Its tables. They are made when they are first needed: most sandboxes are used without a CRM."""
        return demo_crm(self.clock)

    def answer(self, call: Call) -> Answer:
        """The answer to one API call."""
        key = self.keys.get(call.key or "")
        found = CONTRACT.find(call.method, call.path)
        operation = found[0] if found else None
        reply = self._answer(call, key, found)
        if operation is not None:
            operation.judge_reply(reply.status, reply.body)
        endpoint = operation.endpoint if operation else f"{call.method} {call.path}"
        line = {"key": key.name if key else None, "time": iso(self.clock.now())}
        self.audit.append({**line, "endpoint": endpoint, "status": reply.status})
        self.tell_webhooks()
        return Answer(reply, self._headers(key))

    def _answer(self, call: Call, key: ApiKey | None, found: tuple[Operation, dict[str, str]] | None) -> Reply:
        try:
            _refuse_plain_http(call)
            admitted = admit(key, call.method, call.path, self.clock.seconds())
            if found is None:
                raise not_found(f"There is no {call.method} {call.path}.")
            if self._limits_on():
                self.windows.count(admitted.name, ALLOWANCES[admitted.plan], self.clock.seconds())
            operation, path = found
            request = _validated(operation, path, call)
            self.requests[operation.endpoint] += 1
            return ROUTES[operation.method, operation.path](self.crm, request, self.assumptions)
        except Refusal as refused:
            return refused.reply

    def _headers(self, key: ApiKey | None) -> Mapping[str, str]:
        """Documented for every response; a call without a known key has no limit to tell of (assumed)."""
        if key is None or key.plan not in ALLOWANCES:
            return {}
        return self.windows.headers(key.name, ALLOWANCES[key.plan], self.clock.seconds())

    def tell_webhooks(self) -> None:
        """Send what is due. A CRM that nobody has used has nothing to tell."""
        if "crm" in self.__dict__:
            self._webhook_sender.look()

    def state(self) -> Row:
        """Counts, requests and the audit log."""
        self.tell_webhooks()
        tables = ("contacts", "deals", "tasks", "activities", "pipelines")
        counts = {name: len(self.crm.table(name)) for name in tables}
        return {"counts": counts, "requests": dict(self.requests), "audit": list(self.audit)}

    def copied(self, clock: Clock) -> "SalesSheet":
        """The same CRM once more with another clock and without limits."""
        copy = SalesSheet(clock, limits_on=lambda: False, deliver=pretended)
        copy.assumptions, copy.keys = self.assumptions, self.keys
        copy.__dict__["crm"] = Crm.unpacked(clock, self.crm.packed())
        return copy

    def saved(self) -> Row | None:
        """What has to be kept of it; None when nobody has used it."""
        if "crm" not in self.__dict__:
            return None
        return {name: encoded(getattr(self.crm, name)) for name in names()}

    def load(self, tables: Mapping[str, Any] | None) -> None:
        """Go back to what `saved` returned."""
        if tables is not None:
            self.__dict__["crm"] = Crm(self.clock, **{name: decoded(value) for name, value in tables.items()})


def _refuse_plain_http(call: Call) -> None:
    """HTTP is refused as documented (the status is assumed). On this machine there is nothing else to talk to."""
    parts = urlsplit(call.base_url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise forbidden("All requests must be made over HTTPS.")


def _validated(operation: Operation, path: dict[str, str], call: Call) -> Request:
    if len(call.body) > LARGEST_BODY:
        raise refusal(413, "too_large", "The body is too large.")
    query, body = operation.coerced(call.query), None
    if operation.body_schema is not None:
        if call.content_type.split(";")[0].strip().lower() != "application/json":
            raise bad_request(["Set the Content-Type: application/json header."])
        body = _parsed(call.body)
    if complaints := operation.complaints(query, body if operation.body_schema is not None else {}):
        raise bad_request(complaints)
    return Request(path=path, query=query, body=body, base_url=call.base_url)  # pyright: ignore[reportArgumentType] - a batch is a list


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request(["The body is not valid JSON."]) from None
