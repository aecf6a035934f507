"""Numbers: so far only how many people a sequence has; nothing is sent here yet, so nothing else is counted."""

from saleshandy_mcp.sandbox.message import Reply, Request, done
from saleshandy_mcp.sandbox.routes.common import sequence
from saleshandy_mcp.sandbox.world import World


def sequence_stats(world: World, request: Request) -> Reply:
    row = sequence(world, request.body["sequenceId"])
    people = len(world.enrolments[row["id"]])
    payload = {
        "prospects": [{"total": str(people)}],
        "sequenceId": row["id"],
        "sequenceName": row["title"],
        "client": None,
    }
    return done("Success", payload)


ROUTES = {("POST", "/analytics/stats"): sequence_stats}
