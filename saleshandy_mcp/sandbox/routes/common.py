"""What several routes need: rows by their id, refused as the API refuses unknown ids, and pages of lists."""

import math
from collections.abc import Iterable
from typing import TypeVar

from saleshandy_mcp.sandbox.http.message import app_error
from saleshandy_mcp.sandbox.world.rows import client_of, owner_of
from saleshandy_mcp.sandbox.world.tables import Row, World

T = TypeVar("T")

ACTIVE = 1


def sequence(world: World, sequence_id: str) -> Row:
    """A sequence or a subsequence. Assumed: calls about sequences take the id of a subsequence too."""
    row = world.sequence(sequence_id)
    if row is None:
        raise app_error(40100, f"Sequence {sequence_id} not found")
    return row


def step(world: World, sequence_id: str, step_id: str) -> Row:
    sequence(world, sequence_id)
    row = world.steps.get(step_id)
    if row is None or row["sequenceId"] != sequence_id:
        raise app_error(4000, f"Step {step_id} not found in sequence {sequence_id}")
    return row


def schedule(world: World, schedule_id: str) -> Row:
    row = world.schedules.get(schedule_id)
    if row is None:
        raise app_error(4000, f"Schedule {schedule_id} not found")
    return row


def known_senders(world: World, ids: Iterable[str]) -> list[Row]:
    """The email accounts, each once. One id that does not exist refuses the call."""
    unique = list(dict.fromkeys(ids))
    for id_ in unique:
        if id_ not in world.email_accounts:
            raise app_error(40200, f"Email account {id_} not found")
    return [world.email_accounts[id_] for id_ in unique]


def active_senders(world: World, ids: Iterable[str]) -> list[Row]:
    rows = known_senders(world, ids)
    for row in rows:
        if row["status"] != ACTIVE:
            raise app_error(40201, f"Email account {row['id']} ({row['fromEmail']}) is not active")
    return rows


def sequence_view(world: World, row: Row) -> Row:
    """The sequence as lists show it."""
    return {
        "id": row["id"],
        "title": row["title"],
        "active": row["active"],
        "steps": [
            {"id": step["id"], "name": f"Step {number}"}
            for number, step in enumerate(world.steps_of(row["id"]), start=1)
        ],
        "client": client_of(world, row["id"]),
        "user": owner_of(world, row),
    }


def page_meta(total: int, number: int, size: int, count: int) -> Row:
    """The numbers that stand beside a page."""
    number, size = max(number, 1), max(size, 1)
    return {
        "totalItems": total,
        "currentPage": number,
        "itemsPerPage": size,
        "totalPages": math.ceil(total / size),
        "itemCount": count,
    }


def page_of(rows: list[T], page: int, size: int) -> list[T]:
    """One page of the rows. Pages start at 1. Assumed: a number below 1 means the first page."""
    start = (max(page, 1) - 1) * max(size, 1)
    return rows[start : start + max(size, 1)]
