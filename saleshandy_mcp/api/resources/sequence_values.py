"""The settings of a sequence, as they are read and set."""

from typing import Any

from saleshandy_mcp.api.resources.schedules import Schedule
from saleshandy_mcp.api.types import ApiModel


class Setting(ApiModel):
    """Codes 1 to 13; the value is always text."""

    code: int
    value: str | None = None


class PriorityDistribution(ApiModel):
    id: int
    name: str = ""
    active: bool = False


class SequenceSettings(ApiModel):
    settings: list[Setting] = []
    schedule: Schedule | None = None
    priority_distribution: list[PriorityDistribution] = []
    client: dict[str, Any] | None = None
