"""``create_sequence``: a new sequence with its senders and schedule, and what is refused before it is made."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, Rejected
from saleshandy_mcp.features.sequences.create_sequence import CreateSequence
from saleshandy_mcp.features.sequences.get_sequence import GetSequence
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import context_over, faulty, line_of, posts, says

SENTENCES = ["Set up a new sequence for fintech CTOs", "Start a new empty sequence called Spring outreach"]
EXAMPLES: dict[str, dict[str, Any]] = {"create_sequence": {"title": "Spring", "schedule": "mornings"}}

CREATE = "POST /sequences"


async def test_a_new_sequence_is_paused_and_has_the_senders_and_the_schedule_that_were_named(
    box: Sandbox, context: Context
) -> None:
    made = await CreateSequence(
        title="  Spring  ", accounts=["bo@getlanternworks.example.com", "ada@try"], schedule="mornings, us east"
    ).run(context)
    view = await GetSequence(sequence=made.id).run(context)
    assert (view.title, view.status, view.steps) == ("Spring", "paused", [])
    assert view.schedule is not None
    assert view.schedule.startswith("Mornings, US East (")
    assert view.schedule.endswith(" America/New_York)")
    assert made.senders == view.senders
    assert line_of(box, "Spring")["emailAccounts"] == [
        "bo@getlanternworks.example.com",
        "ada@trylanternworks.example.com",
    ]
    assert made.next.tool == "create_step"
    assert made.next.arguments["sequence"] == "Spring"


async def test_without_senders_the_default_one_is_attached_and_told(context: Context) -> None:
    made = await CreateSequence(title="Spring").run(context)
    assert made.senders is not None
    assert [sender.address for sender in made.senders] == ["ada@lanternworks.example.com"]


@pytest.mark.parametrize("title", ["Q3 launch", "q3 LAUNCH", "  Q3 launch "])
async def test_a_title_that_exists_is_refused_before_anything_is_sent(
    box: Sandbox, context: Context, title: str
) -> None:
    with pytest.raises(Mistake, match=r'title: "Q3 launch" \[v7BPmX4SP9\] exists already'):
        await CreateSequence(title=title).run(context)
    assert posts(box, CREATE) == 0


async def test_a_title_of_blanks_is_refused_as_no_title(box: Sandbox, context: Context) -> None:
    with pytest.raises(Mistake, match="title: "):
        await CreateSequence(title="   ").run(context)
    assert posts(box, CREATE) == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"accounts": ["ada@lanternworks.example.com", "nobody@"]}, r'accounts\[1\]: nothing is called "nobody@"'),
        ({"accounts": ["ada"]}, r'accounts\[0\]: "ada" fits 2'),
        ({"schedule": "never"}, 'schedule: nothing is called "never"'),
    ],
)
async def test_a_sender_or_schedule_that_is_not_there_is_told_before_anything_is_sent(
    box: Sandbox, context: Context, given: dict[str, object], words: str
) -> None:
    with pytest.raises(Mistake, match=words):
        await CreateSequence.model_validate({"title": "Spring", **given}).run(context)
    assert posts(box, CREATE) == 0


async def test_a_sender_that_is_not_active_is_refused_and_no_sequence_left_behind(
    box: Sandbox, context: Context
) -> None:
    with pytest.raises((Mistake, Rejected), match="not active"):
        await CreateSequence(title="Spring", accounts=["events@lanternworks-events.example.com"]).run(context)
    assert len(box.state()["sequences"]) == 5


async def test_a_sequence_that_was_created_and_cannot_be_read_back_is_told_as_created(box: Sandbox) -> None:
    unread = says(400, {"code": 1, "message": "no", "error": True})
    app = faulty(box, "GET /sequences/", unread)
    async with context_over(box, app=app) as context:
        made = await CreateSequence(title="Spring").run(context)
    assert (made.title, made.senders) == ("Spring", None)
    assert line_of(box, "Spring")["id"] == made.id
