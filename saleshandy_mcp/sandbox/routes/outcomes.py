"""Outcomes of people: list them and set them."""

import math

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import page_meta, page_of, sequence
from saleshandy_mcp.sandbox.simulation import events, threads
from saleshandy_mcp.sandbox.world.tables import Row, World

LARGEST_DEAL = 1e12  # assumed


def list_outcomes(world: World, request: Request) -> Reply:
    """Answers all outcomes without parameters, as seen live. The parameters of the reference work too."""
    query = request.query
    category = query.get("category")
    rows = [row for row in world.outcomes.values() if category in (None, "default" if row["isDefault"] else "custom")]
    number, size = query.get("page", 1), query.get("pageSize", max(len(rows), 1))
    page = page_of(rows, number, size)
    return done("Success", {"items": page, "meta": page_meta(len(rows), number, size, len(page))})


def list_unibox_categories(world: World, _: Request) -> Reply:
    text = "Unibox categories fetched successfully"
    return done(text, [{"key": _key(row["name"]), **_without_id(row)} for row in world.outcomes.values()])


def update_prospect_outcome(world: World, request: Request) -> Reply:
    """Set an outcome in one sequence, or without a sequence in all sequences of a person.

    Assumed: setting the outcome that is set already is no event. One unknown address, or a person who is not in the
    sequence, refuses the whole call.
    """
    body = request.body
    if threads.outcome_row(world, body["outcomeName"]) is None:
        raise app_error(4000, f"Outcome {body['outcomeName']} not found")
    deal = _deal(body.get("dealValue"))
    people = [_person(world, email) for email in dict.fromkeys(body["prospectEmails"])]
    only = sequence(world, body["sequenceId"])["id"] if "sequenceId" in body else None
    places = [(id_, person["id"]) for person in people for id_ in _sequences(world, person, only)]
    for place in places:
        _change(world, place, body["outcomeName"], deal)
    return Reply(200, {"message": "Outcome updated"})


def _change(world: World, place: tuple[str, str], name: str, deal: float | None) -> None:
    sequence_id, person = place
    last = threads.changes(world).get(place)
    old = threads.outcome(last)
    known = 0 if last is None else last["facts"].get("dealValue", 0)
    worth = known if deal is None else deal
    if (old, known) != (name, worth):
        events.record(
            world,
            "prospect-outcome-updated",
            sequence_id=sequence_id,
            step_id=world.enrolments[sequence_id][person],
            prospect_id=person,
            newOutcome=name,
            oldOutcome=old,
            dealValue=worth,
        )


def _person(world: World, email: str) -> Row:
    row = world.prospect(email.strip())
    if row is None:
        raise app_error(4000, f"Prospect {email} not found")
    return row


def _sequences(world: World, person: Row, only: str | None) -> list[str]:
    found = [id_ for id_, people in world.enrolments.items() if person["id"] in people and only in (None, id_)]
    if not found:
        raise app_error(4000, f"Prospect {person['email']} is in no such sequence")
    return found


def _deal(value: float | str | None) -> float | None:
    """The value as a number. It comes as a number or as the text of one."""
    if value is None:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        number = math.nan
    if not 0 <= number <= LARGEST_DEAL:
        raise app_error(4000, "dealValue must be a number from 0")
    return int(number) if number.is_integer() else number


def _key(name: str) -> str:
    return name.lower().replace(" ", "_")


def _without_id(row: Row) -> Row:
    return {key: value for key, value in row.items() if key != "id"}


ROUTES = {
    ("GET", "/unified-inbox/outcome"): list_outcomes,
    ("GET", "/unibox/categories"): list_unibox_categories,
    ("PATCH", "/sequences/update-prospect-outcome"): update_prospect_outcome,
}
