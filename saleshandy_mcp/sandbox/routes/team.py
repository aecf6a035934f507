"""The members of the team."""

from saleshandy_mcp.sandbox.http.message import Reply, Request, done
from saleshandy_mcp.sandbox.world.tables import World


def list_team_members(world: World, _: Request) -> Reply:
    """The first is the owner of the key. Assumed: the answer is a plain list."""
    return done("Success", list(world.members.values()))


ROUTES = {("GET", "/user/team-member-list"): list_team_members}
