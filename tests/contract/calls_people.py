"""One sensible call of each operation on people and what is kept about them, on the demo workspace."""

from collections.abc import Callable
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.clients import AssignClientResources, CreateClient, ListClients
from saleshandy_mcp.api.resources.dnc import AddDncItems, GetDncItems, ListDncLists, SearchDncItem
from saleshandy_mcp.api.resources.fields import CreateField, FieldMetadata, UpdateField
from saleshandy_mcp.api.resources.notes import CreateNote, CreateNoteAttachment, ListProspectNotes, UpdateNote
from saleshandy_mcp.api.resources.prospect_values import AttributeInput, FieldValue, Membership, ProspectRow
from saleshandy_mcp.api.resources.prospects import (
    GetProspectAttribute,
    ImportProspects,
    ListProspectSequences,
    SetProspectAttributes,
    UnsubscribeContacts,
    UnsubscribeProspects,
    UpdateProspectStatus,
)
from saleshandy_mcp.api.resources.sequences import (
    AddContactsToSequence,
    SendTestEmail,
    UpdateProspectOutcome,
    VerifySequenceProspects,
)
from saleshandy_mcp.api.resources.subsequences import (
    ConditionInput,
    CreateSubsequence,
    GetSubsequenceSettings,
    ListSubsequences,
    UpdateSubsequence,
)
from saleshandy_mcp.api.resources.tags import AssignTags, ListTags, TagRemoval, UnassignTags
from saleshandy_mcp.core.uploads import Upload
from saleshandy_mcp.sandbox.world.tables import Row, Table, World


def first(table: Table) -> str:
    return next(iter(table))


def own_note(world: World) -> Row:
    return next(row for row in world.notes.values() if row["author"]["id"] == world.user["id"])


def sequence(world: World) -> str:
    return next(row["id"] for row in world.sequences.values() if row["title"] == "Q3 launch")


def step(world: World) -> str:
    return world.steps_of(sequence(world))[0]["id"]


def sender(world: World) -> str:
    return world.sequences[sequence(world)]["emailAccountIds"][0]


def enrolled(world: World) -> Row:
    """Somebody in the sequence."""
    return world.prospects[next(iter(world.enrolments[sequence(world)]))]


def member(world: World) -> Membership:
    return Membership(prospect_id=enrolled(world)["id"], sequence_id=sequence(world))


def last(world: World) -> str:
    """Somebody in no sequence."""
    return list(world.prospects)[-1]


def field(world: World, label: str) -> str:
    return world.labels()[label]["id"]


def custom_field(world: World) -> str:
    return next(row["id"] for row in world.fields.values() if not row["isDefault"])


def ann(world: World) -> ProspectRow:
    values = {"First Name": "Ann", "Email": "ann@ann.example.com"}
    return ProspectRow(fields=[FieldValue(id=field(world, label), value=value) for label, value in values.items()])


OPENED = ConditionInput(name="Email Open Count", operation="greater than", value=4)
QUIET = ConditionInput(name="Replied", operation="is", value=False)
PDF = Upload(name="offer.pdf", content=b"%PDF-1.7")

CALLS: list[Callable[[World], Operation[Any]]] = [
    lambda world: UpdateProspectOutcome(
        prospect_emails=[enrolled(world)["email"]],
        outcome_name="Interested",
        sequence_id=sequence(world),
        deal_value=900,
    ),
    lambda world: AddContactsToSequence(sequence_id=sequence(world), prospect_ids=[last(world)], step_id=step(world)),
    lambda world: SendTestEmail(
        sequence_id=sequence(world),
        to=["bo@lantern.example.com"],
        from_email_account_id=sender(world),
        subject="Test",
        content="<p>Test</p>",
        preheader="A look",
    ),
    lambda world: VerifySequenceProspects(sequence_id=sequence(world)),
    lambda world: CreateSubsequence(
        sequence_id=sequence(world), title="Opened often", conditions=[OPENED, QUIET], first_step_relative_days=2
    ),
    lambda world: ListSubsequences(sequence_id=sequence(world)),
    lambda world: ListSubsequences(sequence_id=sequence(world), progress=[1, 2], search="o", owners=[world.user["id"]]),
    lambda world: GetSubsequenceSettings(subsequence_id=first(world.subsequences)),
    lambda world: UpdateSubsequence(
        sequence_id=sequence(world),
        subsequence_id=first(world.subsequences),
        schedule_id=first(world.schedules),
        first_step_relative_days=3,
        conditions=[QUIET],
    ),
    lambda world: ImportProspects(prospect_list=[ann(world)], conflict_action="upsert", step_id=step(world)),
    lambda world: ImportProspects(prospect_list=[ann(world)], conflict_action="noUpdate", verify_prospects=False),
    lambda world: GetProspectAttribute(attribute_id=custom_field(world), prospect_id=last(world)),
    lambda world: SetProspectAttributes(
        prospect_id=last(world), field_id=field(world, "First Name"), attribute_value="Ada"
    ),
    lambda world: SetProspectAttributes(
        prospect_id=last(world),
        attributes=[AttributeInput(field_id=field(world, "Last Name"), attribute_value="Sample")],
    ),
    lambda world: UpdateProspectStatus(
        prospect_and_sequence_ids=[member(world)], status="paused", pause_delay_in_days=7
    ),
    lambda world: UpdateProspectStatus(prospect_and_sequence_ids=[member(world)], status="active"),
    lambda world: UnsubscribeProspects(prospect_ids=[last(world)]),
    lambda world: UnsubscribeContacts(prospect_ids=[last(world)]),
    lambda world: ListProspectSequences(prospect_id=enrolled(world)["id"]),
    lambda _: CreateField(
        label="Tier",
        field_type="dropdown",
        fallback_text="a tier",
        metadata=FieldMetadata(options=["Basic", "Plus"]),
        tags=["billing"],
    ),
    lambda _: CreateField(label="Budget", field_type="currency", metadata=FieldMetadata(currency_code="EUR")),
    lambda world: UpdateField(field_id=custom_field(world), label="Reason", fallback_text="a reason", tags=[]),
    lambda _: ListTags(),
    lambda _: ListTags(search="a"),
    lambda world: AssignTags(tags=["spring"], prospect_ids=[last(world)]),
    lambda world: AssignTags(tags=["spring"], prospect_emails=[enrolled(world)["email"]]),
    lambda world: UnassignTags(removals=[TagRemoval(tags="spring", prospects=[last(world)])]),
    lambda world: UnassignTags(removals=[TagRemoval(tags="spring", prospects_emails=[enrolled(world)["email"]])]),
    lambda world: CreateNote(content="Asked for prices", prospect_ids=[last(world)], visibility="1"),
    lambda world: UpdateNote(note_id=own_note(world)["id"], content="Wants a call", visibility="2", status="0"),
    lambda _: CreateNoteAttachment(file=PDF),
    lambda world: ListProspectNotes(prospect_id=own_note(world)["prospectId"], page=1, page_size=5),
    lambda _: ListDncLists(search="a", sort="ASC", sort_by="total"),
    lambda world: GetDncItems(dnc_list_id=first(world.dnc_lists), search="e", type="domain"),
    lambda _: SearchDncItem(search="example.com", page_size=100),
    lambda world: AddDncItems(
        dnc_list_id=first(world.dnc_lists), items=["ada@blocked.example.com", "blocked.example.com"]
    ),
    lambda _: ListClients(search="a", sort="ASC", sort_by="companyName"),
    lambda _: CreateClient(
        first_name="Cy",
        last_name="Sample",
        email="cy@agency.example.com",
        company_name="Sample Agency Client",
        permission="2",
    ),
    lambda world: AssignClientResources(
        resource_type="sequence", resource_ids=[sequence(world)], client_id=first(world.clients)
    ),
    lambda world: AssignClientResources(resource_type="emailAccount", resource_ids=[sender(world)]),
]
