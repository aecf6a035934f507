"""Connections over HTTP that are begun and not gone on with: bounded in number and in time.

The server that we use waits forever for the head of a request once a connection is open.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 500
"""At a time; a process often may open no more than 1024 files."""
HEAD_SECONDS = 10.0
"""From the opening of a connection, or the first byte of a later request, to the end of the request's head."""


class BoundedHttp(H11Protocol):
    """One connection."""

    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """The time runs while a head is awaited, and more bytes of it do not set it back."""
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self._overdue is None:
            self._overdue = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self._overdue:
            self._overdue.cancel()
            self._overdue = None
