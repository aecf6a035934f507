"""A saved world comes back exactly as it was."""

import json
from collections import defaultdict
from dataclasses import fields
from datetime import UTC, date
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.http import contract
from saleshandy_mcp.sandbox.http.asgi import Call
from saleshandy_mcp.sandbox.routes import ROUTES
from saleshandy_mcp.sandbox.world.storage import decoded, encoded
from saleshandy_mcp.sandbox.world.tables import World

KEYS = st.text(max_size=4) | st.sampled_from(["$dict", "$tuple"]) | st.integers() | st.tuples(st.text(max_size=2))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=8)
    | st.datetimes(timezones=st.just(UTC))
    | st.dates()
    | st.sets(st.text(max_size=3), max_size=3)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=8,
)


def frozen(**more: Any) -> Sandbox:
    return Sandbox(limits=False, clock=Clock(tick=lambda: 0.0), **more)


def taken(_url: str, _headers: dict[str, str], _content: bytes) -> int:
    return 200


def tables(world: World) -> dict[str, object]:
    return {field.name: getattr(world, field.name) for field in fields(world) if field.name != "clock"}


def filled(box: Sandbox, template: str) -> str:
    """The path with ids of the demo workspace, as far as they are known."""
    step = next(iter(box.world.steps.values()))
    known = {"sequenceId": step["sequenceId"], "stepId": step["id"], "taskId": next(iter(box.world.tasks))}
    return template.format_map(defaultdict(lambda: "x", known))


def example(box: Sandbox, method: str, template: str) -> bytes:
    """The example of the contract, with ids of the demo workspace."""
    content = contract.operation_of(method, template).spec.get("requestBody", {}).get("content", {})
    body: Any = content.get("application/json", {}).get("example", {})
    if not isinstance(body, dict):
        return json.dumps(body).encode()
    example: dict[str, Any] = {**body}
    sequence_id, people = next(iter(box.world.enrolments.items()))
    first = next(iter(people))
    known = {
        "sequenceId": sequence_id,
        "sequenceIds": [sequence_id],
        "stepId": people[first],
        "prospectIds": [first],
        "prospectEmails": [box.world.prospects[first]["email"]],
    }
    return json.dumps(example | {name: value for name, value in known.items() if name in example}).encode()


@settings(deadline=None, derandomize=True, database=None)
@given(VALUES)
def test_whatever_a_table_holds_comes_back(value: Any) -> None:
    written = json.dumps(encoded(value))
    assert decoded(json.loads(written)) == value
    assert json.dumps(encoded(decoded(json.loads(written)))) == written


def test_what_the_state_cannot_hold_is_said() -> None:
    with pytest.raises(TypeError, match="cannot hold a Clock"):
        encoded({"clock": Clock()})
    assert encoded(date(2026, 11, 16)) == {"$day": "2026-11-16"}


def test_the_demo_workspace_comes_back(box: Sandbox, tmp_path: Path) -> None:
    box.save(tmp_path / "state.json")
    again = frozen(state=tmp_path / "state.json")
    assert tables(again.world) == tables(box.world)
    assert again.state() == box.state()


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(ROUTES)), st.integers(0, 90)), max_size=8))
def test_whatever_happened_the_state_comes_back(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[tuple[str, str], int]]
) -> None:
    box = frozen(deliver=taken)
    for (method, template), seconds in calls:
        path = filled(box, template)
        box.answer(Call(method, f"/v1{path}", path, {}, KEY, example(box, method, template), "http://sandbox/"))
        box.clock.advance(seconds)
    state = tmp_path_factory.mktemp("world") / "state.json"
    box.save(state)
    again = frozen(state=state)
    assert tables(again.world) == tables(box.world)
    assert again.state() == box.state()


async def test_running_imports_go_on_where_they_were(box: Sandbox, http: httpx2.AsyncClient, tmp_path: Path) -> None:
    row = {"Email": "new.person@starquay.example.com", "First Name": "New"}
    body = {"prospectList": [row], "conflictAction": "overwrite", "verifyProspects": True}
    assert (await http.post("/prospects/import-with-field-name", json=body)).status_code == 201
    box.save(tmp_path / "state.json")
    again = frozen(state=tmp_path / "state.json")
    for world in (box, again):
        world.clock.advance(60)
    assert again.state() == box.state()
    assert again.world.prospect("new.person@starquay.example.com") is not None


def test_a_file_that_is_not_there_yet_means_the_demo_workspace(box: Sandbox, tmp_path: Path) -> None:
    assert frozen(state=tmp_path / "none.json").state() == box.state()


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[]")
    with pytest.raises(ValueError, match="no state of this sandbox"):
        frozen(state=tmp_path / "other.json")


def test_saving_leaves_one_file(box: Sandbox, tmp_path: Path) -> None:
    for _ in range(2):
        box.save(tmp_path / "state.json")
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
