"""People and what is kept about them: what is refused before it is sent, what calls do, answers told uncertain."""

from typing import Any, cast, get_args

import pytest
from pydantic import ValidationError

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.clients import AssignClientResources, CreateClient, ListClients
from saleshandy_mcp.api.resources.dnc import AddDncItems, GetDncItems, ListDncLists, SearchDncItem
from saleshandy_mcp.api.resources.fields import CreateField, Currency, UpdateField
from saleshandy_mcp.api.resources.notes import (
    MOST_BYTES,
    CreateNote,
    CreateNoteAttachment,
    ListProspectNotes,
    UpdateNote,
)
from saleshandy_mcp.api.resources.prospects import (
    GetProspectAttribute,
    ImportProspects,
    ListProspectSequences,
    SetProspectAttributes,
    UnsubscribeProspects,
    UpdateProspectStatus,
)
from saleshandy_mcp.api.resources.sequences import (
    AddContactsToSequence,
    SendTestEmail,
    UpdateProspectOutcome,
)
from saleshandy_mcp.api.resources.subsequences import (
    PAIRINGS,
    Comparison,
    CreateSubsequence,
    GetSubsequenceSettings,
    ListSubsequences,
    Name,
    UpdateSubsequence,
)
from saleshandy_mcp.api.resources.tags import AssignTags, TagRemoval, UnassignTags
from saleshandy_mcp.core.uploads import Upload
from saleshandy_mcp.sandbox.http import contract

QUIET = {"name": "Replied", "operation": "is", "value": False}
SUBSEQUENCE = {"sequence_id": "s", "title": "Quiet", "conditions": [QUIET]}
MAIL = {"sequence_id": "s", "to": ["bo@bo.example.com"], "from_email_account_id": "a", "subject": "x", "content": "y"}
ROW = {"fields": [{"id": "f", "value": "Ann"}]}
NOBODY: dict[str, list[Any]] = {"fields": []}
IMPORT = {"prospect_list": [ROW], "conflict_action": "upsert"}
NOTE = {"content": "x", "prospect_ids": ["p"], "visibility": "1"}
MEMBER = {"prospect_id": "p", "sequence_id": "s"}
ACTIVE = {"prospect_and_sequence_ids": [MEMBER], "status": "active"}
ONE = {"prospect_id": "p", "field_id": "f"}
ONE_OF_MANY = {"field_id": "f", "attribute_value": "x"}
CLIENT = {"first_name": "C", "last_name": "S", "company_name": "X", "email": "cy@cy.example.com", "permission": "2"}


def condition(name: str, operation: str, value: Any = None) -> dict[str, Any]:
    return {"name": name, "operation": operation, "value": value}


@pytest.mark.parametrize(
    ("operation", "arguments", "argument"),
    [
        (UpdateProspectOutcome, {"prospect_emails": ["a"], "outcome_name": "x" * 21}, "outcome_name"),
        (UpdateProspectOutcome, {"prospect_emails": ["a"], "outcome_name": "x", "deal_value": "nan"}, "deal_value"),
        (AddContactsToSequence, {"sequence_id": "s", "step_id": "t", "prospect_ids": []}, "prospect_ids"),
        (SendTestEmail, MAIL | {"to": ["bo"]}, "to"),
        (CreateSubsequence, SUBSEQUENCE | {"title": "x" * 201}, "title"),
        (CreateSubsequence, SUBSEQUENCE | {"conditions": []}, "conditions"),
        (CreateSubsequence, SUBSEQUENCE | {"conditions": [QUIET | {"worth": 1}]}, "conditions"),
        (CreateSubsequence, SUBSEQUENCE | {"first_step_relative_days": 0}, "first_step_relative_days"),
        (UpdateSubsequence, {"sequence_id": "s", "subsequence_id": "u", "conditions": []}, "conditions"),
        (ListSubsequences, {"sequence_id": "s", "progress": [4]}, "progress"),
        (ImportProspects, IMPORT | {"prospect_list": []}, "prospect_list"),
        (ImportProspects, IMPORT | {"prospect_list": [ROW] * 100_001}, "prospect_list"),
        (ImportProspects, IMPORT | {"prospect_list": [NOBODY]}, "prospect_list"),
        (ImportProspects, IMPORT | {"conflict_action": "merge"}, "conflict_action"),
        (SetProspectAttributes, {"prospect_id": "p", "attributes": []}, "attributes"),
        (UpdateProspectStatus, {"prospect_and_sequence_ids": [MEMBER], "status": "resumed"}, "status"),
        (UnsubscribeProspects, {"prospect_ids": []}, "prospect_ids"),
        (CreateField, {"label": "", "field_type": "text"}, "label"),
        (CreateField, {"label": "Plan", "field_type": "choice"}, "field_type"),
        (CreateField, {"label": "P", "field_type": "dropdown", "metadata": {"options": ["x"] * 51}}, "metadata"),
        (CreateField, {"label": "P", "field_type": "currency", "metadata": {"currency_code": "DKK"}}, "metadata"),
        (UnassignTags, {"removals": [{"tags": "", "prospects": ["p"]}]}, "removals"),
        (CreateNote, NOTE | {"prospect_ids": []}, "prospect_ids"),
        (CreateNote, NOTE | {"visibility": "team"}, "visibility"),
        (ListProspectNotes, {"prospect_id": "p", "page_size": 101}, "page_size"),
        (GetDncItems, {"dnc_list_id": ""}, "dnc_list_id"),
        (AddDncItems, {"dnc_list_id": "d", "items": []}, "items"),
        (ListClients, {"sort_by": "createdAt"}, "sort_by"),
        (CreateClient, CLIENT | {"email": "cy"}, "email"),
        (AssignClientResources, {"resource_type": "domain", "resource_ids": ["s"]}, "resource_type"),
    ],
)
def test_what_cannot_work_is_refused_with_the_argument_named(
    operation: type[Operation[Any]], arguments: dict[str, Any], argument: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        operation.model_validate(arguments)
    assert caught.value.errors()[0]["loc"][0] == argument


@pytest.mark.parametrize(
    ("operation", "arguments", "words"),
    [
        (SetProspectAttributes, {"prospect_id": "p"}, "either attributes, or field_id"),
        (SetProspectAttributes, ONE, "either attributes, or field_id"),
        (SetProspectAttributes, ONE | {"attributes": [ONE_OF_MANY]}, "either attributes, or field_id"),
        (UpdateProspectStatus, ACTIVE | {"pause_delay_in_days": 7}, "pause_delay_in_days goes with"),
        (UpdateField, {"field_id": "f"}, "give label, fallback_text or tags"),
        (AssignTags, {"tags": ["spring"]}, "give prospect_ids or prospect_emails"),
        (UnassignTags, {"removals": [{"tags": "spring"}]}, "give prospects or prospects_emails"),
        (UpdateNote, {"note_id": "n"}, "give content, visibility or status"),
    ],
)
def test_arguments_that_only_work_in_some_combinations_say_which(
    operation: type[Operation[Any]], arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        operation.model_validate(arguments)


@pytest.mark.parametrize(
    "given",
    [
        condition("Email Open Count", "greater than", 4),
        condition("Replied", "is", value=True),
        condition("Reply Body Contains", "contains", "price"),
        condition("Reply Body Contains", "contains", ["price", "offer"]),
        condition("Link Click", "is any"),
        condition("Prospect Outcome", "is", ["Interested"]),
        condition("Prospect Outcome", "is not any", [3, 4]),
        condition("Last Step Completed", "is", value=False),
    ],
)
def test_a_condition_goes_out_as_it_was_given(given: dict[str, Any]) -> None:
    body = CreateSubsequence.model_validate(SUBSEQUENCE | {"conditions": [given]}).wire().body
    assert body is not None
    assert body["conditions"] == [{name: value for name, value in given.items() if value is not None}]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (condition("Email Open Count", "is", 4), "Email Open Count goes with greater than, less than, .*, not with is"),
        (condition("Email Open Count", "greater than", value=True), "Email Open Count needs a whole number"),
        (condition("Email Open Count", "greater than", -1), "Email Open Count needs a whole number"),
        (condition("Replied", "is not", value=True), "Replied goes with is, not with is not"),
        (condition("Replied", "is", "yes"), "Replied needs true or false"),
        (condition("Reply Body Contains", "contains", ""), "Reply Body Contains needs a text"),
        (condition("Link Click", "is any", ["x"]), "Link Click needs no value"),
        (condition("Link Click", "is"), "Link Click goes with is any, is not any, not with is"),
        (condition("Prospect Outcome", "contains", ["x"]), "Prospect Outcome goes with is, is not, is any, is not any"),
        (condition("Prospect Tag", "is", "spring"), "Prospect Tag needs a list"),
        (condition("Bounced", "is", value=True), "Email Open Count"),
    ],
)
def test_a_condition_whose_parts_do_not_pair_is_refused_and_says_what_does(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        CreateSubsequence.model_validate(SUBSEQUENCE | {"conditions": [QUIET, given]})
    assert caught.value.errors()[0]["loc"][:2] == ("conditions", 1)


def test_the_words_are_those_of_the_contract() -> None:
    properties = contract.document()["components"]["schemas"]["Condition"]["properties"]
    assert list(get_args(Name)) == properties["name"]["enum"]
    assert list(get_args(Comparison)) == properties["operation"]["enum"]
    assert set(PAIRINGS) == set(get_args(Name))
    assert {word for pairing in PAIRINGS.values() for word in pairing.operations} == set(get_args(Comparison))
    field = contract.operation_of("POST", "/fields").spec["requestBody"]["content"]["application/json"]["schema"]
    assert list(get_args(Currency)) == field["properties"]["metadata"]["properties"]["currencyCode"]["enum"]


@pytest.mark.parametrize(("given", "sent"), [(70211, 70211), ("70211", 70211), ("Sc4bH8vJqM", "Sc4bH8vJqM")])
def test_a_schedule_of_a_subsequence_travels_as_a_number_where_it_is_one(given: Any, sent: Any) -> None:
    body = CreateSubsequence.model_validate(SUBSEQUENCE | {"schedule_id": given}).wire().body
    assert body is not None
    assert body["scheduleId"] == sent


def test_a_list_in_a_query_is_its_name_repeated() -> None:
    wire = ListSubsequences(sequence_id="s", progress=[1, 3], owners=["u"]).wire()
    assert wire.query == {"progress": ["1", "3"], "owners": ["u"]}


def test_tags_are_taken_off_with_a_bare_list() -> None:
    wire = UnassignTags(removals=[TagRemoval(tags="spring", prospects=["p"])]).wire()
    assert cast("Any", wire.body) == [{"tags": "spring", "prospects": ["p"]}]


ITEM = {"id": "i", "value": "x.example.com", "type": "domain"}
LIST = {"id": "d", "name": "Main"}
ANOTHER = {"name": "Bounced", "operation": "begins with", "value": {"a": 1}}


@pytest.mark.parametrize(
    ("operation", "payload", "way", "value"),
    [
        (AddContactsToSequence(sequence_id="s", prospect_ids=["p"], step_id="t"), None, "", None),
        (AddContactsToSequence(sequence_id="s", prospect_ids=["p"], step_id="t"), {"failed": 1}, "", {"failed": 1}),
        (GetProspectAttribute(attribute_id="a"), {"id": "v", "value": "long"}, "value", "long"),
        (GetProspectAttribute(attribute_id="a"), {"attributeValue": "long"}, "model_extra", {"attributeValue": "long"}),
        (GetProspectAttribute(attribute_id="a"), "long", "value", "long"),
        (GetProspectAttribute(attribute_id="a"), None, "value", None),
        (ListProspectSequences(prospect_id="p"), None, "", []),
        (ListProspectSequences(prospect_id="p"), [{"id": 7, "name": "x"}], "0.id", "7"),
        (ListProspectSequences(prospect_id="p"), [{"id": 7, "name": "x"}], "0.model_extra", {"name": "x"}),
        (ListSubsequences(sequence_id="s"), [{"id": "u", "progress": 2}], "0.model_extra", {"progress": 2}),
        (GetSubsequenceSettings(subsequence_id="u"), {"scheduleId": "Sc4", "conditions": None}, "schedule_id", "Sc4"),
        (GetSubsequenceSettings(subsequence_id="u"), {"conditions": [ANOTHER]}, "conditions.0.value", {"a": 1}),
        (CreateNote.model_validate(NOTE), {"results": [{"error": "no"}]}, "results.0.model_extra", {"error": "no"}),
        (ListDncLists(), [LIST], "items.0.id", "d"),
        (ListDncLists(), {"message": "Success", "payload": [LIST]}, "items.0.id", "d"),
        (ListDncLists(), {"message": "Success", "payload": [LIST], "meta": {"totalItems": 7}}, "total", 7),
        (ListDncLists(), {"items": [LIST], "meta": {"totalItems": 7}}, "items.0.id", "d"),
        (ListDncLists(), [LIST | {"total": "12", "clientId": 4}], "items.0.total", 12),
        (GetDncItems(dnc_list_id="d"), {"dncDetails": [ITEM]}, "items.0.value", "x.example.com"),
        (GetDncItems(dnc_list_id="d"), {"dncDetails": [], "dncListDetails": [ITEM]}, "items.0.id", "i"),
        (GetDncItems(dnc_list_id="d"), {"dncListDetails": [ITEM], "meta": {"totalPages": 2}}, "more", True),
        (SearchDncItem(), {"dncList": [LIST | {"dncItems": None}]}, "items.0.dnc_items", []),
        (ListClients(), {"message": "m", "payload": [{"id": "c"}]}, "items.0.id", "c"),
        (ListClients(), {"message": "m", "payload": [{"id": "c"}], "meta": {"totalItems": 3}}, "total", 3),
        (ListClients(), [{"id": "c", "emailSent": 15}], "items.0.email_sent", "15"),
    ],
)
def test_an_answer_is_read_as_each_source_writes_it(
    operation: Operation[Any], payload: Any, way: str, value: Any
) -> None:
    found = operation.parse({"message": "Success", "payload": payload})
    for step in filter(None, way.split(".")):
        found = found[int(step)] if step.isdecimal() else getattr(found, step)
    assert found == value


N = {"id": "n", "prospectId": "p", "content": "x"}


def test_notes_are_asked_for_by_page_and_counted_by_the_api() -> None:
    first = ListProspectNotes(prospect_id="p", page_size=5)
    assert first.wire().query == {"skip": "0", "take": "5"}
    assert first.next_page().next_page().wire().query == {"skip": "10", "take": "5"}


@pytest.mark.parametrize(
    ("beside", "more"),
    [
        ({"pagination": {"skip": 0, "take": 2, "hasMore": True}}, True),
        ({"pagination": {"skip": 0, "take": 2, "hasMore": False}}, False),
        ({}, True),
    ],
)
def test_whether_there_are_more_notes_is_told_by_the_api_or_by_a_full_page(
    beside: dict[str, Any], *, more: bool
) -> None:
    page = ListProspectNotes(prospect_id="p", page_size=2).parse({"payload": {"notes": [N, N], **beside}})
    assert ([note.id for note in page.items], page.more) == (["n", "n"], more)


def test_an_answer_without_notes_does_not_pass_for_an_empty_list() -> None:
    with pytest.raises(ValidationError):
        ListProspectNotes(prospect_id="p").parse({"payload": {"pagination": {"hasMore": False}}})


def test_a_file_for_a_note_has_at_most_20_megabytes() -> None:
    assert CreateNoteAttachment(file=Upload(name="a.pdf", content=b"x" * MOST_BYTES))
    with pytest.raises(ValidationError, match="at most 20,000,000 are taken"):
        CreateNoteAttachment(file=Upload(name="a.pdf", content=b"x" * (MOST_BYTES + 1)))
