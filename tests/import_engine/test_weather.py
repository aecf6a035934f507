"""Whatever goes wrong, and in whatever order: nobody is lost, nobody is sent twice, nothing is told that is not so."""

from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import (
    BAD_KEY,
    RATE_LIMIT,
    TITLE,
    carried_out,
    counts,
    people,
    planned,
    results,
    taken,
    target,
)
from tests.kit import Answer, App, Fault, Message, Receive, line_of, lost, new_box, says, unreachable


async def cut_before(*_: object) -> None:
    raise httpx2.ReadError("the line broke before anything was carried out")


async def fair(app: App, scope: Message, receive: Receive, send: Answer) -> None:
    await app(scope, receive, send)


FAULTS: dict[str, Fault] = {
    "fair": fair,
    "lost": lost,
    "cut": cut_before,
    "nobody there": unreachable,
    "500, done": says(500, {"message": "Internal server error"}, passed_on=True),
    "500, not done": says(500, {"message": "Internal server error"}),
    "rate limit": says(400, RATE_LIMIT),
    "429": says(429, {"message": "slow"}),
    "key": says(400, BAD_KEY),
    "html": says(200, "<html>", "text/html", passed_on=True),
    "empty": says(201, "", passed_on=True),
    "redirect": says(302, ""),
}
WEATHER = st.lists(st.sampled_from([*["fair"] * 6, *FAULTS]), max_size=40)


def under(box: Sandbox, weather: list[str]) -> App:
    """The sandbox, with something happening to each call in turn until the weather is over."""
    coming = iter(weather)

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        await FAULTS[next(coming, "fair")](box.app, scope, receive, send)

    return app


@given(WEATHER, st.integers(1, 12), st.integers(1, 5))
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
async def test_in_any_weather_everybody_arrives_once_and_is_told_so(weather: list[str], rows: int, most: int) -> None:
    box = new_box()
    before = line_of(box, TITLE)["prospects"]
    app = under(box, weather)
    with TemporaryDirectory() as folder:
        ledger = Ledger(lambda: Path(folder) / "imports.sqlite3")
        planned(ledger, target(box), people(rows), most=most)
        ended = await carried_out(box, ledger, app=app)
        for _ in range(20):
            assert sum(counts(ledger).values()) == rows
            told = {it.email for it in results(ledger) if it.state == "imported"}
            assert all(box.world.prospect(email) for email in told)
            if ended.state == "finished":
                break
            ended = await carried_out(box, ledger, app=app)
        ledger.close()
        refused = [it for it in results(ledger) if it.state == "refused"]
    # A redirect in place of an answer to a batch is a refusal; such rows were never carried out.
    assert all(box.world.prospect(it.email) is None for it in refused)
    assert ended.state == "finished"
    assert counts_of(box) == rows - len(refused)
    assert line_of(box, TITLE)["prospects"] - before == rows - len(refused)


def counts_of(box: Sandbox) -> int:
    """How many people came, each of them in one call."""
    assert set(taken(box).values()) <= {1}
    return len(taken(box))
