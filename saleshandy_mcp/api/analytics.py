"""Numbers. Today the totals of one sequence; they are the only place where the API counts its prospects."""

from typing import Annotated, Any

from saleshandy_mcp.api.action import Effect, Operation, post
from saleshandy_mcp.api.model import ApiModel, EmptyIfNull, SequenceId, Text


class ProspectTotals(ApiModel):
    """Every number is text in the answer; the ones read here are the ones used."""

    total: Text = "0"
    contacted: Text | None = None
    not_contacted: Text | None = None
    replied: Text | None = None


class SequenceStats(ApiModel):
    prospects: Annotated[list[ProspectTotals], EmptyIfNull] = []
    emails: dict[str, Any] | None = None
    sequence_id: str | None = None
    sequence_name: str | None = None
    client: dict[str, Any] | None = None

    @property
    def prospect_count(self) -> int | None:
        """People in the sequence; None where the answer does not tell."""
        total = self.prospects[0].total if self.prospects else ""
        return int(total) if total.isdecimal() else None


class GetSequenceStats(Operation[SequenceStats]):
    """Read the totals of one sequence. A read, though it travels as POST."""

    route = post("/analytics/stats", Effect.READ)
    sequence_id: SequenceId
