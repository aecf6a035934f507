"""Numbers of all time: of the account, of its sequences, and by anything else as far back as the API lists mails."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.reports.get_stats import GetStats
from saleshandy_mcp.features.reports.mail_numbers import By, Numbers
from saleshandy_mcp.features.reports.stats_view import Stats
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.rows import add_sequence
from saleshandy_mcp.server.tools.action_tool import text_of


async def stats(context: Context, **arguments: Any) -> Stats:
    return await GetStats.model_validate(arguments).run(context)


def added(rows: list[Numbers]) -> Numbers:
    return Numbers(**{name: sum(getattr(row, name) for row in rows) for name in Numbers.model_fields})


async def test_all_time_of_the_account_adds_up_from_its_sequences(context: Context, box: Sandbox) -> None:
    ever = await stats(context, period="all time", by="sequence")
    assert ever.total == added([row.numbers for row in ever.rows]) == (await stats(context, period="all time")).total
    assert ever.total.sent == sum(1 for it in box.world.events if it["kind"] == "email-sent")
    for row in ever.rows:
        assert row.numbers == (await stats(context, period="all time", sequence=row.id)).total
    assert ever.silent == [
        f"{it['title']} [{it['id']}]" for it in box.world.sequences.values() if "draft" in it["title"]
    ]


@pytest.mark.parametrize("by", ["step", "sender", "member", "client", "day"])
async def test_all_time_by_anything_else_adds_up_from_the_mails_that_the_api_lists(context: Context, by: By) -> None:
    ever = await stats(context, period="all time", by=by, sequence="Q3 launch")
    assert ever.total == (await stats(context, period="all time", sequence="Q3 launch")).total
    if ever.pages == 1:
        assert added([row.numbers for row in ever.rows]) == ever.total
    assert (str(ever.first), str(ever.last)) == ("2024-11-16", "2026-11-16")


async def test_a_mail_of_last_year_that_is_opened_this_year_counts_once(box: Sandbox, context: Context) -> None:
    old = [it for it in box.world.events if it["kind"] == "email-sent"][:10]
    for it in old:
        it["at"] = f"2025-10-01{it['at'][10:]}"
    ever = await stats(context, period="all time", by="sender")
    assert ever.total.sent == sum(1 for it in box.world.events if it["kind"] == "email-sent")


async def test_mails_that_are_older_than_all_lists_are_in_the_total_alone(box: Sandbox, context: Context) -> None:
    sequence = next(it for it in box.world.sequences.values() if it["title"] == "Q3 launch")
    old = [it for it in box.world.events if it["kind"] == "email-sent" and it["sequenceId"] == sequence["id"]][:3]
    for it in old:
        it["at"] = f"2023-10-01{it['at'][10:]}"
    box.world.events[:] = [
        it for it in box.world.events if it in old or it["prospectId"] not in {o["prospectId"] for o in old}
    ]
    ever = await stats(context, period="all time", by="step", sequence="Q3 launch")
    assert ever.older == 3
    assert "3 mails are older" in text_of(ever)


async def test_more_sequences_than_one_answer_can_read_come_in_pages_and_the_total_says_so(
    box: Sandbox, context: Context
) -> None:
    model = next(iter(box.world.sequences.values()))
    for number in range(20):
        add_sequence(box.world, {**model, "id": f"more{number:06}", "title": f"More {number}"})
    first = await stats(context, period="all time", by="sequence")
    assert (first.pages, first.elsewhere) == (2, 7)
    assert "NOT ALL: 7 sequences are on other pages" in text_of(first)
    assert first.next.for_model() == 'get_stats(period="all time", by="sequence", page=2)'
