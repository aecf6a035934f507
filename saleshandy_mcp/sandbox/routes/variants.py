"""Variants of a step: list, add and change them."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes import channels
from saleshandy_mcp.sandbox.routes.common import step
from saleshandy_mcp.sandbox.routes.steps import check_assignee, check_day, variant_view
from saleshandy_mcp.sandbox.world.rows import new_variant
from saleshandy_mcp.sandbox.world.tables import Row, World, put

OF_VARIANT = ("status", "payload", "attachmentIds", "taskNote")
OF_STEP = ("absoluteDays", "assigneeId", "priority")


def list_variants(world: World, request: Request) -> Reply:
    row = _step(world, request)
    return done("Success", [variant_view(variant) for variant in world.variants_of(row["id"])])


def create_step_variant(world: World, request: Request) -> Reply:
    row = _step(world, request)
    _check(world, row, request.body)
    most = channels.most_variants(row["type"])
    if len(world.variants_of(row["id"])) >= most:
        raise app_error(4000, f"Step {row['id']} already has {most} of {most} variants")
    variant = new_variant(world, row, request.body)
    put(world.variants, [variant])
    _change(row, request.body, OF_STEP)
    return done("Success", {"id": variant["id"]}, 201)


def update_step_variant(world: World, request: Request) -> Reply:
    row = _step(world, request)
    variant = world.variants.get(request.path["variantId"])
    if variant is None or variant["stepId"] != row["id"]:
        raise app_error(4000, f"Variant {request.path['variantId']} not found in step {row['id']}")
    _check(world, row, request.body)
    _change(variant, request.body, OF_VARIANT)
    _change(row, request.body, OF_STEP)
    return done("Success", {"id": variant["id"]})


def _step(world: World, request: Request) -> Row:
    return step(world, request.path["sequenceId"], request.path["stepId"])


def _check(world: World, row: Row, body: Row) -> None:
    if body.get("type", row["type"]) != row["type"]:
        raise app_error(4000, f"type must be that of the step, {row['type']}")
    channels.check(row["type"], (body, ()))
    check_day(world, row["sequenceId"], row["type"], body.get("absoluteDays", row["absoluteDays"]), moving=row["id"])
    check_assignee(world, body)


def _change(row: Row, body: Row, keys: tuple[str, ...]) -> None:
    row.update({key: body[key] for key in keys if key in body})


ROUTES = {
    ("GET", "/sequences/{sequenceId}/steps/{stepId}"): list_variants,
    ("POST", "/sequences/{sequenceId}/steps/{stepId}/variants"): create_step_variant,
    ("PATCH", "/sequences/{sequenceId}/steps/{stepId}/variants/{variantId}"): update_step_variant,
}
