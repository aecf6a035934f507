"""The Lead Finder: filters that filter, plain requests, leads that become prospects."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

Ids = Callable[[str, int], str]
Check = Callable[[dict[str, Any]], bool]

PEOPLE: list[tuple[dict[str, Any], Check]] = [
    ({"job_title": {"includes": ["head", "vp"]}}, lambda row: row["job_title"] in {"Head of Operations", "VP Sales"}),
    ({"job_title": {"includes": ["Founder"], "exactMatch": 1}}, lambda row: row["job_title"] == "Founder"),
    ({"location": {"includes": ["denmark"]}}, lambda row: "Denmark" in row["location"]),
    ({"location": {"excludes": ["Denmark", "Poland"]}}, lambda row: not {"Denmark", "Poland"} & {*row["location"]}),
    ({"department": {"includes": ["Sales"]}}, lambda row: row["department"] == "Sales"),
    ({"decision_maker": True}, lambda row: row["decision_maker"]),
    ({"company_size": {"min": "100", "max": "600"}}, lambda row: 100 <= row["company_size"] <= 600),
    ({"total_experience": {"min": "20", "max": ""}}, lambda row: row["total_experience"] >= 20),
    ({"company_funding_date": {"min": "2024"}}, lambda row: row.get("company_funding_date", "") >= "2024"),
    (
        {"skills": {"includes": ["copy"]}, "is_b2b": False},
        lambda row: "Copywriting" in row["skills"] and not row["is_b2b"],
    ),
]
COMPANIES: list[tuple[dict[str, Any], Check]] = [
    ({"company_industry": {"includes": ["software"]}}, lambda row: row["company_industry"] == "Software"),
    ({"ownership_status": "Public"}, lambda row: row["ownership_status"] == "Public"),
    ({"technologies_used": {"includes": ["Zendesk"]}}, lambda row: "Zendesk" in row["technologies_used"]),
    ({"company_founded_year": {"min": "2000", "max": "2010"}}, lambda row: 2000 <= row["company_founded_year"] <= 2010),
    (
        {"company_hq_location": {"includes": ["Spain"]}, "is_b2b": True},
        lambda row: "Spain" in row["company_hq_location"] and row["is_b2b"],
    ),
]


async def found(http: httpx2.AsyncClient, what: str, **filters: Any) -> dict[str, Any]:
    answer = await http.post(f"/search/{what}", json=filters)
    assert answer.status_code == 200, answer.text
    return answer.json()["payload"]


@pytest.mark.parametrize(("filters", "holds"), PEOPLE)
async def test_people_are_filtered(
    http: httpx2.AsyncClient, box: Sandbox, filters: dict[str, Any], holds: Check
) -> None:
    expected = [lead["id"] for lead in box.world.leads.values() if holds(lead["facts"])]
    payload = await found(http, "people", **filters)
    assert 0 < payload["total"] < 120
    assert payload["total"] == len(expected)
    assert [lead["id"] for lead in payload["leads"]] == expected[:25]


@pytest.mark.parametrize(("filters", "holds"), COMPANIES)
async def test_companies_are_filtered(
    http: httpx2.AsyncClient, box: Sandbox, filters: dict[str, Any], holds: Check
) -> None:
    expected = [company["id"] for company in box.world.companies.values() if holds(company["facts"])]
    payload = await found(http, "companies", **filters)
    assert 0 < payload["total"] < 40
    assert [company["id"] for company in payload["companies"]] == expected


async def test_a_filter_on_what_nobody_knows_finds_nobody(http: httpx2.AsyncClient) -> None:
    assert (await found(http, "people", certifications={"includes": ["Any"]}))["total"] == 0
    assert (await found(http, "companies", signalIds=[1]))["total"] == 0
    assert (await found(http, "people", certifications={"includes": []}))["total"] == 120


async def test_pages_hold_25_people_and_there_are_400_pages_at_most(http: httpx2.AsyncClient) -> None:
    everybody = [lead["id"] for page in range(1, 6) for lead in (await found(http, "people", page=page))["leads"]]
    assert len(set(everybody)) == len(everybody) == 120
    assert (await found(http, "people", page=400))["leads"] == []
    assert (await http.post("/search/people", json={"page": 401})).status_code == 400


async def test_so_many_people_of_each_company(http: httpx2.AsyncClient) -> None:
    payload = await found(http, "people", limitPerCompany=1)
    assert payload["total"] == 40
    assert len({lead["organization_domain"] for lead in payload["leads"]}) == 25


async def test_ends_of_ranges_are_texts_of_numbers(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/search/people", json={"company_size": {"min": "ten"}})
    assert answer.json()["message"] == ["company_size.min must be a number string"]
    assert (await http.post("/search/people", json={"company_size": {"min": 10}})).status_code == 400


async def test_the_listed_values_are_ones_that_find_somebody(http: httpx2.AsyncClient) -> None:
    values = (await http.get("/search/filters")).json()["payload"]
    for level in values["management_level"]:
        assert (await found(http, "people", management_level={"includes": [level]}))["total"] > 0
    for industry in values["company_industry"]:
        assert (await found(http, "companies", company_industry={"includes": [industry]}))["total"] > 0


async def test_a_plain_request_is_searched_for(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/leads/ai-chat", json={"query": "operations leads at textile makers in Denmark"})
    payload = answer.json()["payload"]
    same = await found(
        http,
        "people",
        department={"includes": ["Operations"]},
        company_industry={"includes": ["Textile Manufacturing"]},
        company_hq_location={"includes": ["Denmark"]},
    )
    assert (payload["type"], payload["results"]) == ("people", same["leads"])


async def test_a_talk_goes_on_where_it_was(http: httpx2.AsyncClient) -> None:
    begun = (await http.post("/leads/ai-chat", json={"query": "companies in Spain"})).json()["payload"]
    assert begun["type"] == "company"
    body = {"query": "only founders there", "conversationId": begun["conversationId"], "limit": 2}
    payload = (await http.post("/leads/ai-chat", json=body)).json()["payload"]
    same = await found(
        http, "people", management_level={"includes": ["founder"]}, company_hq_location={"includes": ["Spain"]}
    )
    assert payload["conversationId"] == begun["conversationId"]
    assert payload["results"] == same["leads"][:2]


async def test_a_request_that_says_nothing_is_asked_back(http: httpx2.AsyncClient) -> None:
    payload = (await http.post("/leads/ai-chat", json={"query": "hello"})).json()["payload"]
    assert set(payload) == {"conversationId", "agentMessage"}
    answer = await http.post("/leads/ai-chat", json={"query": "hello", "conversationId": "nothing"})
    assert answer.json()["code"] == 4000


async def test_revealed_leads_become_prospects_and_others_are_passed_over_in_silence(
    http: httpx2.AsyncClient, box: Sandbox, sequence_id: Callable[[str], str], step_id: Ids
) -> None:
    people = box.world.enrolments[sequence_id("Q3 launch")]
    before = len(people)
    # The first is known, the second has no email, the third has a risky one, the fourth was not revealed.
    await http.post("/enrich/contact", json={"lead_id": [90401, 90405, 90406]})
    box.clock.advance(10)
    body = {
        "leadIds": [90401, 90405, 90406, 90402, 1],
        "sequenceId": sequence_id("Q3 launch"),
        "stepId": step_id("Q3 launch", 1),
        "newTags": ["spring"],
    }
    answer = await http.post("/leads/bulk-actions/add-to-sequence", json=body)
    assert (answer.status_code, answer.json()["payload"]) == (200, {})
    assert len(people) == before + 1
    prospect = box.world.prospect("freja.holm@alderloom.example.com")
    assert prospect is not None
    assert people[prospect["id"]] == step_id("Q3 launch", 1)
    assert (prospect["tags"], prospect["values"]["Company"]) == (["spring"], "Alderloom")


async def test_leads_of_a_blocked_domain_are_passed_over(
    http: httpx2.AsyncClient, box: Sandbox, sequence_id: Callable[[str], str], step_id: Ids
) -> None:
    await http.post("/blacklist-domains", json={"domains": "alderloom.example.com"})
    await http.post("/enrich/contact", json={"lead_id": [90401]})
    box.clock.advance(10)
    body = {"leadIds": [90401], "sequenceId": sequence_id("Q3 launch"), "stepId": step_id("Q3 launch", 1)}
    assert (await http.post("/leads/bulk-actions/add-to-sequence", json=body)).status_code == 200
    assert box.world.prospect("freja.holm@alderloom.example.com") is None


@pytest.mark.parametrize("change", [{"stepId": "nowhere"}, {"sequenceId": "nowhere"}, {"tagIds": ["nothing"]}])
async def test_leads_need_a_step_and_tags_that_exist(
    http: httpx2.AsyncClient, sequence_id: Callable[[str], str], step_id: Ids, change: dict[str, Any]
) -> None:
    body = {"leadIds": [90401], "sequenceId": sequence_id("Q3 launch"), "stepId": step_id("Q3 launch", 1), **change}
    answer = await http.post("/leads/bulk-actions/add-to-sequence", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 4000)
