"""The team: who works in the account."""

from typing import Annotated

from saleshandy_mcp.api.loose import OnlyList, Raw
from saleshandy_mcp.api.operation import Operation, get


class Member(Raw):
    """A member, or a team with its ``members``: the answer is not documented, and both are accepted."""

    id: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    members: list["Member"] = []


class ListTeamMembers(Operation[Annotated[list[Member], OnlyList]]):
    """List the teams and members of the account with the user ids that other operations take."""

    route = get("/user/team-member-list")
