"""Putting addresses and domains on a do-not-contact list: agreed to, once, and looked at afterwards."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Broken, Interrupted, Mistake, Rejected
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.do_not_contact.add_to_dnc import AddToDnc, DncReport
from saleshandy_mcp.policy.effects import judge
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.questions import bound, question_of, through_the_gate, words
from tests.kit import Fault, context_over, faulty, lost, new_box, posts, says, unreachable

SENTENCES = ["Never contact anybody at acme.example.com again", "Put this address on the DNC list"]
EXAMPLES: dict[str, dict[str, Any]] = {
    "add_to_dnc_preview": {"items": ["jo@acme.example.com", "gmail.com"], "dnc_list": "Asked us not to write"}
}

ADD, ITEMS = "POST /dnc", "GET /dnc/{dncListId}"
OURS, ASKED = "Customers and partners", "Asked us not to write"
NEW = ["jo@acme.example.com", "blocked.example.com"]
THERE = "stop@saltmeadow.example.com"
BROKEN = says(500, {"error": True, "code": 5001, "message": "Not today"})


def on(box: Sandbox, name: str = ASKED) -> set[str]:
    dnc_list = next(row for row in box.world.dnc_lists.values() if row["name"] == name)
    return {row["value"] for row in box.world.dnc_items.values() if row["dncListId"] == dnc_list["id"]}


def lengthened(box: Sandbox, number: int) -> None:
    dnc_list = next(row for row in box.world.dnc_lists.values() if row["name"] == ASKED)
    for place in range(number):
        row: Row = {"id": f"i{place}", "value": f"p{place}@long.example.com", "type": "email", "addedBy": "Ada Example"}
        box.world.dnc_items[row["id"]] = {**row, "createdAt": "2026-01-01", "dncListId": dnc_list["id"]}


def adding(*items: str) -> AddToDnc:
    return AddToDnc(items=list(items), dnc_list=ASKED)


async def asked(context: Context, *items: str) -> str:
    """The question as a model reads it."""
    return words(await question_of(context, adding(*items)))


async def agreement(context: Context, *items: str) -> str:
    """What an agreement to adding these is bound to."""
    return bound(await question_of(context, adding(*items)))


async def added(context: Context, *items: str) -> DncReport:
    return await through_the_gate(context, adding(*items))


async def test_it_is_asked_for_first_and_nothing_happens_before_it_is_carried_out(
    box: Sandbox, context: Context
) -> None:
    before, other = on(box), on(box, OURS)
    prepared = await AddToDnc(
        items=[" Jo@Acme.example.com", "@blocked.example.com", NEW[0], THERE], dnc_list=ASKED.upper()
    ).prepare(context)
    assert prepared.effects == {Effect.DELETE}
    assert judge(prepared, frozenset(Effect))
    assert (on(box), posts(box, ADD)) == (before, 0)
    told = await prepared.execute()
    assert (told.added, told.items, told.already, told.already_items) == (2, NEW, 1, [THERE])
    assert (told.seen, told.unseen) == (True, [])
    assert (on(box), on(box, OURS)) == (before | set(NEW), other)
    assert posts(box, ADD) == 1


async def test_the_question_names_list_entries_and_what_is_there_already(box: Sandbox, context: Context) -> None:
    id_ = next(row["id"] for row in box.world.dnc_lists.values() if row["name"] == ASKED)
    assert (await asked(context, *NEW, THERE)).splitlines() == [
        "Put these on the do-not-contact list?",
        f'- list: "{ASKED} [{id_}]"',
        '- 1 domain, the whole domain: "blocked.example.com"',
        '- 1 address: "jo@acme.example.com"',
        '- on it already: "1", they stay',
        "On yes nobody there is mailed any more. Only the web app can take them off again.",
    ]


async def test_a_long_question_shows_the_first_and_is_about_all(context: Context) -> None:
    items = [f"p{number}@acme.example.com" for number in range(200)]
    text = await asked(context, *items)
    assert "- 200 addresses (" in text
    assert "    | p0@acme.example.com, p1@acme.example.com" in text
    assert "more characters, digest " in text
    assert await agreement(context, *items) != await agreement(context, *items[:-1], "p200@acme.example.com")


@pytest.mark.parametrize("changed", [[NEW[0]], ["joe@acme.example.com", NEW[1]], [*NEW, "c.example.com"]])
async def test_an_agreement_is_about_these_entries(context: Context, changed: list[str]) -> None:
    assert await agreement(context, *NEW) != await agreement(context, *changed)


@pytest.mark.parametrize(
    ("item", "warning"),
    [
        ("gmail.com", '- warning: "gmail.com", a free-mail provider: everybody with an address there is blocked'),
        ("lanternworks.example.com", '- warning: "lanternworks.example.com", our own'),
        ("ada@lanternworks.example.com", '- warning: "ada@lanternworks.example.com", our own'),
        ("acme.example.com", ""),
        ("zoe@lanternworks.example.com", ""),
    ],
)
async def test_what_would_block_too_many_or_ourselves_is_warned_of(context: Context, item: str, warning: str) -> None:
    text = await asked(context, item)
    assert (warning in text) if warning else ("warning" not in text)


async def test_where_all_are_there_nothing_is_asked_and_nothing_sent(box: Sandbox, context: Context) -> None:
    prepared = await AddToDnc(items=[THERE], dnc_list=ASKED).prepare(context)
    assert (prepared.question, prepared.effects) == (None, READING)
    assert "1 (stop@saltmeadow.example.com) on it already" in text_of(await prepared.execute())
    assert posts(box, ADD) == 0


async def test_the_answer_says_what_was_added_and_seen(context: Context) -> None:
    told = await added(context, *NEW, THERE)
    first, second = text_of(told).splitlines()
    place = f'the do-not-contact list "{ASKED}" [{told.id}]'
    assert first == f"Added 2 entries to {place}, and seen there: jo@acme.example.com, blocked.example.com"
    assert second == f"On it already: 1 ({THERE})"


async def test_one_list_needs_no_name_and_of_several_the_candidates_are_told(box: Sandbox, context: Context) -> None:
    with pytest.raises(Mistake, match=f'there are 2: .*"{ASKED}"'):
        await AddToDnc(items=NEW).prepare(context)
    with pytest.raises(Mistake, match='nothing is called "Asked"'):
        await AddToDnc(items=NEW, dnc_list="Asked").prepare(context)
    box.world.dnc_lists.pop(next(id_ for id_, row in box.world.dnc_lists.items() if row["name"] == OURS))
    assert (await AddToDnc(items=NEW).run(context)).dnc_list == ASKED
    box.world.dnc_lists.clear()
    with pytest.raises(Mistake, match="no do-not-contact list yet"):
        await AddToDnc(items=NEW).prepare(context)


@pytest.mark.parametrize(
    ("items", "wrong"),
    [
        ([], "empty"),
        ([NEW[0], "Jo Doe", "https://a.example.com"], r'items\[1\] "Jo Doe", items\[2\] "https:'),
        (["x"] * 200, "and 180 more: neither"),
    ],
)
async def test_what_is_neither_address_nor_domain_stops_all_before_anything_is_asked(
    box: Sandbox, context: Context, items: list[str], wrong: str
) -> None:
    with pytest.raises(Mistake, match=wrong):
        await AddToDnc(items=items, dnc_list=ASKED).prepare(context)
    assert box.state()["requests"] == {}


async def test_a_lost_answer_is_settled_by_looking(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, ADD, lost)) as context:
        told = await added(context, *NEW)
    assert (told.added, told.seen, posts(box, ADD)) == (2, True, 1)


@pytest.mark.parametrize(
    ("fault", "error"), [(BROKEN, Broken), (says(400, {"error": True, "code": 4000, "message": "No"}), Rejected)]
)
async def test_what_was_not_done_is_never_told_as_done(box: Sandbox, fault: Fault, error: type[Exception]) -> None:
    before = on(box)
    async with context_over(box, app=faulty(box, ADD, fault)) as context:
        with pytest.raises(error):
            await added(context, *NEW)
    assert on(box) == before


async def test_a_lost_answer_that_cannot_be_settled_stays_unknown(box: Sandbox) -> None:
    both = faulty(box, ADD, lost)
    reads = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal reads
        reads += scope["path"].startswith("/v1/dnc/")
        await (unreachable() if reads > 1 and scope["path"].startswith("/v1/dnc/") else both(scope, receive, send))

    async with context_over(box, app=app) as context:
        with pytest.raises(Interrupted):
            await added(context, *NEW)
    assert posts(box, ADD) == 1


async def test_what_was_accepted_and_is_not_seen_is_told(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, ADD, says(200, {"message": "Items added"}))) as context:
        told = await added(context, *NEW)
    assert (told.seen, told.unseen) == (False, NEW)
    assert "NOT SEEN" in text_of(told)
    assert NextCall.for_model(told.next) in text_of(told)
    assert not text_of(told).startswith("Added")


async def test_a_list_of_some_pages_is_read_whole(box: Sandbox, context: Context) -> None:
    lengthened(box, 450)
    told = await added(context, *(f"p{number}@long.example.com" for number in range(440, 460)))
    assert (told.already, told.added, told.seen) == (10, 10, True)


async def test_of_a_long_list_a_few_entries_are_searched_for(box: Sandbox, context: Context) -> None:
    lengthened(box, 2000)
    told = await added(context, "p1500@long.example.com", *NEW)
    assert (told.already, told.added, told.seen) == (1, 2, True)
    assert posts(box, ITEMS) == 4 + 3


async def test_of_a_long_list_many_entries_are_not_looked_up_and_that_is_told(box: Sandbox, context: Context) -> None:
    lengthened(box, 2000)
    items = [f"p{number}@acme.example.com" for number in range(30)]
    assert "was not looked up" in await asked(context, *items)
    told = await added(context, *items)
    assert (told.already, told.added, told.seen, told.unseen) == (None, 30, False, [])
    assert "was not read afterwards" in text_of(told)
    assert set(items) <= on(box)


async def test_looking_agreeing_and_adding_stays_within_the_limits() -> None:
    box = new_box(limits=True)
    lengthened(box, 2000)
    began = box.clock.seconds()
    async with context_over(box) as context:
        await asked(context, *(f"p{number}@acme.example.com" for number in range(30)))
        await added(context, *(f"p{number}@acme.example.com" for number in range(30)))
    assert box.clock.seconds() == began
