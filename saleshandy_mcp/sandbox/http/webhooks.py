"""Calls to webhooks: which event goes to which one, and the sending. Only addresses of this machine are called."""

import http.client
import ipaddress
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from saleshandy_mcp.sandbox.http.webhook_bodies import body
from saleshandy_mcp.sandbox.world.clock import Clock, iso
from saleshandy_mcp.sandbox.world.tables import Row, Table, World, hash_id

Deliver = Callable[[str, dict[str, str], bytes], int]

# Assumed: how often and when a call is tried again, and that a webhook is paused when the last try has failed.
PAUSES = (timedelta(seconds=10), timedelta(seconds=60))
WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
ACTIVE, PAUSED = "active", "paused"
ELSEWHERE = "Not called: the sandbox reaches loopback addresses only"
PATIENCE = 5.0
LOOK_AGAIN = 0.5  # seconds between two looks at the clock while a delivery waits


class Outbox(Protocol):
    """A workspace that tells webhooks of things: the outreach, or the CRM beside it."""

    clock: Clock
    webhooks: Table
    deliveries: list[Row]

    def now(self) -> str: ...


def spread(world: World) -> None:
    """Make a delivery of each new event for each active webhook that is registered for its kind."""
    if not world.webhooks:
        return
    news, world.heard = world.events[world.heard :], len(world.events)
    for webhook in [row for row in world.webhooks.values() if row["status"] == ACTIVE]:
        for event in news:
            if event["kind"] in webhook["webhookEvent"]:
                world.deliveries.append(_delivery(world, webhook, event))


def send_due(world: Outbox, deliver: Deliver) -> None:
    """Make the calls that are due, in the order of their events."""
    now = world.now()
    for entry in [entry for entry in world.deliveries if entry["status"] == WAITING and entry["dueAt"] <= now]:
        webhook = world.webhooks[entry["webhookId"]]
        if webhook["status"] != ACTIVE:
            entry["status"] = FAILED
        elif is_loopback(webhook["webhookUrl"]):
            _try(world, webhook, entry, deliver)
        else:
            _give_up(world, webhook, entry, None, ELSEWHERE)


def is_waiting(world: Outbox) -> bool:
    return any(entry["status"] == WAITING for entry in world.deliveries)


def is_loopback(url: str) -> bool:
    """Whether the address is one of this machine by its text; names are not looked up."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def post(url: str, headers: dict[str, str], content: bytes) -> int:
    """Make one POST and return the status of its answer. Redirects and proxies are not followed."""
    parts = urlsplit(url)
    connection = _connection(parts)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, content, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def pretended(_url: str, _headers: dict[str, str], _content: bytes) -> int:
    """Call nobody: for a copy of a workspace, whose webhooks must not be told of what happens in it."""
    return 200


class WebhookSender:
    """Makes the calls to webhooks: at once by `deliver`, or in a thread that starts with the first delivery."""

    def __init__(self, world: Callable[[], Outbox], deliver: Deliver | None = None) -> None:
        self._world = world
        self._deliver = deliver
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Send what is due. Call it after anything that may have recorded an event."""
        world = self._world()
        if not is_waiting(world):
            return
        if self._deliver is not None:
            send_due(world, self._deliver)
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True)
            self._thread.start()
        self._wake.set()

    def _work(self) -> None:
        while True:
            self._wake.wait(LOOK_AGAIN if is_waiting(self._world()) else None)
            self._wake.clear()
            send_due(self._world(), post)


def content_of(entry: Row) -> bytes:
    """The bytes of a delivery."""
    return json.dumps(entry["body"]).encode()


def _delivery(world: World, webhook: Row, event: Row) -> Row:
    return {
        "id": hash_id("delivery", webhook["id"], event["id"]),
        "webhookId": webhook["id"],
        "eventId": event["id"],
        # The body is made now: later changes are other events.
        "body": body(world, event),
        "status": WAITING,
        "tries": 0,
        "dueAt": world.now(),
    }


def _try(world: Outbox, webhook: Row, entry: Row, deliver: Deliver) -> None:
    headers = {"Content-Type": "application/json", **webhook["headers"], **entry.get("headers", {})}
    status, trouble = None, "Delivery failed"
    try:
        status = deliver(webhook["webhookUrl"], headers, content_of(entry))
    except (OSError, ValueError, http.client.HTTPException) as error:
        trouble = f"Delivery failed: {type(error).__name__}"
    tries: int = entry["tries"] + 1
    entry["tries"] = tries
    if status is not None and 200 <= status < 300:
        entry["status"] = DELIVERED
    elif tries <= len(PAUSES):
        entry["dueAt"] = iso(world.clock.now() + PAUSES[tries - 1])
        _note(world, webhook, status, trouble)
    else:
        _give_up(world, webhook, entry, status, trouble)


def _give_up(world: Outbox, webhook: Row, entry: Row, status: int | None, trouble: str) -> None:
    entry["status"] = FAILED
    webhook["status"], webhook["failed"] = PAUSED, True
    _note(world, webhook, status, trouble)


def _note(world: Outbox, webhook: Row, status: int | None, trouble: str) -> None:
    failure: Row = {"failedAt": world.now(), "message": trouble}
    webhook["lastFailure"] = failure if status is None else {**failure, "statusCode": status}


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return make(parts.hostname or "", parts.port, timeout=PATIENCE)
