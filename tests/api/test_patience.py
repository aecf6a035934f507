"""Waiting for the rate limit: as long as it asks, and no longer than the budget."""

from math import inf
from typing import Any

import pytest

from saleshandy_mcp.api.patience import DEFAULT_WAIT, PatientApi, patiently
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.errors import Rejected, SaleshandyError, Throttled


def throttled(after: float | None) -> Throttled:
    return Throttled(429, None, ["slow down"], after)


class Limited:
    """An API that fails with these errors in turn, and answers "done" afterwards."""

    def __init__(self, *errors: SaleshandyError) -> None:
        self.errors, self.sent = list(errors), 0
        self.pauses: list[float] = []

    async def send(self, operation: Any, _: float = inf) -> Any:
        del operation
        self.sent += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"

    recent = send

    async def download(self, url: str, _: float = inf) -> str:
        return url

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def test_a_request_waits_as_long_as_the_limit_asks_and_is_sent_again() -> None:
    api = Limited(throttled(7), throttled(3))
    assert await patiently(api, ListProspects(), api.pause, 60) == "done"
    assert (api.pauses, api.sent) == ([7, 3], 3)


async def test_where_nobody_says_how_long_it_waits_some_seconds() -> None:
    api = Limited(throttled(None))
    await patiently(api, ListProspects(), api.pause, 60)
    assert api.pauses == [DEFAULT_WAIT]


async def test_a_request_that_would_wait_longer_than_the_budget_is_refused() -> None:
    api = Limited(throttled(30), throttled(30), throttled(1))
    with pytest.raises(Throttled):
        await patiently(api, ListProspects(), api.pause, 60)
    assert api.pauses == [30, 30]


async def test_the_budget_is_for_all_requests_of_one_patient_api() -> None:
    api = Limited(throttled(40))
    patient = PatientApi(api, api.pause, 60)
    await patient.send(ListProspects())
    api.errors.append(throttled(30))
    with pytest.raises(Throttled):
        await patient.send(ListProspects())
    assert api.pauses == [40]


async def test_any_other_failure_is_not_waited_out() -> None:
    api = Limited(Rejected(400, None, ["no"]))
    with pytest.raises(Rejected):
        await patiently(api, ListProspects(), api.pause, 60)
    assert (api.pauses, api.sent) == ([], 1)


async def test_what_needs_no_patience_is_handed_on() -> None:
    api = Limited()
    patient = PatientApi(api, api.pause)
    assert await patient.recent(ListProspects()) == "done"
    assert await patient.download("https://files.example.com/a.csv") == "https://files.example.com/a.csv"
