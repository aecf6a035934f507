"""What a gate lets through once a call was judged: that, as far as the operator allows it, and nothing worse."""

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.effects import CONSEQUENCES, Effect
from saleshandy_mcp.core.errors import Forbidden, NoKey
from saleshandy_mcp.policy.effects import Gate
from tests.boxes import frozen_box
from tests.gate.calls import WRITES, operation

EFFECTS = [frozenset(it) for it in chain.from_iterable(combinations(Effect, size) for size in range(len(Effect) + 1))]
BOX = frozen_box(limits=False)
CALLS = [operation(BOX, number) for number in WRITES]
SETS = st.sampled_from(EFFECTS)


def opened(judged: frozenset[Effect], allowed: frozenset[Effect]) -> Gate:
    gate = Gate(Saleshandy(None, base_url="https://api.example.com/v1"), allowed)
    gate.open(judged)
    return gate


@pytest.mark.parametrize("judged", EFFECTS, ids=lambda it: "+".join(sorted(it)) or "nothing")
def test_no_more_is_granted_than_was_judged_and_allowed(judged: frozenset[Effect]) -> None:
    for allowed in EFFECTS:
        granted = opened(judged, allowed).granted
        assert granted & CONSEQUENCES == judged & allowed & CONSEQUENCES
        # Data may be changed on the way to something worse, and where that was judged itself.
        assert (Effect.WRITE in granted) == bool(judged & allowed & {Effect.WRITE, *CONSEQUENCES})
        assert Effect.READ in granted


def test_what_was_granted_to_one_call_is_not_kept_when_it_is_judged_anew() -> None:
    gate = opened(frozenset(Effect), frozenset(Effect))
    gate.open(frozenset({Effect.WRITE}))
    assert gate.granted == {Effect.READ, Effect.WRITE}


async def passes(gate: Gate, number: int) -> bool:
    """Whether the gate lets a request through: the client behind it has no key, and says so when it is reached."""
    try:
        await gate.send(CALLS[number])
    except NoKey:
        return True
    except Forbidden:
        return False
    raise AssertionError("neither refused nor sent")


@given(judged=SETS, allowed=SETS, number=st.integers(0, len(CALLS) - 1))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
async def test_what_a_request_does_for_certain_has_to_be_judged_and_allowed(
    judged: frozenset[Effect], allowed: frozenset[Effect], number: int
) -> None:
    certain = {it.effect for it in CALLS[number].causes() if it.when is None}
    harm = certain & CONSEQUENCES
    if await passes(opened(judged, allowed), number):
        assert harm <= judged & allowed
        assert judged & allowed - {Effect.READ}


@pytest.mark.parametrize("number", range(len(CALLS)), ids=[type(it).__name__ for it in CALLS])
async def test_a_request_that_changes_something_needs_more_than_reading(number: int) -> None:
    assert not await passes(opened(frozenset(), frozenset(Effect)), number)
    assert not await passes(opened(frozenset(Effect), frozenset({Effect.READ})), number)
    assert not await passes(opened(frozenset({Effect.READ}), frozenset(Effect)), number)
    certain = frozenset(it.effect for it in CALLS[number].causes() if it.when is None)
    assert await passes(opened(certain | CALLS[number].route.effects, frozenset(Effect)), number)
