"""What the client sees of a fault: another answer, a changed answer, a broken connection, or nothing at all."""

import json
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

from saleshandy_mcp.sandbox.faults.fault import Act, Answer, Exchange, NobodyThere

DRIP_SECONDS = 1.0


def says(status: int, body: object, kind: str = "application/json", **headers: str) -> Act:
    """Another answer. The body is a text, or anything that becomes JSON. In names of headers `_` stands for a dash."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, str) else json.dumps(body)
    answer = Answer(status, content.encode(), {"content-type": kind, **named})

    async def act(exchange: Exchange) -> None:
        await exchange.reply(answer)

    return act


def says_when_to_retry(status: int, body: object, seconds: float) -> Act:
    """Another answer, whose Retry-After is the date that is so many seconds ahead by the clock of the sandbox."""

    async def act(exchange: Exchange) -> None:
        now, then = (format_datetime(exchange.now + timedelta(seconds=late), usegmt=True) for late in (0, seconds))
        await says(status, body, retry_after=then, date=now)(exchange)

    return act


def changed(change: Callable[[Answer], Answer]) -> Act:
    """The true answer, changed."""

    async def act(exchange: Exchange) -> None:
        await exchange.reply(change(exchange.answer or await exchange.carry_out()))

    return act


async def breaks(exchange: Exchange) -> None:
    """The connection breaks before the answer."""
    await exchange.break_connection()


async def breaks_in_the_middle(exchange: Exchange) -> None:
    """The connection breaks when half of the answer is there."""
    answer = exchange.answer or await exchange.carry_out()
    await exchange.start(answer)
    half = answer.body[: len(answer.body) // 2]
    await exchange.send({"type": "http.response.body", "body": half, "more_body": True})
    await exchange.break_connection()


async def unreachable(_: Exchange) -> None:
    """Nobody accepts the connection. A running server cannot do that, so that this is for tests in process."""
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


async def answers_as_earlier(exchange: Exchange) -> None:
    """The answer is that of the workspace as it was when the fault was set."""
    await (exchange.earlier or exchange.app)(exchange.scope, exchange.receive, exchange.send)
