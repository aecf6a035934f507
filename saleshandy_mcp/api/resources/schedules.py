"""Sending schedules: when in the week a sequence may send."""

from typing import Annotated, Any

from pydantic import Field

from saleshandy_mcp.api.operation import Operation, get, post
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.effects import Effect


class HourMinute(ApiModel):
    hour: Annotated[int, Field(ge=0, le=23)]
    minute: Annotated[int, Field(ge=0, le=59)]


class Slot(ApiModel):
    start: HourMinute
    end: HourMinute


class DaySlots(ApiModel):
    """One day; 0 is Sunday. A day without slots does not send."""

    day: Annotated[int, Field(ge=0, le=6)]
    slots: list[Slot]


class Schedule(ApiModel):
    id: str
    name: str = ""
    timezone: str = ""
    is_default: bool = False
    time_slots: list[dict[str, Any]] = []


class ListSchedules(Operation[list[Schedule]]):
    """List sending schedules."""

    route = get("/schedules")


class CreateSchedule(Operation[Schedule]):
    """Create a sending schedule for the seven days of the week."""

    route = post("/schedules", Effect.WRITE, why="nothing uses it yet")
    name: str
    timezone: Annotated[str, Field(description="IANA name such as Europe/Berlin.")]
    time_slots: Annotated[list[DaySlots], Field(min_length=7, max_length=7)]
    is_default: bool | None = None
