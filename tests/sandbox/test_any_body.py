"""Whatever is sent, the answer keeps to the contract and nothing falls over."""

import json
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.http import contract
from saleshandy_mcp.sandbox.http.asgi import Call
from saleshandy_mcp.sandbox.routes import ROUTES

WITH_BODY = [route for route in ROUTES if contract.operation_of(*route).body_schema is not None]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2000) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def mutations(value: Any) -> st.SearchStrategy[Any]:
    """The value with any of its parts replaced by anything."""
    if isinstance(value, dict):
        parts: dict[str, Any] = {**value}
        return st.fixed_dictionaries({}, optional={name: mutations(part) for name, part in parts.items()})
    return st.just(value) | st.just([value]) | JSON


def path_in(box: Sandbox, template: str) -> str:
    sequence = next(iter(box.world.sequences))
    step = box.world.steps_of(sequence)[0]["id"]
    variant = box.world.variants_of(step)[0]["id"]
    world = box.world
    known = {
        "sequenceId": sequence,
        "stepId": step,
        "variantId": variant,
        "taskId": next(iter(world.tasks)),
        "subsequenceId": next(iter(world.subsequences)),
        "prospectId": next(iter(world.prospects)),
        "noteId": next(iter(world.notes)),
        "fieldId": list(world.fields)[-1],
        "resourceType": "sequence",
    }
    return template.format_map(defaultdict(lambda: "x", known))


@pytest.mark.parametrize(("method", "template"), WITH_BODY)
def test_no_body_makes_the_sandbox_fall_over(method: str, template: str) -> None:
    operation = contract.operation_of(method, template)
    box = Sandbox(limits=False, clock=Clock(tick=lambda: 0.0))
    path = path_in(box, template)

    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @given(mutations(operation.spec["requestBody"]["content"]["application/json"]["example"]))
    def check(body: Any) -> None:
        call = Call(method, f"/v1{path}", path, {}, KEY, json.dumps(body).encode(), "http://sandbox/")
        assert box.answer(call).status in {200, 201, 400, 413}
        box.clock.advance(60)
        json.dumps(box.state())

    check()


def test_a_bottomless_body_is_refused() -> None:
    box = Sandbox(limits=False)
    call = Call("POST", "/v1/sequences", "/sequences", {}, KEY, b"[" * 200_000, "http://sandbox/")
    assert box.answer(call).status == 400
