"""Every operation sends exactly the names that the contract declares, no more and no fewer."""

from typing import Annotated, Any, Literal, cast

import pytest
from pydantic import Field

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts
from saleshandy_mcp.api.resources.schedules import CreateSchedule, DaySlots
from saleshandy_mcp.api.resources.sequences import ListSequences, UpdateSequenceSettings
from saleshandy_mcp.api.types import Channel, Priority
from saleshandy_mcp.features.sequences.channels import ChannelWord
from saleshandy_mcp.sandbox.http import contract

Schema = dict[str, Any]
AnyOperation = type[Operation[Any]]


def declared(operation: AnyOperation) -> Schema:
    """All that the contract lets the operation send, path, query and body alike, as one object."""
    spec = contract.operation_of(operation.route.method, operation.route.path).spec
    parameters = spec.get("parameters", [])
    body = declared_body(operation, spec.get("requestBody", {}).get("content", {}))
    return {
        "properties": {entry["name"]: entry["schema"] for entry in parameters} | body.get("properties", {}),
        "required": [entry["name"] for entry in parameters if entry["required"]]
        + body.get("required", [])
        + body.get("x-live-required", []),
    }


def declared_body(operation: AnyOperation, content: Schema) -> Schema:
    """JSON, a form or nothing, as an object: a body that is a bare list is the operation's only argument."""
    schemas: list[Schema] = [one["schema"] for one in content.values()]
    body = resolved(schemas[0], contract.document()) if schemas else {}
    if body.get("type") != "array":
        return body
    [name] = [str(field.serialization_alias) for field in operation.model_fields.values()]
    return {"properties": {name: body}, "required": [name]}


def resolved(schema: Schema, root: Schema) -> Schema:
    """The schema that a reference or the other branch of "or nothing" stands for."""
    if "$ref" in schema:
        found: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return resolved(found, root)
    branches = [branch for branch in schema.get("anyOf", []) if branch.get("type") != "null"]
    return resolved(branches[0], root) if branches else schema


def differences(sent: Schema, said: Schema, root: Schema, at: str = "") -> list[str]:
    """What the two do not share: names and fixed words, however deep. ``root`` resolves references of ``sent``."""
    sent, said = resolved(sent, root), resolved(said, contract.document())
    if "items" in sent:
        return differences(sent["items"], said["items"], root, f"{at}[]")
    found = [f"{at}: {word!r} is no declared word" for word in words(sent) - words(said) if words(said)]
    ours, theirs = sent.get("properties"), said.get("properties", {})
    if ours is None:  # a mapping whose keys somebody else chooses, or no object at all
        return found
    found += [f"{at}.{name} is not declared" for name in ours.keys() - theirs.keys()]
    found += [f"{at}.{name} is never sent" for name in theirs.keys() - ours.keys()]
    for name in ours.keys() & theirs.keys():
        found += differences(ours[name], theirs[name], root, f"{at}.{name}")
    return sorted(found)


def words(schema: Schema) -> set[Any]:
    return {schema["const"]} if "const" in schema else set(schema.get("enum", []))


def of_operation(operation: AnyOperation) -> list[str]:
    sent = operation.model_json_schema(mode="serialization", by_alias=True)
    return differences(sent, declared(operation), sent)


def always_sent(operation: AnyOperation) -> set[str]:
    """The wire names of what has to be given and of what is sent unasked."""
    fields = operation.model_fields.values()
    return {str(field.serialization_alias) for field in fields if field.is_required() or field.default is not None}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_an_operation_is_called_as_in_the_contract(operation: AnyOperation) -> None:
    assert contract.operation_of(operation.route.method, operation.route.path).id == operation.slug


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_an_operation_can_send_every_declared_name_and_no_other(operation: AnyOperation) -> None:
    assert of_operation(operation) == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_what_the_contract_requires_is_required_or_always_sent(operation: AnyOperation) -> None:
    assert set(declared(operation)["required"]) - always_sent(operation) == set()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_what_has_to_be_given_is_what_the_contract_requires(operation: AnyOperation) -> None:
    needed = {str(field.serialization_alias) for field in operation.model_fields.values() if field.is_required()}
    assert needed - set(declared(operation)["required"]) == set()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_path_query_and_body_never_share_a_name(operation: AnyOperation) -> None:
    spec = contract.operation_of(operation.route.method, operation.route.path).spec
    parameters = [entry["name"] for entry in spec.get("parameters", [])]
    assert len(parameters) == len(set(parameters))
    if operation.route.method != "GET":
        assert [entry["name"] for entry in spec.get("parameters", []) if entry["in"] != "path"] == []


def test_no_two_operations_share_a_name_or_a_route() -> None:
    assert len({operation.slug for operation in OPERATIONS}) == len(OPERATIONS)
    assert len({(operation.route.method, operation.route.path) for operation in OPERATIONS}) == len(OPERATIONS)


class MisspeltTitle(ListSequences):
    title: Annotated[str | None, Field(serialization_alias="sequencename")] = None


class OneNameMore(ListSequences):
    limit: int | None = None


class MisspeltSlots(DaySlots):
    slots: Annotated[list[Any], Field(alias="slot")]


class MisspeltDeepInside(CreateSchedule):
    time_slots: list[MisspeltSlots]  # pyright: ignore[reportIncompatibleVariableOverride] - what has to be noticed


class AnotherWord(ListEmailAccounts):
    sort: Literal["ASC", "asc"] | None = None  # pyright: ignore[reportIncompatibleVariableOverride] - the same


@pytest.mark.parametrize(
    ("broken", "noticed"),
    [
        (MisspeltTitle, [".sequenceName is never sent", ".sequencename is not declared"]),
        (OneNameMore, [".limit is not declared"]),
        (MisspeltDeepInside, [".timeSlots[].slot is not declared", ".timeSlots[].slots is never sent"]),
        (AnotherWord, [".sort: 'asc' is no declared word"]),
    ],
)
def test_a_name_that_is_spelt_otherwise_is_noticed(broken: AnyOperation, noticed: list[str]) -> None:
    assert of_operation(broken) == noticed


def test_a_required_name_that_may_be_left_out_is_noticed() -> None:
    class Forgetful(CreateSchedule):
        name: str | None = None  # pyright: ignore[reportIncompatibleVariableOverride] - what has to be noticed

    assert set(declared(Forgetful)["required"]) - always_sent(Forgetful) == {"name"}


def test_what_is_optional_everywhere_may_be_left_out() -> None:
    assert declared(UpdateSequenceSettings)["required"] == ["sequenceId"]
    assert UpdateSequenceSettings(sequence_id="x").wire().body == {}


def test_channels_are_those_of_the_contract() -> None:
    assert [channel.value for channel in Channel] == contract.document()["components"]["schemas"]["ChannelCode"]["enum"]


def test_priorities_are_those_of_the_contract_under_the_same_names() -> None:
    codes, names = contract.document()["components"]["schemas"]["Priority"]["anyOf"]
    assert [(priority.value, priority.name) for priority in Priority] == [
        (code, name.upper()) for code, name in zip(codes["enum"], names["enum"], strict=True)
    ]


def test_the_words_for_channels_are_those_of_the_channels() -> None:
    spoken = cast("tuple[str, ...]", ChannelWord.__args__)
    assert list(spoken) == [channel.word for channel in Channel]
