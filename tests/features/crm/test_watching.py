"""A watcher looks at once when something was delivered, and after its interval anyhow."""

import pytest

from saleshandy_mcp.features.crm.watching import APART, LOOK, until_due

EVERY = 900.0


class Time:
    """Seconds that pass only when somebody waits, and deliveries at some of them."""

    def __init__(self, *deliveries: float) -> None:
        self.now, self._deliveries = 0.0, deliveries

    async def pause(self, seconds: float) -> None:
        self.now += seconds

    def newest(self) -> int:
        return sum(at <= self.now for at in self._deliveries)


@pytest.mark.parametrize(
    ("deliveries", "due"),
    [((), EVERY), ((100.0,), 100.0), ((0.5,), APART), ((100.0, 101.0, 500.0), 100.0), ((EVERY + 1,), EVERY)],
)
async def test_a_delivery_is_the_reason_or_the_interval(deliveries: tuple[float, ...], due: float) -> None:
    time = Time(*deliveries)
    told = await until_due(time.newest, 0, EVERY, time.pause)
    assert due <= time.now <= due + LOOK
    assert told == (due < EVERY)


async def test_what_came_before_the_last_round_is_no_reason() -> None:
    time = Time(-5.0, -1.0)
    assert not await until_due(time.newest, 2, EVERY, time.pause)
    assert time.now == EVERY


async def test_what_came_while_the_last_round_ran_is_one() -> None:
    time = Time(-5.0, -1.0)
    assert await until_due(time.newest, 1, EVERY, time.pause)
    assert time.now == APART
