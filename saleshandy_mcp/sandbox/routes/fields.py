"""Prospect fields, built in and custom."""

from saleshandy_mcp.sandbox.message import Reply, Request, done
from saleshandy_mcp.sandbox.world import World


def list_fields(world: World, request: Request) -> Reply:
    system = request.query.get("systemFields") == "true"
    return done("Success", [row for row in world.fields.values() if system or not row["isDefault"]])


ROUTES = {("GET", "/fields"): list_fields}
