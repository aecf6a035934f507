"""The inbox as a list: who answered, newest first, with the filters and without any text."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.inbox.list_inbox import ListInbox
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.threads import threads
from tests.features.inbox.inbox_kit import LIST, refused
from tests.kit import context_over, faulty, posts, says

SENTENCES = ["Any new replies in the inbox?", "Show me unread conversations"]
EXAMPLES: dict[str, dict[str, Any]] = {"list_inbox": {}, "list_inbox_unread": {"unread": True, "sequence": "Q3 launch"}}


async def test_the_inbox_comes_newest_first_with_what_is_unread(box: Sandbox, context: Context) -> None:
    view = await ListInbox().run(context)
    assert [it.id for it in view.threads] == [it.id for it in threads(box.world)[:20]]
    assert (view.total, view.unread, view.page, view.next) == (36, 19, 1, NextCall.of("list_inbox", page=2))
    first = view.threads[0]
    assert (first.address, first.date, first.unread) == ("anton.brandt@marrowby.example.com", "2026-11-15", True)
    assert first.subject == "The same ten questions at Marrowby"
    rest = await ListInbox(page=2).run(context)
    assert (len(rest.threads), rest.next) == (16, None)


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({"unread": True}, 19),
        ({"outcome": "meeting booked"}, 2),
        ({"outcome": "referred"}, 1),
        ({"sequence": "Webinar"}, 4),
        ({"query": "anton.brandt"}, 1),
        ({"since": "2026-11-15"}, 2),
        ({"since": "2026-11-14", "unread": True}, 10),
    ],
)
async def test_filters_leave_what_fits(context: Context, filters: dict[str, Any], number: int) -> None:
    assert (await ListInbox.model_validate(filters).run(context)).total == number


async def test_the_next_page_keeps_the_filters(context: Context) -> None:
    view = await ListInbox.model_validate({"query": "e", "since": "2026-09-01"}).run(context)
    assert view.next == NextCall.of("list_inbox", query="e", since="2026-09-01", page=2)


async def test_an_outcome_that_is_none_is_answered_with_those_there_are(context: Context) -> None:
    refusal = await refused(context, ListInbox(outcome="Intrested"))
    assert refusal.wrong == 'outcome: nothing is called "Intrested"'
    assert "Interested" in refusal.remedy


async def test_names_that_change_seldom_are_asked_for_once(box: Sandbox, context: Context) -> None:
    for _ in range(3):
        await ListInbox(outcome="Interested").run(context)
    assert posts(box, "GET /tasks/assignee/list") == 1
    assert posts(box, "GET /unified-inbox/outcome") == 2
    assert posts(box, LIST) == 3


async def test_a_list_whose_entries_tell_little_is_still_a_list(box: Sandbox) -> None:
    bare = says(200, {"payload": {"items": [{"id": "T1", "from": "x"}, {}]}})
    async with context_over(box, app=faulty(box, LIST, bare)) as context:
        view = await ListInbox().run(context)
    assert [(it.id, it.address, it.subject, it.date, it.unread) for it in view.threads] == [
        ("T1", "", "", "", False),
        ("", "", "", "", False),
    ]
