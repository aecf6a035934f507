"""Schedules of sending: list and create them."""

from zoneinfo import available_timezones

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

DAYS = set(range(7))


def list_schedules(world: World, _: Request) -> Reply:
    return done("Success", list(world.schedules.values()))


def create_schedule(world: World, request: Request) -> Reply:
    body = request.body
    if not _is_timezone(body["timezone"]):
        raise validation_error("timezone must be a valid IANA time-zone")
    _check_week(body["timeSlots"])
    row: Row = {"id": hash_id("schedule", len(world.schedules)), "isDefault": False, **body}
    if row["isDefault"]:
        world.default(world.schedules)["isDefault"] = False
    world.schedules[row["id"]] = row
    return done("Schedule created", row, 201)


def _is_timezone(name: str) -> bool:
    known = available_timezones()
    return name in known or not known  # without a time zone database every name is accepted


def _check_week(week: list[Row]) -> None:
    """Refuse a week with missing days or with a slot that ends before it starts (assumed)."""
    if {day["day"] for day in week} != DAYS:
        raise app_error(4000, "timeSlots must hold each day from 0 (Sunday) to 6 once")
    for day in week:
        if any(_minutes(slot["start"]) >= _minutes(slot["end"]) for slot in day["slots"]):
            raise app_error(4000, f"A slot of day {day['day']} ends before it starts")


def _minutes(moment: Row) -> int:
    return moment["hour"] * 60 + moment["minute"]


ROUTES = {
    ("GET", "/schedules"): list_schedules,
    ("POST", "/schedules"): create_schedule,
}
