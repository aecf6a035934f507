"""An export that was interrupted, or that is made again for what is new: whatever changed in the account meanwhile."""

from collections import Counter
from pathlib import Path
from typing import Literal

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import BadKey, Mistake, Rejected
from saleshandy_mcp.features.exports.export_people import ExportPeople
from saleshandy_mcp.features.exports.export_source import At
from saleshandy_mcp.features.exports.export_state import Kind
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import record
from saleshandy_mcp.sandbox.simulation.threads import threads
from tests.features.exports.export_kit import KINDS, conversations, export, ids, more_sequences, newcomers, rows, unique
from tests.features.inbox.inbox_kit import answered
from tests.kit import Answer, App, Fault, Message, Receive, context_over, faulty, new_box, says

CALLS: dict[Kind, str] = {
    "people": "GET /prospects",
    "events": "POST /analytics/consolidated-stats",
    "numbers": "POST /analytics/stats",
    "inbox": "POST /unified-inbox/emails",
}
NO = says(400, {"error": True, "code": 4000, "message": "not now"})


async def stopped(box: Sandbox, path: Path, kind: Kind, after: int, fault: Fault = NO) -> None:
    """An export whose call after so many is refused."""
    async with context_over(box, app=faulty(box, CALLS[kind], fault, after=after)) as context:
        with pytest.raises(Rejected):
            await export(context, path, kind)


@pytest.mark.parametrize("kind", KINDS)
async def test_it_goes_on_where_a_call_was_refused(kind: Kind, tmp_path: Path) -> None:
    box = new_box()
    conversations(box, 130 if kind == "inbox" else 0)
    path = tmp_path / "a.jsonl"
    await stopped(box, path, kind, after=1)
    assert not path.exists()
    begun = ids(tmp_path / "a.jsonl.partial")
    async with context_over(box) as context:
        await export(context, path, kind)
        await export(context, tmp_path / "whole.jsonl", kind)
    assert ids(path)[: len(begun)] == begun
    assert len(unique(ids(path))) == len(ids(tmp_path / "whole.jsonl"))
    if kind != "numbers":  # its ids have the moment in them
        assert set(ids(path)) == set(ids(tmp_path / "whole.jsonl"))


@pytest.mark.parametrize("left", [1, 150, 399])
async def test_nobody_is_missing_when_people_were_deleted_meanwhile(left: int, tmp_path: Path) -> None:
    box, path = new_box(), tmp_path / "a.jsonl"
    await stopped(box, path, "people", after=3)
    oldest = sorted(box.world.prospects, key=lambda it: box.world.prospects[it]["createdAt"])
    for id_ in oldest[: 400 - left]:
        del box.world.prospects[id_]
    async with context_over(box) as context:
        await export(context, path, "people")
    assert set(box.world.prospects) <= unique(ids(path))


@pytest.mark.parametrize("deleted", [0, 300, 400])
async def test_who_is_new_is_added_and_nobody_else(deleted: int, tmp_path: Path) -> None:
    box, path = new_box(), tmp_path / "a.jsonl"
    async with context_over(box) as context:
        await export(context, path, "people")
        before = ids(path)
        for id_ in before[:deleted]:
            del box.world.prospects[id_]
        newcomers(box, 120)
        state = await export(context, path, "people", since="last")
    assert ids(path)[:400] == before
    assert unique(ids(path)) == {*before, *box.world.prospects}
    assert state.rows == 520


async def test_new_events_are_added_and_old_ones_stay(box: Sandbox, context: Context, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    await export(context, path, "events")
    before = ids(path)
    mail = next(it for it in box.world.events if it["kind"] == "email-opened")
    place = {"sequence_id": mail["sequenceId"], "step_id": mail["stepId"], "prospect_id": mail["prospectId"]}
    record(box.world, "email-opened", **place)
    conversations(box, 7)
    await export(context, path, "events", since="last")
    assert ids(path)[: len(before)] == before
    unique(ids(path))
    new = rows(path)[len(before) :]
    assert Counter(row["event"] for row in new) == {"email-sent": 7, "reply-received": 7, "email-opened": 1}
    (opened,) = [row for row in new if row["event"] == "email-opened"]
    assert opened["happened_at"] == "2026-11-16T08:00:00.000Z"
    assert opened["times"] > 1


async def test_totals_are_added_anew_each_time(box: Sandbox, context: Context, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    await export(context, path, "numbers")
    box.clock.advance(60)
    await export(context, path, "numbers", since="last")
    assert len(unique(ids(path))) == 2 * len(box.world.sequences)
    assert len({row["began_at"] for row in rows(path)}) == 2


async def test_a_conversation_that_gets_a_mail_meanwhile_is_not_missed(tmp_path: Path) -> None:
    box, path = new_box(), tmp_path / "a.jsonl"
    conversations(box, 130)
    await stopped(box, path, "inbox", after=1)
    late = threads(box.world)[-1]
    assert late.id not in {row["conversation_id"] for row in rows(tmp_path / "a.jsonl.partial")}
    box.clock.advance(60)
    answered(box, late, "One more thing")
    async with context_over(box) as context:
        await export(context, path, "inbox")
    assert {row["conversation_id"] for row in rows(path)} == {it.id for it in threads(box.world)}
    unique(ids(path))


async def test_of_the_inbox_what_has_a_new_mail_is_added(box: Sandbox, context: Context, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    await export(context, path, "inbox")
    before = ids(path)
    old = threads(box.world)[-1]
    box.clock.advance(60)
    answered(box, old, "One more thing")
    await export(context, path, "inbox", since="last")
    assert [row["conversation_id"] for row in rows(path)[len(before) :]] == [old.id]


async def test_last_without_an_export_is_everything(context: Context, tmp_path: Path) -> None:
    await export(context, tmp_path / "a.jsonl", "people", since="last")
    assert len(ids(tmp_path / "a.jsonl")) == 400


async def test_a_list_whose_order_moves_is_told(tmp_path: Path) -> None:
    box = new_box()

    async def one_more_before(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        box.world.prospects["early"] = {**next(iter(box.world.prospects.values())), "id": "early", "createdAt": "2020"}
        await app(scope, receive, send)

    async with context_over(box, app=faulty(box, CALLS["people"], one_more_before, after=1, times=1)) as context:
        state = await export(context, tmp_path / "a.jsonl", "people")
    assert state.moved == 1
    assert len(unique(ids(tmp_path / "a.jsonl"))) == 400


@pytest.mark.parametrize("kind", KINDS)
async def test_with_a_wrong_key_no_file_is_made(kind: Kind, tmp_path: Path) -> None:
    box = new_box()
    refused = says(400, {"error": True, "type": "auth", "code": 1001, "message": "Invalid token"})
    async with context_over(box, app=faulty(box, "", refused)) as context:
        with pytest.raises(BadKey):
            await export(context, tmp_path / "a.csv", kind)
    assert sizes(tmp_path) == {}


async def test_it_waits_for_the_limit_of_the_api(tmp_path: Path) -> None:
    box = new_box(limits=True)
    more_sequences(box, 20)
    async with context_over(box) as context:
        await export(context, tmp_path / "a.jsonl", "numbers")
    assert len(ids(tmp_path / "a.jsonl")) == len(box.world.sequences) > 20
    assert 60 <= box.clock.seconds() < 120


async def test_it_tells_how_long_it_will_take_only_where_that_can_be_told(context: Context, tmp_path: Path) -> None:
    told: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    for kind, words in told.items():

        async def tell(text: str, words: list[str] = words) -> None:
            words.append(text)

        await export(context, tmp_path / kind, kind, tell=tell)
    assert told["people"][0] == "100 rows; the API does not tell how many there are"
    assert told["people"][-1] == "400 rows; all was read"
    assert told["numbers"][0] == "1 row; up to 60 seconds left"
    assert told["inbox"] == ["36 rows; up to 60 seconds left", "36 rows; all was read"]


async def test_behind_the_last_page_of_people_it_says_so(context: Context) -> None:
    with pytest.raises(Mistake, match="after the first 1,000,000 cannot be read"):
        await ExportPeople(context.api, None).page(At(page=10_001), lambda _: False)


@pytest.mark.parametrize(
    ("form", "content"),
    [
        *(("csv", it) for it in (b"\xff", b'"a"b\n', b"\n")),
        *(("jsonl", it) for it in (b"\xff", b"[]\n", b"{}\n", b"\n")),
    ],
)
async def test_rows_that_another_program_has_changed_are_told_and_left_alone(
    form: Literal["csv", "jsonl"], content: bytes, tmp_path: Path
) -> None:
    box, path, making = new_box(), tmp_path / "a", tmp_path / "a.partial"
    async with context_over(box, app=faulty(box, CALLS["numbers"], NO, after=2)) as context:
        with pytest.raises(Rejected):
            await export(context, path, "numbers", form=form)
    changed = (content * making.stat().st_size)[: making.stat().st_size]
    making.write_bytes(changed)
    async with context_over(box) as context:
        with pytest.raises(Mistake, match="have changed meanwhile"):
            await export(context, path, "numbers", form=form)
    assert making.read_bytes() == changed


def sizes(folder: Path) -> dict[str, int]:
    return {it.name: it.stat().st_size for it in folder.iterdir()}


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("events", {}, "another kind: people"),
        ("people", {"form": "csv"}, "another format: jsonl"),
        ("people", {}, "is complete"),
        ("people", {"since": "2026-11-01"}, "is complete"),
    ],
)
async def test_a_file_of_another_export_is_left_alone(
    kind: Kind, more: dict[str, str], words: str, context: Context, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    await export(context, path, "people")
    before = sizes(tmp_path)
    with pytest.raises(Mistake, match=words):
        await export(context, path, kind, **more)  # pyright: ignore[reportArgumentType]
    assert sizes(tmp_path) == before
