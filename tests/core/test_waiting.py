"""The one loop that waits for something elsewhere."""

import pytest

from saleshandy_mcp.core.waiting import NotYet, wait_until


class Clock:
    """Remembers each pause."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


class Looks:
    """Answers each look in turn: None, a result, or an error to raise; None for ever after."""

    def __init__(self, *answers: str | Exception | None) -> None:
        self.answers, self.waited = list(answers), list[float]()

    async def __call__(self, waited: float) -> str | None:
        self.waited.append(waited)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_what_is_there_at_once_is_not_waited_for() -> None:
    clock = Clock()
    assert await wait_until(Looks("here"), pause=clock.pause, between=(5,), patience=60) == "here"
    assert clock.pauses == []


async def test_an_empty_result_is_a_result() -> None:
    clock = Clock()
    assert not await wait_until(Looks(""), pause=clock.pause, between=(5,), patience=60)
    assert clock.pauses == []


async def test_the_pauses_follow_the_list_and_the_last_one_is_used_again() -> None:
    clock, looks = Clock(), Looks(None, None, None, "here")
    assert await wait_until(looks, pause=clock.pause, between=(1, 2), patience=60) == "here"
    assert (clock.pauses, looks.waited) == ([1, 2, 2], [0, 1, 3, 5])


@pytest.mark.parametrize(("patience", "pauses"), [(0, 0), (4.9, 0), (5, 1), (9, 1), (10, 2)])
async def test_nobody_waits_longer_than_the_patience(patience: float, pauses: int) -> None:
    clock, looks = Clock(), Looks()
    assert await wait_until(looks, pause=clock.pause, between=(5,), patience=patience) is None
    assert (len(clock.pauses), len(looks.waited)) == (pauses, pauses + 1)


async def test_a_look_can_ask_for_a_longer_pause_and_not_for_a_shorter_one() -> None:
    clock = Clock()
    looks = Looks(NotYet(30), NotYet(1), "here")
    assert await wait_until(looks, pause=clock.pause, between=(5,), patience=60) == "here"
    assert clock.pauses == [30, 5]


async def test_a_pause_that_is_longer_than_what_is_left_is_not_begun() -> None:
    clock = Clock()
    assert await wait_until(Looks(NotYet(61)), pause=clock.pause, between=(5,), patience=60) is None
    assert clock.pauses == []


async def test_an_error_of_a_look_ends_the_waiting() -> None:
    clock = Clock()
    with pytest.raises(ValueError, match="broken"):
        await wait_until(Looks(None, ValueError("broken")), pause=clock.pause, between=(5,), patience=60)
    assert clock.pauses == [5]
