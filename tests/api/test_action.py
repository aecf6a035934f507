"""The kernel: how an operation becomes a request, and what of an answer is its content."""

import json
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from saleshandy_mcp.api.operation import Operation, get, post, unwrap
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts
from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.prospects import GetImportStatus, ImportProspectsByFieldName, ListProspects
from saleshandy_mcp.api.resources.sequences import GetSequenceSettings, ListSequences, UpdateSequenceStatus
from saleshandy_mcp.api.resources.steps import CreateStepVariant, UpdateStepVariant
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.effects import READING, Cause, Effect, PeopleStored, SequenceActive, effects_of
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.request import Wire

VARIANT = {"id": "v", "type": 1, "payload": {"subject": "Hello"}}


@pytest.mark.parametrize(
    ("document", "content"),
    [
        ({"message": "Success", "payload": [1]}, [1]),
        ({"payload": {"a": 1}}, {"a": 1}),
        ({"payload": None}, None),
        ({"payload": {"payload": [1], "message": "Success"}}, [1]),
        ({"message": "Success", "payload": {"payload": {"payload": [1]}}}, [1]),
        ({"error": False, "type": "x", "code": 0, "statusCode": 200, "message": "", "payload": 5}, 5),
        ({"payload": VARIANT}, VARIANT),
        (VARIANT, VARIANT),
        ({"payload": [VARIANT]}, [VARIANT]),
        ([{"payload": [1]}], [{"payload": [1]}]),
        ({"items": []}, {"items": []}),
        ({"message": "Updated"}, {"message": "Updated"}),
        ({}, {}),
        (None, None),
        ("text", "text"),
    ],
)
def test_envelopes_are_taken_off_and_nothing_else(document: Any, content: Any) -> None:
    assert unwrap(document) == content


NEVER_AN_ENVELOPE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text().filter(lambda key: key != "payload"), inner),
)


@given(NEVER_AN_ENVELOPE, st.integers(0, 4))
def test_however_often_it_is_wrapped_the_content_is_the_same(content: Any, times: int) -> None:
    document = content
    for _ in range(times):
        document = {"message": "Success", "payload": document}
    assert unwrap(document) == content


def test_none_is_never_sent_and_defaults_are() -> None:
    assert ListSequences().wire() == Wire("GET", "/sequences", {"page": "1", "pageSize": "100"}, None)
    assert ListEmailAccounts(status=1).wire().body == {"page": 1, "pageSize": 25, "status": 1}


def test_what_is_empty_is_sent_for_it_can_clear() -> None:
    change = UpdateStepVariant(sequence_id="s", step_id="t", variant_id="v", attachment_ids=[], task_note="")
    assert change.wire().body == {"attachmentIds": [], "taskNote": ""}


def test_path_values_stand_in_the_path_alone() -> None:
    wire = UpdateStepVariant(sequence_id="s", step_id="t", variant_id="v", status=0).wire()
    assert wire == Wire("PATCH", "/sequences/s/steps/t/variants/v", {}, {"status": 0})


def test_booleans_in_a_query_are_words_and_in_a_body_are_booleans() -> None:
    assert ListFields().wire().query == {"systemFields": "true"}
    assert ListProspects(include_custom_fields=False).wire().query["includeCustomFields"] == "false"
    body = ImportProspectsByFieldName(prospect_list=[{"Email": "a@example.com"}], conflict_action="upsert").wire().body
    assert body is not None
    assert body["verifyProspects"] is True


def test_enumerations_travel_as_their_numbers() -> None:
    wire = CreateStepVariant(sequence_id="s", step_id="t", type=Channel.CALL_DEMO, payload={}).wire()
    assert json.dumps(wire.body) == '{"type": 12, "payload": {}}'


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("../sequences", "..%2Fsequences"),
        ("a?b=c#d", "a%3Fb%3Dc%23d"),
        ("a b", "a%20b"),
        ("%2e%2e", "%252e%252e"),
        ("ä", "%C3%A4"),
        ("{code}", "%7Bcode%7D"),
        ("Qm7tR2xWbK", "Qm7tR2xWbK"),
    ],
)
def test_whatever_is_in_a_path_value_it_is_one_segment(value: str, segment: str) -> None:
    assert GetSequenceSettings(sequence_id=value).wire().path == f"/sequences/{segment}/settings"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_path_value_that_would_lead_elsewhere_is_not_sent(value: str) -> None:
    change = UpdateStepVariant(sequence_id="s", step_id="t", variant_id=value, status=0)
    with pytest.raises(Mistake, match="variantId"):
        change.wire()


@given(st.text(min_size=1))
@example("..")
@example(".")
def test_a_path_value_never_changes_the_rest_of_the_address(value: str) -> None:
    try:
        path = GetImportStatus(request_id=value).wire().path
    except Mistake:
        return
    *rest, last = httpx2.URL(f"http://sandbox/v1{path}").raw_path.decode().split("/")
    assert rest == ["", "v1", "prospects", "import-status"]
    assert unquote(last) == value


def test_arguments_are_frozen_and_none_is_unknown() -> None:
    operation = GetSequenceSettings(sequence_id="s")
    with pytest.raises(ValidationError, match="frozen"):
        operation.sequence_id = "t"  # pyright: ignore[reportAttributeAccessIssue] - this is what must not be possible
    with pytest.raises(ValidationError, match="sequenceId"):
        GetSequenceSettings.model_validate({"sequenceId": "s"})


def test_an_id_that_comes_as_a_number_is_taken_as_text() -> None:
    assert GetSequenceSettings.model_validate({"sequence_id": 41}).wire().path == "/sequences/41/settings"


def test_every_read_may_be_repeated_and_a_get_is_a_read() -> None:
    for operation in OPERATIONS:
        assert operation.idempotent or not operation.route.reads
        assert operation.route.reads or operation.route.method != "GET"


def worst(operation: Operation[Any]) -> frozenset[Effect]:
    """What it may do when nothing is known of the account."""
    return effects_of(operation.causes(), {})


def test_pausing_reaches_nobody_and_resuming_does() -> None:
    assert worst(UpdateSequenceStatus(sequence_ids=["s"], status="pause")) == {Effect.WRITE}
    assert worst(UpdateSequenceStatus(sequence_ids=["s"], status="resume")) == {Effect.SEND}
    assert UpdateSequenceStatus.effects == {Effect.WRITE, Effect.SEND}


def importing(**given: object) -> ImportProspectsByFieldName:
    rows = [{"Email": "a@example.com"}]
    given = {"conflict_action": "noUpdate", "verify_prospects": False, **given}
    return ImportProspectsByFieldName.model_validate({"prospect_list": rows, **given})


def test_an_import_reaches_people_when_it_enrols_them_or_changes_those_who_are_stored() -> None:
    stored = PeopleStored(("a@example.com",))
    assert worst(importing()) == {Effect.WRITE}
    assert worst(importing(step_id="t")) == {Effect.SEND}
    assert worst(importing(verify_prospects=True)) == {Effect.SPEND}
    assert worst(importing(conflict_action="upsert")) == {Effect.SEND, Effect.DELETE}
    assert effects_of(importing(conflict_action="upsert").causes(), {stored: False}) == {Effect.WRITE}
    assert worst(importing(tags=["spring"])) == {Effect.SEND}


def test_what_is_not_known_is_taken_for_the_worst() -> None:
    causes = (Cause(Effect.WRITE), Cause(Effect.SEND, SequenceActive("s")))
    assert effects_of(causes, {}) == {Effect.SEND}
    assert effects_of(causes, {SequenceActive("s"): None}) == {Effect.SEND}
    assert effects_of(causes, {SequenceActive("s"): False}) == {Effect.WRITE}


def test_an_operation_says_what_it_returns() -> None:
    class Whoami(Operation[dict[str, str]]):
        route = get("/user")

    assert Whoami().parse({"payload": {"name": "Ada"}}) == {"name": "Ada"}
    assert (Whoami.slug, Whoami.effects, Whoami.idempotent) == ("whoami", READING, True)


def test_an_operation_that_does_not_say_what_it_returns_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="Silent does not say what it returns"):

        class Silent(Operation):  # pyright: ignore[reportMissingTypeArgument, reportUnusedClass] - the mistake meant
            route = post("/silent", Effect.WRITE)
