"""Exports hold exactly what is in the sandbox's world, counted there without the routes of the API."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.exports.export_state import Kind
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import Row
from tests.features.exports.export_kit import KINDS, conversations, export, rows, unique

OF_MAILS = ("email-sent", "email-opened", "email-link-clicked", "reply-received", "email-bounced")
NUMBERED = ("email-opened", "email-link-clicked")


def of_world(box: Sandbox) -> tuple[set[tuple[str, ...]], Counter[tuple[str, ...]]]:
    """The last event of each kind for each mail with its moment, and how many there were of each."""
    last: dict[tuple[str, ...], str] = {}
    number = Counter[tuple[str, ...]]()
    for event in box.world.events:
        if event["kind"] in OF_MAILS:
            mail = (event["kind"], event["sequenceId"], event["stepId"], event["prospectId"])
            last[mail] = max(last.get(mail, ""), second(event["at"]))
            number[mail] += 1
    return {(*mail, at) for mail, at in last.items()}, number


def second(moment: str) -> str:
    """A moment as the API tells it in this list: without parts of a second."""
    return f"{moment[:19]}.000Z"


def place_of(box: Sandbox, row: dict[str, Any]) -> tuple[str, ...]:
    step: Row = box.world.steps_of(row["sequence_id"])[int(row["step"]) - 1]
    return row["event"], row["sequence_id"], step["id"], person_of(box, row["recipient_email"])


def person_of(box: Sandbox, address: str) -> str:
    (found,) = [id_ for id_, it in box.world.prospects.items() if it["email"] == address]
    return found


async def test_people_are_all_of_the_account_with_all_their_fields(
    box: Sandbox, context: Context, tmp_path: Path
) -> None:
    await export(context, tmp_path / "people.jsonl", "people")
    found = rows(tmp_path / "people.jsonl")
    assert unique(row["id"] for row in found) == set(box.world.prospects)
    for row in found:
        stored = box.world.prospects[row["id"]]
        assert (row["email"], row["created_at"]) == (stored["email"], stored["createdAt"])
        assert row["fields"] == {**stored["values"], "Email": stored["email"]}
        assert row["first_name"] == stored["values"].get("First Name", "")


async def test_events_are_those_of_the_list_of_events(box: Sandbox, context: Context, tmp_path: Path) -> None:
    await export(context, tmp_path / "events.jsonl", "events")
    found = rows(tmp_path / "events.jsonl")
    last, number = of_world(box)
    of_mails = [row for row in found if row["event"] in OF_MAILS]
    assert {(*place_of(box, row), row["happened_at"]) for row in of_mails} == last
    assert len(unique(row["id"] for row in found)) == len(found)
    assert {row["times"] == number[place_of(box, row)] for row in found if row["event"] in NUMBERED} == {True}


async def test_people_who_unsubscribed_are_told_once_in_each_sequence_that_mailed_them(
    box: Sandbox, context: Context, tmp_path: Path
) -> None:
    await export(context, tmp_path / "events.jsonl", "events")
    told = [row for row in rows(tmp_path / "events.jsonl") if row["event"] == "prospect-unsubscribed"]
    left = {(it["sequenceId"], it["prospectId"]) for it in box.world.events if it["kind"] == "prospect-unsubscribed"}
    mailed = {(it["sequenceId"], it["prospectId"]) for it in box.world.events if it["kind"] == "email-sent"}
    expected = {place for place in mailed if place in left or (None, place[1]) in left}
    assert expected
    assert sorted((row["sequence_id"], person_of(box, row["recipient_email"])) for row in told) == sorted(expected)
    assert {row["happened_at"] for row in told} == {None}


async def test_numbers_are_counted_from_the_same_events(box: Sandbox, context: Context, tmp_path: Path) -> None:
    await export(context, tmp_path / "numbers.jsonl", "numbers")
    found = {row["sequence_id"]: row for row in rows(tmp_path / "numbers.jsonl")}
    assert set(found) == set(box.world.sequences)
    mails: dict[str, list[Row]] = {id_: [] for id_ in found}
    for event in box.world.events:
        if event["kind"] in OF_MAILS:
            mails[event["sequenceId"]].append(event)
    for id_, row in found.items():
        people = {kind: {it["prospectId"] for it in mails[id_] if it["kind"] == kind} for kind in OF_MAILS}
        assert row["people_total"] == len(box.world.enrolments[id_])
        assert row["people_contacted"] == len(people["email-sent"])
        assert row["people_open"] == len(people["email-opened"])
        assert row["people_replied"] == len(people["reply-received"])
        sent, bounced = (
            len({(it["stepId"], it["prospectId"]) for it in mails[id_] if it["kind"] == kind})
            for kind in ("email-sent", "email-bounced")
        )
        assert (row["mails_delivered"], row["mails_bounced"]) == (sent - bounced, bounced)


async def test_the_inbox_has_a_row_for_each_who_answered(box: Sandbox, context: Context, tmp_path: Path) -> None:
    conversations(box, 130)
    await export(context, tmp_path / "inbox.jsonl", "inbox")
    found = rows(tmp_path / "inbox.jsonl")
    answered = {(it["sequenceId"], it["prospectId"]) for it in box.world.events if it["kind"] == "reply-received"}
    senders = sorted(box.world.prospects[person]["email"] for _, person in answered)
    assert sorted(row["sender_email"] for row in found) == senders
    assert len(unique(row["conversation_id"] for row in found)) == len(answered) > 100


@pytest.mark.parametrize("kind", KINDS)
async def test_both_forms_hold_the_same(kind: Kind, context: Context, tmp_path: Path) -> None:
    await export(context, tmp_path / "a.jsonl", kind)
    await export(context, tmp_path / "a.csv", kind, form="csv")
    as_json, as_csv = rows(tmp_path / "a.jsonl"), rows(tmp_path / "a.csv")
    assert list(as_json[0]) == list(as_csv[0])
    assert len(as_json) == len(as_csv)
    for told, written in zip(as_json, as_csv, strict=True):
        for name in set(told) - {"id", "began_at", "fields"}:
            value = told[name]
            plain = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            assert written[name].removeprefix("'") == plain


async def test_events_of_some_days_are_those_of_all_days_within_them(context: Context, tmp_path: Path) -> None:
    await export(context, tmp_path / "all.jsonl", "events")
    await export(context, tmp_path / "some.jsonl", "events", since="2026-11-01")
    dated = [row for row in rows(tmp_path / "all.jsonl") if (row["happened_at"] or "") >= "2026-11-01"]
    some = [row for row in rows(tmp_path / "some.jsonl") if row["happened_at"]]
    assert sorted(row["id"] for row in some) == sorted(row["id"] for row in dated)
    assert 0 < len(some) < len(rows(tmp_path / "all.jsonl"))


@pytest.mark.parametrize("day", ["2020-01-01", "2026-09-01", "2026-11-16"])
async def test_people_since_a_day_are_those_who_were_created_then(
    day: str, box: Sandbox, context: Context, tmp_path: Path
) -> None:
    await export(context, tmp_path / "people.jsonl", "people", since=day)
    wanted = {id_ for id_, it in box.world.prospects.items() if it["createdAt"] >= day}
    assert unique(row["id"] for row in rows(tmp_path / "people.jsonl")) == wanted


@pytest.mark.parametrize("kind", ["events", "numbers", "inbox"])
async def test_of_one_sequence_there_is_nothing_else(
    kind: Kind, box: Sandbox, context: Context, tmp_path: Path
) -> None:
    await export(context, tmp_path / "all.jsonl", kind)
    await export(context, tmp_path / "one.jsonl", kind, sequences=("Q3 launch",))
    some, everything = rows(tmp_path / "one.jsonl"), rows(tmp_path / "all.jsonl")
    assert 0 < len(some) < len(everything)
    if kind != "inbox":
        of_it = [row for row in everything if row["sequence"] == "Q3 launch"]
        assert [row["sequence_id"] for row in some] == [row["sequence_id"] for row in of_it]
    assert len(box.world.sequences) > 1
