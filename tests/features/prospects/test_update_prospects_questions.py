"""Changing people: what a person is asked first, and what is done without a question."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.features.prospects.update_prospects import ChangedProspects, UpdateProspects
from saleshandy_mcp.policy.effects import judge
from saleshandy_mcp.sandbox import Sandbox
from tests.features.crowd import (
    PLAIN,
    RESTING,
    RUNNING,
    inside,
    outside,
    row,
    standing,
    updated,
    written,
)
from tests.features.questions import bound, words
from tests.kit import Fault, context_over, faulty, posts, says

BROKEN = says(500, {"error": True, "code": 5001, "message": "Not today"})
SUBSEQUENCES = "GET /sequences/{sequenceId}/subsequences"
PEOPLE, OF_PERSON, LONG_TEXT = "GET /prospects$", "GET /prospects/{contactId}", "GET /prospects/attribute"

WRITES, SENDS, DELETES = frozenset({Effect.WRITE}), frozenset({Effect.SEND}), frozenset({Effect.DELETE})


async def prepared(context: Context, people: list[str], **arguments: Any) -> Prepared[ChangedProspects]:
    """The call before it is carried out; the gate lets it through, and there is a question where it wants one."""
    found = await UpdateProspects(prospects=people, **arguments).prepare(context)
    assert judge(found, frozenset(Effect)) is (found.question is not None)
    return found


async def effects(context: Context, people: list[str], **arguments: Any) -> frozenset[Effect]:
    return (await prepared(context, people, **arguments)).effects


async def asked(context: Context, people: list[str], **arguments: Any) -> str:
    """The question as a model reads it; empty where nobody is asked."""
    question = (await prepared(context, people, **arguments)).question
    return words(question) if question else ""


async def digest(context: Context, people: list[str], **arguments: Any) -> str:
    question = (await prepared(context, people, **arguments)).question
    assert question
    return bound(question)


def lonely(box: Sandbox) -> list[str]:
    """Somebody who is in no sequence."""
    people = {person for enrolled in box.world.enrolments.values() for person in enrolled}
    return [next(it["email"] for it in box.world.prospects.values() if it["id"] not in people)]


# Field values


async def test_a_value_that_is_written_over_is_shown_with_the_new_one_and_asked_for(
    box: Sandbox, context: Context
) -> None:
    (email,) = inside(box, RESTING, 1)
    old = row(box, email)["values"]["City"]
    question = await prepared(context, [email], fields={"City": "Oslo", "Country": "(none)"})
    assert question.effects == DELETES
    text = await asked(context, [email], fields={"City": "Oslo", "Country": "(none)"})
    assert text.startswith(f'Change these people?\n- 1 person: "{email} [{row(box, email)["id"]}]"\n')
    assert '\n- field: "City = Oslo"\n- field: "Country", cleared\n' in text
    assert f'\n- written over: "City of {email}: {old} → Oslo"\n' in text
    assert f'\n- written over: "Country of {email}: {row(box, email)["values"]["Country"]}", it is cleared\n' in text
    assert written(box) == {}


async def test_a_custom_field_is_written_over_as_a_built_in_one_is(box: Sandbox, context: Context) -> None:
    (email,) = inside(box, RESTING, 1)
    row(box, email)["values"]["Plan"] = "Business"
    assert f'- written over: "Plan of {email}: Business → Team"' in await asked(
        context, [email], fields={"Plan": "Team"}
    )


async def test_a_value_in_an_empty_field_or_the_same_value_is_not_written_over(box: Sandbox, context: Context) -> None:
    (email,) = inside(box, RESTING, 1)
    row(box, email)["values"] |= {"City": "Oslo"}
    row(box, email)["values"].pop("State", None)
    assert await effects(context, [email], fields={"City": "Oslo", "State": "Oslo", "Twitter": "(none)"}) == WRITES
    assert await asked(context, [email], fields={"City": "Oslo", "State": "Oslo", "Twitter": "(none)"}) == ""


async def test_each_person_whose_value_is_written_over_is_named(box: Sandbox, context: Context) -> None:
    people = inside(box, RESTING)
    for email in people[1:]:
        row(box, email)["values"]["City"] = "Graz"
    row(box, people[0])["values"]["City"] = "Oslo"
    text = await asked(context, people, fields={"City": "Oslo"})
    assert [line for line in text.splitlines() if "written over" in line] == [
        f'- written over: "City of {email}: Graz → Oslo"' for email in people[1:]
    ]


async def test_a_value_that_somebody_else_stored_a_moment_ago_is_seen(box: Sandbox, context: Context) -> None:
    (email,) = inside(box, RESTING, 1)
    row(box, email)["values"].pop("City")
    assert await asked(context, [email], fields={"City": "Oslo"}) == ""
    row(box, email)["values"]["City"] = "Graz"
    assert f"City of {email}: Graz → Oslo" in await asked(context, [email], fields={"City": "Oslo"})


async def test_an_agreement_is_about_the_values_that_were_there(box: Sandbox, context: Context) -> None:
    people = inside(box, RESTING)
    before = await digest(context, people, fields={"City": "Oslo"})
    assert await digest(context, people, fields={"City": "Oslo"}) == before
    row(box, people[2])["values"]["City"] = "Elsewhere"
    assert await digest(context, people, fields={"City": "Oslo"}) != before


@pytest.mark.parametrize(("title", "wanted"), [(PLAIN, SENDS), (RUNNING, SENDS), (RESTING, WRITES)])
async def test_a_new_value_is_asked_for_where_the_next_mail_may_show_it(
    box: Sandbox, context: Context, title: str, wanted: frozenset[Effect]
) -> None:
    (email,) = inside(box, title, 1)
    row(box, email)["values"].pop("State", None)
    assert await effects(context, [email], fields={"State": "Hesse"}) == wanted


async def test_two_people_who_are_in_no_active_sequence_get_new_values_unasked(box: Sandbox, context: Context) -> None:
    people = inside(box, RESTING, 2)
    assert await effects(context, people, fields={"State": "Hesse"}) == WRITES
    assert await effects(context, [people[0], *inside(box, PLAIN, 1)], fields={"State": "Hesse"}) == SENDS


async def test_more_people_than_can_be_looked_up_are_asked_for(box: Sandbox, context: Context) -> None:
    assert await effects(context, inside(box, RESTING, 4), fields={"State": "Hesse"}) == SENDS


async def long_text(box: Sandbox, email: str, *, fault: Fault | None = None) -> str:
    """The question about a long text that is not in the list of prospects, or that cannot be read."""
    listed = {"id": row(box, email)["id"], "email": email}
    app = faulty(box, LONG_TEXT, fault) if fault else faulty(box, PEOPLE, says(200, {"payload": [listed]}))
    async with context_over(box, app=app) as context:
        return await asked(context, [email], fields={"Why Now": "They hire"})


async def test_a_long_text_that_the_list_leaves_out_is_read_before_it_is_written_over(box: Sandbox) -> None:
    (email,) = inside(box, RESTING, 1)
    row(box, email)["values"]["Why Now"] = "They moved"
    assert f'- written over: "Why Now of {email}: They moved → They hire"' in await long_text(box, email)
    del row(box, email)["values"]["Why Now"]
    assert await long_text(box, email) == ""


async def test_long_values_stand_below_their_field(box: Sandbox, context: Context) -> None:
    (email,) = inside(box, RESTING, 1)
    row(box, email)["values"]["Why Now"] = "They moved. " * 20
    new = "They hire. " * 20
    text = await asked(context, [email], fields={"Why Now": new})
    assert '\n- field: "Why Now"\n- its new value (219 characters):\n    | They hire. They hire. ' in text
    assert f'\n- written over: "Why Now of {email}"\n- its value now (239 characters):\n    | They moved. ' in text


@pytest.mark.parametrize("fault", [BROKEN, says(200, {"payload": {"text": "They moved"}})])
async def test_a_long_text_that_cannot_be_read_may_be_written_over(box: Sandbox, fault: Fault) -> None:
    (email,) = inside(box, RESTING, 1)
    row(box, email)["values"].pop("Why Now", None)
    text = await long_text(box, email, fault=fault)
    assert f'- may be written over: "Why Now of {email} → They hire", what it holds is not known' in text


async def test_more_long_texts_than_a_minute_allows_are_not_read(box: Sandbox, context: Context) -> None:
    people = inside(box, RESTING, 11)
    for email in people:
        row(box, email)["values"].pop("Why Now", None)
    assert (await asked(context, people, fields={"Why Now": "They hire"})).count("may be written over") == 11
    assert posts(box, LONG_TEXT) == 0


# Tags and outcomes


@pytest.mark.parametrize(
    "change", [{"add_tags": ["spring"]}, {"remove_tags": ["warm"]}, {"outcome": "Interested"}], ids=str
)
async def test_tags_and_outcome_of_one_person_are_asked_for_where_a_subsequence_may_wait(
    box: Sandbox, context: Context, change: dict[str, Any]
) -> None:
    assert await effects(context, inside(box, RUNNING, 1), **change) == SENDS
    for unasked in (inside(box, PLAIN, 1), inside(box, RESTING, 1), lonely(box)):
        assert await effects(context, unasked, **change) == WRITES
    assert "a subsequence that waits for it may start to mail them" in await asked(
        context, inside(box, RUNNING, 1), **change
    )


@pytest.mark.parametrize("by_id", [False, True])
@pytest.mark.parametrize("change", [{"add_tags": ["spring"]}, {"outcome": "Interested"}], ids=str)
async def test_tags_and_outcome_of_several_people_are_asked_for(
    box: Sandbox, context: Context, change: dict[str, Any], *, by_id: bool
) -> None:
    people = [*lonely(box), *inside(box, RESTING, 1)]
    names = [row(box, email)["id"] for email in people] if by_id else people
    assert await effects(context, names, **change) == SENDS


@pytest.mark.parametrize("call", [SUBSEQUENCES, OF_PERSON])
async def test_where_it_cannot_be_looked_up_a_subsequence_may_wait(box: Sandbox, call: str) -> None:
    async with context_over(box, app=faulty(box, call, BROKEN)) as context:
        assert await effects(context, inside(box, PLAIN, 1), outcome="Interested") == SENDS


async def test_a_question_shows_tags_outcome_and_sequence(box: Sandbox, context: Context) -> None:
    people = inside(box, RUNNING, 2)
    text = await asked(
        context, people, add_tags=["spring", "Q4"], remove_tags=["agency"], outcome="Interested", sequence=RUNNING
    )
    assert '\n- sequence: "Q3 launch [' in text
    assert (
        '\n- tags to add: "spring, Q4"\n- tags to remove: "agency"\n- outcome: "Interested", in the sequence\n' in text
    )


# How people stand in a sequence


@pytest.mark.parametrize("number", [1, 3])
async def test_a_pause_goes_unasked(box: Sandbox, context: Context, number: int) -> None:
    people = inside(box, RUNNING, number)
    call = await prepared(context, people, status="paused", sequence=RUNNING)
    assert (call.effects, call.question) == (WRITES, None)
    await call.execute()
    assert [standing(box, RUNNING, email) for email in people] == ["paused"] * number


@pytest.mark.parametrize("status", ["finished", "replied"])
async def test_who_is_taken_out_is_asked_for_where_a_subsequence_may_take_them_up(
    box: Sandbox, context: Context, status: str
) -> None:
    assert await effects(context, inside(box, RUNNING, 1), status=status, sequence=RUNNING) == SENDS
    assert await effects(context, inside(box, PLAIN, 1), status=status, sequence=PLAIN) == WRITES
    assert await effects(context, inside(box, RESTING, 1), status=status, sequence=RESTING) == WRITES
    assert await effects(context, inside(box, PLAIN, 2), status=status, sequence=PLAIN) == SENDS


async def test_going_on_in_an_active_sequence_has_to_be_agreed_to(box: Sandbox, context: Context) -> None:
    people = inside(box, RUNNING, 2)
    for email in people:
        row(box, email)["values"].pop("State", None)
    await updated(context, people, status="paused", sequence=RUNNING)
    arguments: dict[str, Any] = {"status": "active", "sequence": RUNNING, "fields": {"State": "Oslo"}}
    call = await prepared(context, people, **arguments)
    assert call.effects == SENDS
    text = await asked(context, people, **arguments)
    assert all(f"{email} [{row(box, email)['id']}]" in text for email in people)
    assert '- field: "State = Oslo"\n- status in the sequence: "active"\n' in text
    assert text.endswith("On yes they go on getting the mails of the sequence.")
    assert standing(box, RUNNING, people[0]) == "paused"
    told = await call.execute()
    assert [change.does.split(" ")[0] for change in told.changes] == ["State", "active"]
    assert standing(box, RUNNING, people[0]) == "active"


async def test_going_on_in_a_paused_sequence_reaches_nobody_and_asks_nobody(box: Sandbox, context: Context) -> None:
    assert await effects(context, inside(box, RESTING), status="active", sequence=RESTING) == WRITES
    assert await asked(context, inside(box, RESTING), status="active", sequence=RESTING) == ""


async def test_unsubscribing_has_to_be_agreed_to_and_names_everybody(box: Sandbox, context: Context) -> None:
    people = inside(box, PLAIN)
    call = await prepared(context, people, status="unsubscribed", outcome="Do Not Contact")
    assert Effect.DELETE in call.effects
    text = await asked(context, people, status="unsubscribed", outcome="Do Not Contact")
    assert all(f"{email} [{row(box, email)['id']}]" in text for email in people)
    assert '- unsubscribe them from all sequences, for good\n- outcome: "Do Not Contact"\n' in text
    assert written(box) == {}
    await call.execute()
    assert all(row(box, email)["unsubscribed"] for email in people)


async def test_unsubscribing_one_person_is_asked_for_wherever_they_are(box: Sandbox, context: Context) -> None:
    for people in (lonely(box), inside(box, RESTING, 1), inside(box, RUNNING, 1)):
        assert await effects(context, people, status="unsubscribed") == DELETES


async def test_an_agreement_is_about_these_people_and_these_changes(box: Sandbox, context: Context) -> None:
    people = inside(box, RUNNING, 30)
    first = await digest(context, people, add_tags=["spring"])
    assert await digest(context, people, add_tags=["summer"]) != first
    assert await digest(context, people[:-1], add_tags=["spring"]) != first
    assert await digest(context, [*people[:-1], *outside(box, RUNNING)], add_tags=["spring"]) != first
