"""Senders, statistics and leads: what takes several calls, from its beginning to its end."""

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.operation import every
from saleshandy_mcp.api.resources.analytics import GetConsolidatedStats
from saleshandy_mcp.api.resources.email_accounts import ConnectEmailAccounts, GetEmailAccountConnectStatus
from saleshandy_mcp.api.resources.enrichment import EnrichContacts, GetCredits, GetEnrichmentResult, GetEnrichmentStatus
from saleshandy_mcp.api.resources.lead_search import SearchPeople
from saleshandy_mcp.sandbox import Sandbox
from tests.contract.calls_supply import ANN, sequence
from tests.contract.calls_supply import leads as some_leads


async def test_an_enrichment_is_followed_to_what_it_found_and_cost(box: Sandbox, api: Saleshandy) -> None:
    before = await api.send(GetCredits())
    started = await api.send(EnrichContacts(lead_id=some_leads(box.world)))
    assert not (await api.send(GetEnrichmentStatus(request_id=started.request_id))).finished
    box.clock.advance(60)
    job = await api.send(GetEnrichmentStatus(request_id=started.request_id))
    found = await api.send(GetEnrichmentResult(request_id=started.request_id))
    after = await api.send(GetCredits())
    assert job.finished
    assert len([person for person in found.results if person.addresses]) == job.succeeded
    assert (before.total_credits or 0) - (after.total_credits or 0) == job.credits_charged


async def test_connecting_is_followed_to_its_report(box: Sandbox, api: Saleshandy) -> None:
    started = await api.send(ConnectEmailAccounts(accounts=[ANN, ANN.model_copy(update={"smtp_host": "nowhere"})]))
    box.clock.advance(60)
    status = await api.send(GetEmailAccountConnectStatus(request_id=started.request_id))
    assert status.is_completed
    assert status.report_url is not None
    assert ANN.smtp_email_address in await api.download(status.report_url)


async def test_the_moments_of_all_mails_can_be_read(box: Sandbox, api: Saleshandy) -> None:
    window = {"start_date": "2026-01-01", "end_date": "2026-12-31", "sequence_ids": [sequence(box.world)]}
    rows = [row async for row in every(api, GetConsolidatedStats.model_validate(window))]
    assert rows
    assert all(row.at("email_sent") for row in rows)
    assert all((row.at("replied") is not None) == (row.replied == "Yes") for row in rows)


async def test_a_search_ends_with_its_last_page(api: Saleshandy) -> None:
    first = await api.send(SearchPeople())
    found = [lead.id async for lead in every(api, SearchPeople())]
    assert len(found) == len(set(found)) == first.total
