"""Prospect fields, built in and custom: list, create and change them."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.world.field_values import options
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

SHOWN = ("id", "label", "fieldType", "isDefault")
KEPT = ("fallbackText", "metadata", "tags")


def list_fields(world: World, request: Request) -> Reply:
    system = request.query.get("systemFields") == "true"
    return done("Success", [_view(row) for row in world.fields.values() if system or not row["isDefault"]])


def create_field(world: World, request: Request) -> Reply:
    body = request.body
    label = _new_label(world, body["label"])
    if body["fieldType"] == "dropdown" and not options({"metadata": body.get("metadata", {})}):
        # Assumed: a dropdown needs options.
        raise validation_error("metadata.options should not be empty")
    row: Row = {
        "id": hash_id("field", "custom", len(world.fields)),
        "label": label,
        "fieldType": body["fieldType"],
        "isDefault": False,
        **{key: body[key] for key in KEPT if key in body},
    }
    world.fields[row["id"]] = row
    return done("Custom field created successfully", _view(row), 201)


def update_field(world: World, request: Request) -> Reply:
    row = world.fields.get(request.path["fieldId"])
    if row is None or row["isDefault"]:
        raise app_error(1001, f"Custom field {request.path['fieldId']} not found")
    changes = request.body
    if "label" in changes and changes["label"] != row["label"]:
        _rename(world, row["label"], _new_label(world, changes["label"]))
    row.update(changes)
    return Reply(200, {"message": "Custom field updated successfully"})


def _view(row: Row) -> Row:
    """Assumed: a custom field that has a fallback text is shown with it."""
    told = {"fallbackText": row["fallbackText"]} if row.get("fallbackText") else {}
    return {key: row[key] for key in SHOWN} | told


def _new_label(world: World, label: str) -> str:
    """The label, refused when it exists. Known for built-in labels; assumed for custom ones and for other case."""
    if not label.strip():
        raise validation_error("label should not be empty")
    if any(row["label"].lower() == label.lower() for row in world.fields.values()):
        raise app_error(1001, f"Field {label} already exists")
    return label


def _rename(world: World, old: str, new: str) -> None:
    """Rename a field. People keep their values under the new label."""
    for prospect in world.prospects.values():
        prospect["values"] = {new if label == old else label: value for label, value in prospect["values"].items()}


ROUTES = {
    ("GET", "/fields"): list_fields,
    ("POST", "/fields"): create_field,
    ("PATCH", "/fields/{fieldId}"): update_field,
}
