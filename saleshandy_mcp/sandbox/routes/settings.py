"""Settings of a sequence: thirteen values, its schedule and its priority distribution."""

import json
from typing import Any

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.common import schedule, sequence
from saleshandy_mcp.sandbox.world.rows import client_of
from saleshandy_mcp.sandbox.world.tables import World

DISTRIBUTIONS = {
    1: "PrioritiseFollowUps",
    2: "PrioritiseNewProspects",
    3: "BalancedSending",
    4: "AggressivelyPrioritiseNewProspects",
}
LINK, TEXT, TRACK_CLICKS, TRACK_OPENS, BCC, CC, TEXT_ONLY, FIRST_STEP_TEXT_ONLY = 1, 2, 4, 5, 7, 8, 9, 12
ALL_PLAIN = "2"


def get_sequence_settings(world: World, request: Request) -> Reply:
    row = sequence(world, request.path["sequenceId"])
    wanted = request.query.get("code")
    chosen = row["priorityDistributionId"]
    settings = [
        {"code": code, "value": value} for code, value in row["settings"].items() if wanted is None or code == wanted
    ]
    return done(
        "Success",
        {
            "settings": settings,
            "schedule": world.schedules[row["scheduleId"]],
            "priorityDistribution": [
                {"id": id_, "name": name, "active": id_ == chosen} for id_, name in DISTRIBUTIONS.items()
            ],
            "client": client_of(world, row["id"]),
        },
    )


def update_sequence_settings(world: World, request: Request) -> Reply:
    row = sequence(world, request.path["sequenceId"])
    changes = {entry["code"]: entry["value"] for entry in request.body.get("settings", [])}
    settings = _changed(row["settings"], changes)
    plan = request.body.get("scheduleId", row["scheduleId"])
    row["scheduleId"] = schedule(world, plan)["id"]
    row["settings"] = settings
    return done("Sequence settings updated", {})


def update_sequence_schedule(world: World, request: Request) -> Reply:
    row = sequence(world, request.path["sequenceId"])
    plan = schedule(world, request.body["scheduleId"])
    row["scheduleId"] = plan["id"]
    shown = ("id", "name", "timezone", "isDefault")
    return done("Sequence schedule updated", {key: plan[key] for key in shown})


def update_sequence_priority_distribution(world: World, request: Request) -> Reply:
    row = sequence(world, request.path["sequenceId"])
    row["priorityDistributionId"] = request.body["priorityDistributionId"]
    return done("Updated", {})


def _changed(stored: dict[int, str], changes: dict[int, str]) -> dict[int, str]:
    """The settings after the changes. Assumed: a value that makes no sense is refused."""
    for code, value in changes.items():
        if not _fits(code, value):
            raise app_error(4000, f"Setting {code} does not take the value {value!r}")
    if changes.get(LINK) and changes.get(TEXT):
        raise app_error(4000, "Settings 1 (unsubscribe link) and 2 (unsubscribe text) exclude each other")
    # Assumed: of two settings that exclude each other, setting one clears the other.
    cleared = {other: "" for code, other in ((LINK, TEXT), (TEXT, LINK)) if changes.get(code)}
    settings = {**stored, **cleared, **changes}
    switches = (TRACK_CLICKS, TRACK_OPENS, FIRST_STEP_TEXT_ONLY)
    if settings[TEXT_ONLY] == ALL_PLAIN and any(settings[code] != "0" for code in switches):
        raise app_error(4000, "Setting 9 = '2' (text only) needs settings 4, 5 and 12 to be '0'")
    return settings


def _fits(code: int, value: str) -> bool:
    if code == LINK:
        return value == "" or "{{link}}" in value
    if code == TEXT:
        return True
    if code in (BCC, CC):
        return _is_list_of_texts(value)
    return value in (("0", "1", ALL_PLAIN) if code == TEXT_ONLY else ("0", "1"))


def _is_list_of_texts(value: str) -> bool:
    try:
        entries: Any = json.loads(value)
    except ValueError:
        return False
    return isinstance(entries, list) and all(isinstance(entry, str) for entry in entries)  # pyright: ignore[reportUnknownVariableType] - JSON


ROUTES = {
    ("GET", "/sequences/{sequenceId}/settings"): get_sequence_settings,
    ("PATCH", "/sequences/{sequenceId}/settings"): update_sequence_settings,
    ("PATCH", "/sequences/{sequenceId}/schedule"): update_sequence_schedule,
    ("PATCH", "/sequences/{sequenceId}/priority-distribution"): update_sequence_priority_distribution,
}
