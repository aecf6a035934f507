"""Sequences: list, look at, begin."""

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, Rejected
from saleshandy_mcp.features.sequences.create_sequence import CreateSequence, GetSequence, ListSequences
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import context_over, faulty, line_of, posts, says

CREATE = "POST /sequences"


@pytest.mark.parametrize(
    ("query", "status", "titles"),
    [
        (None, "active", {"Q3 launch", "Agencies EU"}),
        (None, "paused", {"SaaS founders", "Webinar in May", "Partner programme (draft)"}),
        ("eu", "any", {"Agencies EU"}),
        ("LAUNCH", "active", {"Q3 launch"}),
        ("launch", "paused", set[str]()),
        ("nothing of this name", "any", set[str]()),
    ],
)
async def test_sequences_are_listed_by_part_of_the_title_and_by_status(
    context: Context, query: str | None, status: str, titles: set[str]
) -> None:
    found = await ListSequences.model_validate({"query": query, "status": status}).run(context)
    assert {line.title for line in found.sequences} == titles
    assert (found.total, found.page, found.pages, found.next) == (len(titles), 1, 1, None)
    assert found.active == sum(line.status == "active" for line in found.sequences)


async def test_a_line_has_what_is_needed_to_choose(box: Sandbox, context: Context) -> None:
    found = await ListSequences(query="Q3").run(context)
    (line,) = found.sequences
    seen = line_of(box, "Q3 launch")
    assert (line.id, line.title, line.status, line.steps) == (seen["id"], "Q3 launch", "active", 5)
    assert line.owner == "Ada Example"


async def test_many_sequences_come_in_pages_that_hold_each_once(box: Sandbox, context: Context) -> None:
    for number in range(55):
        await CreateSequence(title=f"Batch {number}").run(context)
        box.clock.advance(4)
    seen: list[str] = []
    for page in (1, 2, 3):
        found = await ListSequences(query="batch", page=page).run(context)
        seen += [line.title for line in found.sequences]
        following = f'list_sequences(query="batch", page={page + 1})' if page < 3 else None
        assert (found.total, found.pages, found.next) == (55, 3, following)
    assert sorted(seen) == sorted(f"Batch {number}" for number in range(55))
    assert (await ListSequences(query="batch", page=4).run(context)).sequences == []
    paused = await ListSequences(status="paused").run(context)
    assert paused.next == 'list_sequences(status="paused", page=2)'


async def test_a_sequence_is_shown_with_all_that_belongs_to_it(box: Sandbox, context: Context) -> None:
    view = await GetSequence(sequence="agencies eu").run(context)
    assert (view.title, view.status, view.prospects) == ("Agencies EU", "active", 92)
    assert [(step.number, step.day, step.type) for step in view.steps] == [
        (1, 1, "email"),
        (2, 2, "linkedin_view_profile"),
        (3, 4, "email"),
        (4, 8, "call_introduction"),
    ]
    assert [variant.letter for variant in view.steps[0].variants] == ["A", "B"]
    assert view.steps[0].variants[1].subject == "The page your clients never finish"
    assert view.steps[3].variants[0].task_note
    assert [sender.address for sender in view.senders] == line_of(box, "Agencies EU")["emailAccounts"]
    assert view.schedule == "Tuesday to Thursday (Europe/London)"
    assert "stops on reply" in view.settings


async def test_texts_are_shown_in_short_or_whole(context: Context) -> None:
    short = (await GetSequence(sequence="Q3 launch").run(context)).steps[0].variants[0]
    whole = (await GetSequence(sequence="Q3 launch", whole_text=True).run(context)).steps[0].variants[0]
    assert short.text.startswith("Hi {{First Name|'there'}}, Most")
    assert short.text.endswith("…")
    assert len(short.text) <= 90
    assert whole.text.startswith("<p>Hi {{First Name|'there'}},</p>")
    assert short.length == whole.length == len(whole.text)


async def test_a_step_of_a_kind_we_do_not_know_is_shown_as_such(box: Sandbox) -> None:
    step_id = next(iter(line_of(box, "SaaS founders")["prospectsByStep"]))
    step = {"id": step_id, "number": 1, "name": "Step 1", "type": 7, "absoluteDays": 1, "variants": None}
    sequence_id = line_of(box, "SaaS founders")["id"]
    app = faulty(box, f"GET /sequences/{sequence_id}/steps", says(200, {"payload": [step]}))
    async with context_over(box, app=app) as context:
        view = await GetSequence(sequence="SaaS founders").run(context)
    assert view.steps[0].type == "unknown (7)"


async def test_a_new_sequence_is_paused_and_has_the_senders_and_the_schedule_that_were_named(
    box: Sandbox, context: Context
) -> None:
    made = await CreateSequence(
        title="  Spring  ", accounts=["bo@getlanternworks.example.com", "ada@try"], schedule="mornings, us east"
    ).run(context)
    view = await GetSequence(sequence=made.id).run(context)
    assert (view.title, view.status, view.steps) == ("Spring", "paused", [])
    assert view.schedule == "Mornings, US East (America/New_York)"
    assert made.senders == view.senders
    assert line_of(box, "Spring")["emailAccounts"] == [
        "bo@getlanternworks.example.com",
        "ada@trylanternworks.example.com",
    ]
    assert 'sequence="Spring"' in made.next


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
