"""Field values of one person: read one value, write several."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.world.field_values import takes
from saleshandy_mcp.sandbox.world.tables import Row, World

EMAIL = "Email"


def get_prospect_attribute(world: World, request: Request) -> Reply:
    """Documented for long texts. Assumed: it reads other fields too."""
    field = world.fields.get(request.query["attributeId"])
    if field is None:
        raise app_error(50001, "Attribute not found")
    # The contract makes the id optional. Without it nobody is meant, so it is refused.
    prospect = _prospect(world, request.query.get("prospectId", ""))
    value = prospect["email"] if field["label"] == EMAIL else prospect["values"].get(field["label"])
    return done("Success", {"id": field["id"], "value": value})


def set_prospect_attributes(world: World, request: Request) -> Reply:
    """Answers 201 even with failures. A value that its field refuses fails all, an unknown field only itself."""
    prospect = _prospect(world, request.path["prospectId"])
    values = _given(request.body)
    fits = all(takes(world.fields[id_], value) for id_, value in values if id_ in world.fields)
    results: list[Row] = []
    for field_id, value in values:
        field = world.fields.get(field_id)
        success = fits and field is not None and field["label"] != EMAIL
        if success and field is not None:
            _write(prospect["values"], field["label"], value)
        results.append({"fieldId": field_id, "success": success})
    return done("Prospect attribute updated successfully", {"results": results}, 201)


def _prospect(world: World, prospect_id: str) -> Row:
    if prospect_id not in world.prospects:
        raise app_error(50001, f"Prospect {prospect_id} not found")
    return world.prospects[prospect_id]


def _given(body: Row) -> list[tuple[str, str]]:
    """The pairs of field id and value. With `attributes` the pair beside it is ignored."""
    entries = body.get("attributes", [body])
    if not entries or not all({"fieldId", "attributeValue"} <= entry.keys() for entry in entries):
        raise app_error(50001, "fieldId and attributeValue, or attributes, must be given")
    return [(entry["fieldId"], entry["attributeValue"]) for entry in entries]


def _write(values: dict[str, str], label: str, value: str) -> None:
    if value:
        values[label] = value
    else:
        values.pop(label, None)


ROUTES = {
    ("GET", "/prospects/attribute"): get_prospect_attribute,
    ("POST", "/prospects/{prospectId}/attribute"): set_prospect_attributes,
}
