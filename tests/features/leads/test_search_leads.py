"""Searching the Lead Finder: filters, values of lists, pages, and the price of what comes next."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING
from saleshandy_mcp.core.errors import Broken, Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.leads.credits import amount
from saleshandy_mcp.features.leads.places import in_full
from saleshandy_mcp.features.leads.search_leads import LeadLine, LeadList, SearchLeads, size_of
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.kit import context_over, faulty, posts, says

SENTENCES = ["Find heads of marketing at software companies in Germany", "Search the lead finder for CTOs in Paris"]
EXAMPLES: dict[str, dict[str, Any]] = {"search_leads": {"job_titles": ["Founder"], "locations": ["Denmark"]}}

SEARCH = "POST /search/people"
VALUES = "GET /search/filters"


async def searched(context: Context, **given: Any) -> LeadList:
    found = await SearchLeads(**given).run(context)
    assert isinstance(found, LeadList)
    return found


async def refused(context: Context, **given: Any) -> str:
    with pytest.raises(Mistake) as refusal:
        await searched(context, **given)
    return f"{refusal.value.wrong}. {refusal.value.remedy}"


def facts(box: Sandbox, found: LeadList) -> list[dict[str, Any]]:
    return [box.world.leads[int(it.id)]["facts"] for it in found.leads]


def test_searching_only_reads() -> None:
    assert SearchLeads.effects == READING


@pytest.mark.parametrize(
    ("given", "fact", "allowed"),
    [
        ({"job_titles": ["founder", "VP"]}, "job_title", {"Founder", "VP Sales"}),
        ({"levels": ["vp"]}, "management_level", {"vp"}),
        ({"industries": ["software"]}, "company_industry", {"Software"}),
        ({"industries": ["Textile", "Retail"]}, "company_industry", {"Textile Manufacturing", "Retail"}),
        ({"companies": ["alder"]}, "company_name", {"Alderloom", "Alderworks", "Alderfreight", "Alderdesk"}),
        ({"companies": ["duneloom.example.com"]}, "company_name", {"Duneloom"}),
    ],
)
async def test_only_people_who_fit_are_found(
    box: Sandbox, context: Context, given: dict[str, Any], fact: str, allowed: set[str]
) -> None:
    found = await searched(context, **given)
    assert found.leads
    assert {it[fact] for it in facts(box, found)} <= allowed | {"Aldercraft"}


async def test_places_and_keywords_narrow_a_search_together(box: Sandbox, context: Context) -> None:
    found = await searched(context, locations=["Denmark", "Berlin"], keywords=["onboarding"])
    assert found.leads
    for it in facts(box, found):
        assert {"Denmark", "Berlin"} & set(it["location"])
        assert "onboarding" in it["keywords"]


@pytest.mark.parametrize(
    ("employees", "least", "most"),
    [("50-200", 50, 200), (" 12 - 35 ", 12, 35), ("500+", 500, 10**9), ("80-80", 80, 80)],
)
async def test_a_company_size_is_a_range(box: Sandbox, context: Context, employees: str, least: int, most: int) -> None:
    found = await searched(context, employees=employees)
    assert found.leads
    assert all(least <= it["company_size"] <= most for it in facts(box, found))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"job_titles": [" "], "employees": ""},
            "nothing to search for was given. Give at least one of job_titles, levels, locations",
        ),
        ({"locations": ["Germny"]}, 'locations[0]: nothing is called "Germny". There is: Germany'),
        ({"locations": ["Berlin", "Atlantis"]}, 'locations[1]: nothing is called "Atlantis"'),
        ({"employees": "many"}, 'employees: "many" is no range. Write it like "50-200" or "500+"'),
        ({"employees": "200-50"}, 'employees: "200-50" ends before it begins'),
        ({"companies": ["Alderloom", "duneloom.example.com"]}, "companies: names and domains together would find"),
        ({"industries": ["Sofware"]}, 'industries[0]: nothing is called "Sofware". There is: Software'),
        ({"levels": ["vp", "e"]}, 'levels[1]: "e" fits'),
    ],
)
async def test_what_could_find_nobody_is_refused_before_the_search(
    box: Sandbox, context: Context, given: dict[str, Any], words: str
) -> None:
    assert (await refused(context, **given)).startswith(words)
    assert posts(box, SEARCH) == 0


@given(st.text(max_size=12))
def test_a_company_size_is_a_range_or_a_mistake(employees: str) -> None:
    try:
        ends = size_of(employees)
    except Mistake:
        return
    assert not employees.strip() or ends.keys() <= {"min", "max"}
    assert all(re.fullmatch(r"\d+", end) for end in ends.values())


async def test_values_of_lists_are_asked_for_only_where_they_matter(box: Sandbox, context: Context) -> None:
    await searched(context, job_titles=["Founder"])
    assert posts(box, VALUES) == 0
    await searched(context, levels=["founder"])
    await searched(context, industries=["Retail"])
    assert posts(box, VALUES) == 1


@pytest.mark.parametrize(
    "fault", [says(404, {"message": "no such path"}), says(200, {"payload": ["Retail"]}), says(200, {"payload": {}})]
)
async def test_values_go_out_as_they_are_where_no_list_is_told(box: Sandbox, fault: Any) -> None:
    async with context_over(box, app=faulty(box, VALUES, fault)) as context:
        found = await searched(context, industries=["Retail"])
    assert {it["company_industry"] for it in facts(box, found)} == {"Retail"}


async def test_the_next_page_goes_on_with_the_same_filters(context: Context) -> None:
    first = await searched(context, industries=["retail"], employees="1+", job_titles=["e"])
    everybody = await searched(context, employees="1+")
    assert (len(everybody.leads), everybody.total) == (25, 120)
    assert everybody.next == NextCall.of("search_leads", employees="1+", page=2)
    assert '\nMore: search_leads(employees="1+", page=2)\n' in text_of(everybody)
    second = await searched(context, employees="1+", page=2)
    assert not {it.id for it in everybody.leads} & {it.id for it in second.leads}
    last = await searched(context, employees="1+", page=5)
    assert (len(last.leads), last.next) == (20, None)
    assert first.filters == {"job_titles": "e", "industries": "Retail", "employees": "1+"}


async def test_an_answer_says_what_revealing_costs_and_how_to_do_it(context: Context) -> None:
    found = await searched(context, job_titles=["Founder"])
    text = text_of(found)
    assert text.startswith(
        "17 leads for job_titles Founder (page 1 of 1)\nAstrid Bjerre [90403] · Founder · Alderloom ("
    )
    assert "about 1 credit each, 7 with phone, a miss nothing; 150 credits are left" in text
    assert text.endswith('enrich_leads(leads=["90403", "90410", "90417", "90424", "90431"])')


async def test_credits_that_cannot_be_read_do_not_spoil_a_search(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, "GET /credits", says(403, {"message": "not yours"}))) as context:
        found = await searched(context, job_titles=["Founder"])
    assert found.credits_left is None
    assert "how many are left is not known" in text_of(found)


async def test_a_search_that_breaks_is_told(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, SEARCH, says(500, {"message": "broken"}))) as context:
        with pytest.raises(Broken):
            await searched(context, job_titles=["Founder"])


async def test_an_answer_that_tells_little_is_told_as_it_is(box: Sandbox) -> None:
    answer = {"payload": {"data": [{"id": 7, "location": "Berlin,\nGermany\u202e"}]}}
    async with context_over(box, app=faulty(box, SEARCH, says(200, answer))) as context:
        found = await searched(context, job_titles=["Founder"])
    text = text_of(found)
    assert text.startswith("1 lead for job_titles Founder (page 1; the API tells no total)\n[7] · Berlin, Germany\n")
    assert LeadList.untrusted


async def test_nobody_is_an_answer_too(context: Context) -> None:
    text = text_of(await searched(context, job_titles=["Founder"], companies=["zebra"]))
    assert text == "No lead fits job_titles Founder; companies zebra.\nFewer or wider filters find more."
    assert text_of(await searched(context, job_titles=["Founder"], page=9)) == "Page 9 is empty; page 1 is the last."


def test_a_lead_with_nothing_but_an_id_is_a_line() -> None:
    view = LeadList(
        leads=[LeadLine(id="7")], total=1, page=1, filters={"levels": "vp"}, reveal=NextCall.of("enrich_leads")
    )
    assert "\n[7]\n" in text_of(view)


@pytest.mark.parametrize(("number", "text"), [(150.0, "150"), (0.0, "0"), (1204.5, "1,204.5"), (100.1, "100.1")])
def test_credits_read_like_money(number: float, text: str) -> None:
    assert amount(number) == text


async def test_a_country_may_be_called_by_any_of_its_names(box: Sandbox, context: Context) -> None:
    found = await searched(context, locations=["deutschland", "USA"])
    assert found.filters == {"locations": "Germany, United States"}
    assert {it["location"][1] for it in facts(box, found)} == {"Germany", "United States"}
    assert "The API does not tell where each lead is; all fit the places you asked for." in text_of(found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("USA", "United States"), (" the  UK ", "United Kingdom"), ("u.k.", "United Kingdom"), ("Oslo", "Oslo")],
)
def test_names_of_countries_are_written_in_full(written: str, meant: str) -> None:
    assert in_full(written) == meant


async def test_without_filters_credits_and_prices_are_told(box: Sandbox, context: Context) -> None:
    told = await SearchLeads().run(context)
    assert text_of(told) == (
        "Credits: 150 left, 0 used today, 29 used this month\n"
        "Prices, about: searching leads and companies nothing, a work email 1, an email with phone 7, a company 0.1, "
        "a miss nothing\n"
        'Next: search_leads(job_titles=["…"])'
    )
    assert posts(box, SEARCH) == 0
