"""The server over the pipes of the process that a client started.

The SDK's own loop silently drops what it cannot read, and ends with a traceback when the client has gone.
"""

import logging
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import BinaryIO

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.mcpserver import MCPServer
from mcp.shared.message import SessionMessage

from saleshandy_mcp.opening.early_answers import Continued, EarlyAnswers, Sink, Source
from saleshandy_mcp.server.app import protocol_of
from saleshandy_mcp.server.messages import read_line, written

logger = logging.getLogger(__name__)

Sending = MemoryObjectSendStream[SessionMessage]
Receiving = MemoryObjectReceiveStream[SessionMessage]


async def serve_stdio(server: MCPServer[None], early: EarlyAnswers | None = None) -> None:
    """Serve until stdin ends or nobody reads stdout any more.

    Args:
        server: which one.
        early: what has answered the client so far.
    """
    protocol = protocol_of(server)
    send_in, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, read_out = anyio.create_memory_object_stream[SessionMessage](0)
    with _pipes() as (stdin, stdout):
        source, sink = (stdin, stdout) if early is None else (it := Continued(early, stdout), it)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_read, source, send_in, outgoing.clone())
            tasks.start_soon(_write, sink, read_out, tasks.cancel_scope)
            await protocol.run(incoming, outgoing, protocol.create_initialization_options())


async def _read(source: Source, into: MemoryObjectSendStream[SessionMessage | Exception], answers: Sending) -> None:
    async with into, answers:
        # Nobody can interrupt a thread that waits for a line; it is left behind when there is nobody to answer.
        while line := await anyio.to_thread.run_sync(source.readline, abandon_on_cancel=True):
            read = read_line(line.decode("utf-8", errors="replace"))
            if read.mended:
                logger.info("mended a message: %s", ", ".join(read.mended))
            for answer in read.answers:
                logger.warning("refused a message: %s", answer.error.message)
                await answers.send(SessionMessage(answer))
            for message in read.messages:
                await into.send(SessionMessage(message))


async def _write(sink: Sink, messages: Receiving, all_of_it: anyio.CancelScope) -> None:
    async with messages:
        async for message in messages:
            try:
                await anyio.to_thread.run_sync(_put, sink, written(message.message).encode() + b"\n")
            except (BrokenPipeError, ConnectionResetError):
                logger.info("nobody reads stdout any more")
                all_of_it.cancel()
                return


def _put(sink: Sink, line: bytes) -> None:
    sink.write(line)
    sink.flush()


@contextmanager
def _pipes() -> Generator[tuple[BinaryIO, BinaryIO]]:
    """Stdin and stdout as bytes. While they serve, what is printed goes to stderr: stdout belongs to the protocol."""
    try:
        wire = os.dup(1)
        os.dup2(2, 1)
    except OSError:
        yield sys.stdin.buffer, sys.stdout.buffer
        return
    # Not closed at the end: a thread may still be writing to it. What nobody reads is not written once more.
    sink = os.fdopen(wire, "wb", closefd=False)
    try:
        yield sys.stdin.buffer, sink
    finally:
        with suppress(BrokenPipeError):
            sink.close()
        os.dup2(wire, 1)
