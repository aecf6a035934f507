"""Numbers of a sequence."""

from collections.abc import Callable

import httpx2


async def test_a_sequence_tells_how_many_people_it_has_as_text(
    http: httpx2.AsyncClient, sequence_id: Callable[[str], str]
) -> None:
    answer = await http.post("/analytics/stats", json={"sequenceId": sequence_id("Q3 launch")})
    assert answer.status_code == 200
    assert answer.json()["payload"]["prospects"] == [{"total": "140"}]


async def test_the_numbers_of_an_unknown_sequence_are_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/analytics/stats", json={"sequenceId": "nowhere"})
    assert answer.json()["code"] == 40100
