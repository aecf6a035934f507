"""How people are asked in this server, and how they agreed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from saleshandy_mcp.policy.approval_channels import COMMAND, Approval, Channel
from saleshandy_mcp.policy.approval_store import Plan

AGREED: dict[Channel, str] = {
    "dialogue": "Agreed to by the user, in the dialogue of the client.",
    "terminal": "Agreed to by a person, at a terminal of this machine.",
    "card": "Agreed to on the card in the chat.",
    "page": "Agreed to on the page of this server.",
    "token": "Agreed by token; no person was seen.",
}


@dataclass(frozen=True)
class Asking:
    """How the operator of this server wants people to be asked.

    Attributes:
        approval: by which channels.
        command: what a person types at a terminal.
        page: makes the address at which a plan is shown; None when there is no page.
        sessions: those of clients that have called a tool, the oldest first.
    """

    approval: Approval = "auto"
    command: str = COMMAND
    page: Callable[[Plan], str] | None = None
    sessions: dict[str, None] = field(default_factory=dict[str, None])


@dataclass(frozen=True)
class Agreement:
    """Somebody has agreed.

    Attributes:
        channel: how.
        later: whether the call has waited for them, so that the world may have changed meanwhile.
    """

    channel: Channel
    later: bool = False
