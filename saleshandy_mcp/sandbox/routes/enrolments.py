"""People in sequences: enrol them, verify them, set their status, unsubscribe them."""

from datetime import timedelta
from typing import Any

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.routes.common import sequence, step
from saleshandy_mcp.sandbox.simulation import imports, progress
from saleshandy_mcp.sandbox.world.tables import Row, World

STATUSES = ("replied", "finished", "paused", "unsubscribed", "active")
LONGEST_PAUSE = 3650  # days; assumed


def add_contacts_to_sequence(world: World, request: Request) -> Reply:
    """Enrol stored people. Assumed: people whom an import would refuse are left out, and the answer does not say so."""
    step_id = step(world, request.path["sequenceId"], request.body["stepId"])["id"]
    rows = _known(world, request.body["contactIds"], 4000)
    blocked = world.do_not_contact()
    for row in rows:
        address = row["email"].lower()
        if imports.refusal(world, address, step_id, blocked, refuse_elsewhere=True) is None:
            world.enter(step_id, row["id"])
    return done("Success", None)


def verify_sequence_prospects(world: World, request: Request) -> Reply:
    """Start the verification of all addresses that were not verified before."""
    people = world.enrolments[sequence(world, request.path["sequenceId"])["id"]]
    now = world.clock.now()
    begun = [id_ for id_ in people if imports.verify(world.prospects[id_], now)]
    if not begun:
        raise app_error(1001, "There are no prospects left to verify")
    return Reply(200, {"message": "Verification started"})


def update_prospect_status(world: World, request: Request) -> Reply:
    """An id that does not exist refuses the call. Assumed: people who are not in the sequence count as failed."""
    status, days = request.body["status"], request.body.get("pauseDelayInDays")
    _check_status(status, days)
    pairs = [(entry["sequenceId"], entry["prospectId"]) for entry in request.body["prospectAndSequenceIds"]]
    for sequence_id, prospect_id in pairs:
        if sequence_id not in world.enrolments or prospect_id not in world.prospects:
            raise app_error(4001, "sequence id or prospect id is not valid")
    until = None if days is None else world.clock.now() + timedelta(days=days)
    failed = [pair for pair in pairs if not _changed(world, *pair, {"status": status, "until": until})]
    return done("Success", {"success": len(pairs) - len(failed), "failed": len(failed)})


def unsubscribe_prospects(world: World, request: Request) -> Reply:
    _unsubscribe(world, request.body["prospectIds"])
    return Reply(200, {"message": "Prospects unsubscribed"})


def unsubscribe_contacts(world: World, request: Request) -> Reply:
    """The older call for the same. Assumed: its body, and that it must have one."""
    if not request.body.get("prospectIds"):
        raise validation_error("prospectIds should not be empty")
    _unsubscribe(world, request.body["prospectIds"])
    return Reply(200, {"message": "Contacts unsubscribed"})


def list_prospect_sequences(world: World, request: Request) -> Reply:
    [row] = _known(world, [request.path["contactId"]], 4000)
    found = [sequence(world, id_) for id_, people in world.enrolments.items() if row["id"] in people]
    return done(
        "Success",
        [
            {"id": entry["id"], "title": entry["title"], "status": world.status_of(entry["id"], row["id"])}
            for entry in found
        ],
    )


def _known(world: World, ids: list[str], code: int) -> list[Row]:
    """The people, each once. One id that does not exist refuses the call."""
    unique = list(dict.fromkeys(ids))
    for id_ in unique:
        if id_ not in world.prospects:
            raise app_error(code, f"Prospect {id_} not found")
    return [world.prospects[id_] for id_ in unique]


def _check_status(status: str, days: Any) -> None:
    # The words are known. Assumed: other words are refused, and so is a delay with another word than paused.
    if status not in STATUSES:
        raise app_error(4000, f"status must be one of the following values: {', '.join(STATUSES)}")
    if days is not None and (status != "paused" or not 0 < days <= LONGEST_PAUSE):
        raise app_error(4000, "pauseDelayInDays goes with paused, and is a number of days above 0")


def _changed(world: World, sequence_id: str, prospect_id: str, status: Row) -> bool:
    """Set the status; False when it cannot be set.

    Assumed: unsubscribing holds in all sequences. Nothing takes it or a bounce back. Who had replied or finished
    goes on when a pause of some days is over, as with "active".
    """
    row = world.prospects[prospect_id]
    if prospect_id not in world.enrolments[sequence_id] or row["bounced"]:
        return False
    if status["status"] == "unsubscribed":
        progress.unsubscribe(world, row)
        return True
    if row["unsubscribed"]:
        return False
    place = (sequence_id, prospect_id)
    world.set_statuses[place] = status
    world.changed_people.append(prospect_id)
    if status["status"] == "active" or status["until"] is not None:
        world.ended.pop(place, None)
    return True


def _unsubscribe(world: World, ids: list[str]) -> None:
    for row in _known(world, ids, 1001):
        progress.unsubscribe(world, row)


ROUTES = {
    ("POST", "/sequences/{sequenceId}/contacts"): add_contacts_to_sequence,
    ("POST", "/sequences/{sequenceId}/verify-prospects"): verify_sequence_prospects,
    ("PATCH", "/prospects/status"): update_prospect_status,
    ("POST", "/prospects/unsubscribe"): unsubscribe_prospects,
    ("POST", "/contacts/unsubscribe"): unsubscribe_contacts,
    ("GET", "/prospects/{contactId}/minimal/sequences"): list_prospect_sequences,
}
