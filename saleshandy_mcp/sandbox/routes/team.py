"""The people one works with."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, done
from saleshandy_mcp.sandbox.world.tables import World


def list_team_members(world: World, _: Request) -> Reply:
    """A plain list is assumed; the first is whose key it is."""
    return done("Success", list(world.members.values()))


ROUTES = {("GET", "/user/team-member-list"): list_team_members}
