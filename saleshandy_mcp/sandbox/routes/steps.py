"""Steps of a sequence: list them and add one."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes import channels
from saleshandy_mcp.sandbox.routes.common import sequence
from saleshandy_mcp.sandbox.world.rows import EMAIL, add_step, new_step
from saleshandy_mcp.sandbox.world.tables import Row, World


def list_sequence_steps(world: World, request: Request) -> Reply:
    sequence_id = sequence(world, request.path["sequenceId"])["id"]
    return done("Success", [_view(world, step, number) for number, step in _numbered(world, sequence_id)])


def create_sequence_step(world: World, request: Request) -> Reply:
    sequence_id = sequence(world, request.path["sequenceId"])["id"]
    body = request.body
    channel: int = body["type"]
    channels.check(channel, *((variant, ("variants", index)) for index, variant in enumerate(body["variants"])))
    if len(body["variants"]) > channels.most_variants(channel):
        raise app_error(4000, "A step of this channel takes exactly one variant")
    check_day(world, sequence_id, channel, body["absoluteDays"])
    check_assignee(world, body)
    step = new_step(world, sequence_id, body)
    add_step(world, step, body["variants"])
    return done("Sequence step created successfully", _created(world, step), 201)


def check_day(world: World, sequence_id: str, channel: int, day: int, moving: str | None = None) -> None:
    """Refuse a second Email step on a day. `moving` is the step that is put on that day; it does not count."""
    if channel != EMAIL:
        return
    for step in world.steps_of(sequence_id):
        if step["type"] == EMAIL and step["absoluteDays"] == day and step["id"] != moving:
            raise app_error(4000, f"The sequence already has an Email step on day {day}")


def check_assignee(world: World, body: Row) -> None:
    # Assumed: the assignee must be a member of the team.
    if "assigneeId" in body and body["assigneeId"] not in world.members:
        raise app_error(4000, f"Assignee {body['assigneeId']} not found")


def variant_view(variant: Row) -> Row:
    # What stepStatus and executionType mean is not documented; their values are those of the sample.
    shown = {key: variant[key] for key in ("id", "stepId", "type", "status", "payload", "taskNote")}
    return {**shown, "stepStatus": 1, "executionType": 1}


def _numbered(world: World, sequence_id: str) -> list[tuple[int, Row]]:
    return list(enumerate(world.steps_of(sequence_id), start=1))


def _view(world: World, step: Row, number: int) -> Row:
    return {
        "id": step["id"],
        "number": number,
        "name": f"Step {number}",
        "type": step["type"],
        "status": 1,
        "absoluteDays": step["absoluteDays"],
        "variants": [variant_view(variant) for variant in world.variants_of(step["id"])],
    }


def _created(world: World, step: Row) -> Row:
    steps = _numbered(world, step["sequenceId"])
    number = next(number for number, row in steps if row["id"] == step["id"])
    view = {key: value for key, value in _view(world, step, number).items() if key != "status"}
    refs = [{"id": row["id"], "name": f"Step {place}"} for place, row in steps]
    return {**view, "sequenceId": step["sequenceId"], "sequence": {"id": step["sequenceId"], "steps": refs}}


ROUTES = {
    ("GET", "/sequences/{sequenceId}/steps"): list_sequence_steps,
    ("POST", "/sequences/{sequenceId}/steps"): create_sequence_step,
}
