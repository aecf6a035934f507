"""Checking people and domains: whom we know, and whom nobody may write to."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Broken, Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.do_not_contact.add_to_dnc import entry
from saleshandy_mcp.features.prospects.checked_people import Checked, CheckedList
from saleshandy_mcp.features.prospects.find_prospects import FindProspects, ProspectList
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.action_tool import text_of
from saleshandy_mcp.store.selections import Selections
from tests.kit import Fault, context_over, faulty, new_box, posts, says

SENTENCES = [
    "Do we already have jo.keller@customer.example.com as a prospect?",
    "Is acme.example.com on our do-not-contact list?",
    "Find the prospect named Keller",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "find_prospects": {"query": "keller"},
    "find_prospects_where": {"where": ["sequence=Q3 launch", "opened=4", "replied=no"]},
    "find_prospects_check": {"check": ["anton.brandt@marrowby.example.com", "pinewharf.example.com"]},
}

LISTS, ITEMS, SEARCH = "GET /dnc", "GET /dnc/{dncListId}", "GET /dnc/item/search"
PEOPLE = "GET /prospects"
OURS, ASKED = "Customers and partners", "Asked us not to write"
CARMEN = "carmen.molina@starquay.example.com"
BROKEN = says(500, {"error": True, "code": 5001, "message": "Not today"})


async def checked(context: Context, *items: str) -> CheckedList:
    told = await FindProspects(check=list(items)).run(context)
    assert isinstance(told, CheckedList)
    return told


async def only(context: Context, item: str) -> Checked:
    (line,) = (await checked(context, item)).checked
    return line


def grown(box: Sandbox, name: str, values: list[str]) -> None:
    """A list with many entries more."""
    dnc_list = next(row for row in box.world.dnc_lists.values() if row["name"] == name)
    for value in values:
        row: Row = {
            "id": value,
            "value": value,
            "type": "email" if "@" in value else "domain",
            "createdAt": "2026-01-01",
        }
        box.world.dnc_items[value] = {**row, "addedBy": "Ada Example", "dncListId": dnc_list["id"]}


async def test_a_person_we_know_is_told_with_id_name_and_verification(context: Context) -> None:
    line = await only(context, f" {CARMEN.upper()} ")
    (person,) = line.examples
    assert (line.item, line.stored, person.email, person.name) == (CARMEN, 1, CARMEN, "Carmen Molina")
    assert (person.verification, line.dnc, line.dnc_known) == ("bad", [], True)


@pytest.mark.parametrize(
    ("item", "lists", "by"),
    [
        ("wharfside.example.com", [OURS], "wharfside.example.com"),
        ("@wharfside.example.com", [OURS], "wharfside.example.com"),
        ("jo@wharfside.example.com", [OURS], "wharfside.example.com"),
        ("stop@saltmeadow.example.com", [ASKED], "stop@saltmeadow.example.com"),
        ("go@saltmeadow.example.com", [], ""),
        ("saltmeadow.example.com", [], ""),
        ("mail.wharfside.example.com", [], ""),
        ("side.example.com", [], ""),
    ],
)
@pytest.mark.parametrize("long", [False, True])
async def test_a_do_not_contact_list_holds_an_address_by_itself_or_by_its_domain(
    box: Sandbox, context: Context, item: str, lists: list[str], by: str, *, long: bool
) -> None:
    if long:
        grown(box, OURS, [f"p{number}@elsewhere.example.com" for number in range(150)])
    line = await only(context, item)
    assert [(it.dnc_list, it.entry) for it in line.dnc] == [(name, by) for name in lists]
    assert line.dnc_known
    # Two lists are two calls; one domain is one search.
    assert (posts(box, ITEMS), posts(box, SEARCH)) == (0, 1)


async def test_what_stands_on_two_lists_is_told_with_both(box: Sandbox, context: Context) -> None:
    grown(box, ASKED, ["sam@oldpartner.example.com", "oldpartner.example.com"])
    line = await only(context, "sam@oldpartner.example.com")
    assert {(it.dnc_list, it.entry) for it in line.dnc} == {
        (OURS, "sam@oldpartner.example.com"),
        (ASKED, "sam@oldpartner.example.com"),
        (ASKED, "oldpartner.example.com"),
    }


async def test_short_lists_are_read_whole_where_that_takes_fewer_calls(box: Sandbox, context: Context) -> None:
    told = await checked(context, *(f"jo@firm{number}.example.com" for number in range(19)), "a@pinewharf.example.com")
    assert (posts(box, ITEMS), posts(box, SEARCH), posts(box, PEOPLE)) == (2, 0, 20)
    assert [bool(line.dnc) for line in told.checked] == [False] * 19 + [True]


async def test_a_search_that_finds_many_is_asked_again_more_closely(box: Sandbox, context: Context) -> None:
    grown(box, OURS, [f"p{number}@crowd.example.com" for number in range(120)])
    box.world.dnc_items.pop("p7@crowd.example.com")
    told = await checked(context, "p7@crowd.example.com", "p8@crowd.example.com")
    assert [bool(line.dnc) for line in told.checked] == [False, True]
    assert posts(box, SEARCH) == 4


async def test_a_domain_is_told_with_how_many_people_and_the_first_of_them(context: Context) -> None:
    told = await checked(context, "starquay.example.com")
    (line,) = told.checked
    assert (line.stored, len(line.examples), line.at_least) == (13, 3, False)
    assert line.next == NextCall.of("find_prospects", query="@starquay.example.com")
    assert 'all: find_prospects(query="@starquay.example.com")' in text_of(told)
    assert "starquay.example.com: 13 stored: " in text_of(told)
    assert all(f"{person.email} [{person.id}]" in text_of(told) for person in line.examples)


async def test_more_people_than_one_page_are_told_as_at_least(box: Sandbox, context: Context) -> None:
    first = next(iter(box.world.prospects.values()))
    for number in range(101):
        box.world.add_prospect({**first, "id": f"more{number}", "email": f"p{number}@many.example.com"})
    told = await checked(context, "many.example.com")
    assert told.checked[0].at_least
    assert "100 or more stored" in text_of(told)


async def test_somebody_unknown_and_unlisted_is_told_so(context: Context) -> None:
    told = await checked(context, "nobody@acme.example.com")
    assert text_of(told) == (
        "1 checked: 0 stored, 0 on a do-not-contact list\nnobody@acme.example.com: not stored · on no DNC list"
    )


@pytest.mark.parametrize("call", [LISTS, SEARCH])
async def test_where_no_list_can_be_read_nobody_is_said_to_be_on_none(box: Sandbox, call: str) -> None:
    grown(box, OURS, [f"p{number}@elsewhere.example.com" for number in range(150)])
    async with context_over(box, app=faulty(box, call, BROKEN)) as context:
        told = await checked(context, CARMEN, "stop@saltmeadow.example.com")
    assert [(line.dnc, line.dnc_known) for line in told.checked] == [([], False)] * 2
    assert text_of(told).count("DNC: NOT KNOWN") == 2
    assert "no DNC list" not in text_of(told)


async def test_a_list_that_cannot_be_read_is_named_and_leaves_open_who_is_not_on_the_others(box: Sandbox) -> None:
    broken = next(row["id"] for row in box.world.dnc_lists.values() if row["name"] == ASKED)
    async with context_over(box, app=faulty(box, f"GET /dnc/{broken}", BROKEN)) as context:
        told = await checked(context, CARMEN, "wharfside.example.com", "a@b.example.com")
    assert told.unread_lists == [ASKED]
    assert [(bool(line.dnc), line.dnc_known) for line in told.checked] == [
        (False, False),
        (True, False),
        (False, False),
    ]
    assert f"could not be read: {ASKED}" in text_of(told)
    assert "3 checked: 1 stored, 1 on a do-not-contact list, 2 not settled" in text_of(told)


async def test_what_the_rate_limit_leaves_open_is_told_as_not_known() -> None:
    box = new_box(limits=True)
    addresses = [row["email"] for row in box.world.prospects.values()][:20]
    async with context_over(box) as context:
        for _ in range(10):
            await FindProspects().run(context)
        told = await checked(context, *addresses)
        assert [line.stored for line in told.checked] == [1] * 10 + [None] * 10
        assert "check it again in a minute" in text_of(told)
        box.clock.advance(61)
        again = await checked(context, *addresses)
    assert all(line.stored == 1 and line.dnc_known for line in again.checked)


async def test_one_refused_search_leaves_the_others_standing(box: Sandbox) -> None:
    no = says(400, {"error": True, "code": 4000, "message": "No"})
    async with context_over(box, app=faulty(box, PEOPLE, no, after=1, times=1)) as context:
        told = await checked(context, CARMEN, "a@b.example.com", CARMEN.replace("carmen", "c"))
    assert [line.stored for line in told.checked] == [1, None, 0]


@pytest.mark.parametrize("fault", [BROKEN])
async def test_where_nobody_can_be_looked_up_the_call_fails(box: Sandbox, fault: Fault) -> None:
    async with context_over(box, app=faulty(box, PEOPLE, fault)) as context:
        with pytest.raises(Broken):
            await checked(context, CARMEN)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"check": ["Jo Doe", "a@b.example.com", "x"]}, r'check\[0\] "Jo Doe", check\[2\] "x"'),
        ({"check": []}, "empty"),
        ({"check": ["a.example.com"], "query": "a"}, "query, where or page"),
        ({"check": ["a.example.com"], "page": 2}, "query, where or page"),
    ],
)
async def test_what_cannot_be_checked_is_refused_before_anything_is_asked(
    box: Sandbox, context: Context, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(Mistake, match=words):
        await FindProspects(**arguments).run(context)
    assert box.state()["requests"] == {}


async def test_five_hundred_addresses_are_checked_by_few_calls_and_those_that_are_stored_get_a_handle(
    box: Sandbox, context: Context
) -> None:
    stored = [row["email"] for row in box.world.prospects.values()][:120]
    grown(box, ASKED, [stored[0], "nobody7@lake.example.com"])
    told = await checked(context, *(f"nobody{number}@lake.example.com" for number in range(380)), *stored)
    (listed,) = [it.item for it in told.checked if it.item.endswith("@lake.example.com")]
    blocked = sum(email in box.world.do_not_contact() for email in stored) + 1
    assert (told.number, told.stored, told.blocked, told.unsettled) == (500, 120, blocked, 0)
    assert listed == "nobody7@lake.example.com"
    members = context.service(Selections).members("people", told.handle)
    assert [it.email for it in members] == stored
    assert posts(box, "POST /prospects/verification-status") == 3
    assert posts(box, PEOPLE) == 0


async def test_what_a_long_list_leaves_open_is_told_with_the_call_that_goes_on(context: Context) -> None:
    domains = [f"lake{number}.example.com" for number in range(25)]
    told = await checked(context, *domains, "jo@lake.example.com")
    assert (told.number, told.unsettled) == (26, 7)
    assert told.again == NextCall.of("find_prospects", check=domains[18:])


async def named(context: Context, query: str) -> ProspectList:
    told = await FindProspects(query=query).run(context)
    assert isinstance(told, ProspectList)
    return told


@pytest.mark.parametrize("query", ["Greta Keller", "keller greta", " GRETA  keller "])
async def test_somebody_is_found_by_both_names_together(box: Sandbox, context: Context, query: str) -> None:
    told = await named(context, query)
    assert [it.email for it in told.prospects] == ["greta.keller@mirelle.example.com"]
    assert told.next is None
    assert posts(box, PEOPLE) == 2


async def test_of_more_people_with_a_name_than_were_looked_through_the_others_can_be_seen(
    box: Sandbox, context: Context
) -> None:
    for number in range(120):
        values = {"First Name": f"F{number}", "Last Name": "Kelleroy"}
        stored = row_of(box, f"kelleroy{number}@example.com", values)
        box.world.add_prospect(stored)
    told = await named(context, "Zoe Kelleroy")
    assert text_of(told) == 'Nobody fits.\nMore: find_prospects(query="Kelleroy")'


def row_of(box: Sandbox, email: str, values: dict[str, str]) -> Row:
    """Somebody new who is like somebody stored, but for address and name."""
    like = next(iter(box.world.prospects.values()))
    return {**like, "id": email.partition("@")[0], "email": email, "values": values}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" Jo@Acme.Example.com ", "jo@acme.example.com"),
        ("@acme.example.com", "acme.example.com"),
        ("xn--bcher-kva.example.com", "b\u00fccher.example.com"),
        ("jo@B\u00fccher.example.com", "jo@b\u00fccher.example.com"),
        *(
            (bad, None)
            for bad in ("", "acme", "a@b", "a b@acme.example.com", "https://acme.example.com", "-a.example.com")
        ),
        *(
            (bad, None)
            for bad in ("10.0.0.1", "a@@acme.example.com", "acme..example.com", "acme.example.com/x", "*.com")
        ),
    ],
)
def test_an_entry_is_an_address_or_a_domain(text: str, value: str | None) -> None:
    assert entry(text) == value
