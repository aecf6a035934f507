"""What tests of agreements share."""

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approval_store import Approvals


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def used(approvals: Approvals, token: str) -> bool:
    try:
        approvals.redeem(token, "digest")
    except Mistake:
        return False
    return True
