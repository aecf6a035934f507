"""What the client sees of a fault: another answer, a changed answer, a broken connection, or nothing at all."""

import json
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

from saleshandy_mcp.sandbox.faults.fault import Act, Answer, Exchange, NobodyThere

DRIP_SECONDS = 1.0
MEGABYTE = b" " * 1_000_000


def says(status: int, body: object, kind: str = "application/json", **headers: str) -> Act:
    """Another answer. The body is a text, or anything that becomes JSON. In names of headers `_` stands for a dash."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, str) else json.dumps(body)
    answer = Answer(status, content.encode(), {"content-type": kind, **named})

    async def act(exchange: Exchange) -> None:
        await exchange.reply(answer)

    return act


def says_when(status: int, body: object, seconds: float, header: str, *, ahead: float = 0.0, **headers: str) -> Act:
    """Another answer, with a header that holds the date which is so many seconds ahead by the clock of the sandbox.

    Args:
        status: the HTTP status.
        body: as of `says`.
        seconds: how far ahead the date is.
        header: which one: `retry-after` or `x-ratelimit-reset`.
        ahead: seconds by which the clock that is told is wrong.
        headers: more of them, as of `says`.
    """

    async def act(exchange: Exchange) -> None:
        dates = (exchange.now + timedelta(seconds=ahead + late) for late in (0, seconds))
        now, then = (format_datetime(date, usegmt=True) for date in dates)
        await says(status, body, date=now, **headers, **{header: then})(exchange)

    return act


def changed(change: Callable[[Answer], Answer]) -> Act:
    """The true answer, changed."""

    async def act(exchange: Exchange) -> None:
        await exchange.reply(change(exchange.answer or await exchange.carry_out()))

    return act


async def breaks(exchange: Exchange) -> None:
    """The connection is closed before the answer."""
    await exchange.break_connection()


async def resets(exchange: Exchange) -> None:
    """The connection is reset before the answer."""
    await exchange.break_connection(abruptly=True)


async def breaks_in_the_middle(exchange: Exchange) -> None:
    """The connection breaks when half of the answer is there."""
    answer = exchange.answer or await exchange.carry_out()
    await exchange.start(answer)
    half = answer.body[: len(answer.body) // 2]
    await exchange.send({"type": "http.response.body", "body": half, "more_body": True})
    await exchange.break_connection()


async def unreachable(exchange: Exchange) -> None:
    """Nobody accepts the connection. A running server has accepted it already: it resets it."""
    if exchange.transport is not None:
        await exchange.break_connection(abruptly=True)
    raise NobodyThere("nobody is there")


async def hangs(exchange: Exchange) -> None:
    """There is no answer until the client gives up."""
    await exchange.client_gone()


async def drips(exchange: Exchange) -> None:
    """The true answer comes byte by byte, with a pause after each."""
    answer = exchange.answer or await exchange.carry_out()
    await exchange.start(answer)
    for number in range(len(answer.body)):
        await exchange.send({"type": "http.response.body", "body": answer.body[number : number + 1], "more_body": True})
        await exchange.pause(DRIP_SECONDS)
    await exchange.send({"type": "http.response.body", "body": b""})


async def drips_from_the_start(exchange: Exchange) -> None:
    """The status and the headers come byte by byte already, and then nothing. In process there are no bytes of them."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-comment: " + b"." * 10_000
    for number in range(len(head)):
        if exchange.transport is not None:
            if exchange.transport.is_closing():
                return
            exchange.transport.write(head[number : number + 1])
        await exchange.pause(DRIP_SECONDS)
    await exchange.break_connection()


async def floods(exchange: Exchange) -> None:
    """The answer is a gigabyte of blanks. In process all of it is kept in memory, and it is a tenth of that."""
    megabytes = 100 if exchange.transport is None else 1000
    headers = [(b"content-type", b"application/json")]
    await exchange.send({"type": "http.response.start", "status": 200, "headers": headers})
    for _ in range(megabytes):
        await exchange.send({"type": "http.response.body", "body": MEGABYTE, "more_body": True})
    await exchange.send({"type": "http.response.body", "body": b""})


async def answers_as_earlier(exchange: Exchange) -> None:
    """The answer is that of the workspace as it was when the fault was set."""
    await (exchange.earlier or exchange.app)(exchange.scope, exchange.receive, exchange.send)
