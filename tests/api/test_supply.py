"""Senders, statistics, domains and leads: what is refused before it is sent, what a call does, odd answers."""

from typing import Any

import pytest
from pydantic import ValidationError

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.analytics import ExportEmailSentDetails, GetConsolidatedStats, GetTeamStats
from saleshandy_mcp.api.resources.blacklist import AddBlacklistDomains
from saleshandy_mcp.api.resources.domains import (
    DeleteDomain,
    GenerateMailboxNames,
    PurchaseDomain,
    RevokeDomain,
    UploadDomainProfilePicture,
)
from saleshandy_mcp.api.resources.email_accounts import (
    BulkUpdateEmailAccounts,
    ConnectEmailAccounts,
    ConnectSmtpImapAccount,
    ReconnectEmailAccounts,
)
from saleshandy_mcp.api.resources.enrichment import EnrichCompanies, EnrichContacts
from saleshandy_mcp.api.resources.lead_filters import LookAlike, ScoreChange
from saleshandy_mcp.api.resources.lead_search import SearchCompanies, SearchLeadsWithAi, SearchPeople
from saleshandy_mcp.api.resources.leads import (
    AddLeadsToSequence,
    CreateLeadsToEmailFromCsv,
    CreateLeadsToEmailFromDomains,
)
from saleshandy_mcp.core.effects import Effect, effects_of
from saleshandy_mcp.core.uploads import Upload

Arguments = dict[str, Any]

HOOK = "https://hooks.lantern.example.com/result"
SECRET = "open-sesame"
ACCOUNT: Arguments = {
    "email_service_provider": "other",
    "from_first_name": "Ann",
    "from_last_name": "Sample",
    **{f"{protocol}_email_address": "ann@new.example.com" for protocol in ("smtp", "imap")},
    **{f"{protocol}_user_name": "ann" for protocol in ("smtp", "imap")},
    **{f"{protocol}_password": SECRET for protocol in ("smtp", "imap")},
    **{f"{protocol}_host": "mail.new.example.com" for protocol in ("smtp", "imap")},
    **{f"{protocol}_port": 993 for protocol in ("smtp", "imap")},
    **{f"{protocol}_encryption": "ssl" for protocol in ("smtp", "imap")},
}
SERVER: Arguments = {
    "email_address": "ann@new.example.com",
    "password": SECRET,
    "host": "mail.new.example.com",
    "port": 993,
    "encryption": "SSL",
}
SINGLE: Arguments = {
    "email_service_provider": "gmail",
    "from_name": "Ann Sample",
    "from_first_name": "Ann",
    "from_last_name": "Sample",
    "payload": {"smtp": SERVER | {"user_name": "ann"}, "imap": SERVER},
}
ORDER: Arguments = {
    "domain_owner_firstname": "Ann",
    "domain_owner_lastname": "Sample",
    "company_name": "Lanternworks",
    "address": "1 Sample Street",
    "country": "DK",
    "zipcode": "2100",
    "phone_number": "+4530000000",
    "email_service_provider": "Google",
    "domains": [{"name": "mail.example.com", "redirect_url": "example.com", "mailboxes": []}],
}
DAYS: Arguments = {"start_date": "2026-03-01", "end_date": "2026-03-31"}
STATS: Arguments = DAYS | {"sequence_ids": ["s"]}
TEAM: Arguments = {
    "user_ids": ["u"],
    "start_date": "2026-03-01T00:00:00+00:00",
    "end_date": "2026-03-31T23:59:59+00:00",
    "type": "email",
    "count_by": "absolute",
    "order_by": "emailSent",
}
SENDERS: Arguments = {"email_account_ids": ["e"], "sender_first_name": "Ann"}
LEADS: Arguments = {"lead_ids": [1], "sequence_id": "s", "step_id": "t"}
CSV: Arguments = {
    "file": Upload(name="a.csv", content=b"x"),
    "column_mapping": {"company": "Company"},
    "reveal_type": "email",
    "total_records": 1,
}


REFUSED: list[tuple[type[Operation[Any]], Arguments, str]] = [
    (BulkUpdateEmailAccounts, {"email_account_ids": ["e"], "daily_quota": 5}, "sender_first_name"),
    (BulkUpdateEmailAccounts, SENDERS | {"sender_first_name": ""}, "sender_first_name"),
    (
        BulkUpdateEmailAccounts,
        SENDERS | {"sending_interval_min": 9, "sending_interval_max": 8},
        "sending_interval_min",
    ),
    (ConnectEmailAccounts, {"accounts": []}, "accounts"),
    (ConnectEmailAccounts, {"accounts": [ACCOUNT | {"smtp_port": 0}]}, "smtp_port"),
    (ConnectEmailAccounts, {"accounts": [ACCOUNT | {"smtp_encryption": "SSL"}]}, "smtp_encryption"),
    (ConnectSmtpImapAccount, SINGLE | {"payload": {"smtp": SERVER, "imap": SERVER}}, "userName"),
    (GetConsolidatedStats, STATS | {"sequence_ids": []}, "sequence_ids"),
    (GetConsolidatedStats, STATS | {"page_size": 9}, "page_size"),
    (GetConsolidatedStats, STATS | {"page_size": 501}, "page_size"),
    (GetConsolidatedStats, STATS | {"end_date": "2026-02-01"}, "end_date"),
    (ExportEmailSentDetails, DAYS | {"end_date": "2026-02-01"}, "end_date"),
    (GetTeamStats, TEAM | {"start_date": "2026-03-01T00:00:00"}, "start_date"),
    (GetTeamStats, TEAM | {"end_date": "2026-02-01T00:00:00Z"}, "end_date"),
    (GetTeamStats, TEAM | {"order_by": "Interested"}, "order_by"),
    (GetTeamStats, TEAM | {"type": "prospect"}, "order_by"),
    (AddBlacklistDomains, {"domains": []}, "domains"),
    (AddBlacklistDomains, {"domains": ["a.example.com"] * 51}, "domains"),
    (AddBlacklistDomains, {"domains": ["https://a.example.com"]}, "domains"),
    (AddBlacklistDomains, {"domains": ["ann@a.example.com"]}, "domains"),
    (AddBlacklistDomains, {"domains": "a.example.com;b.example.com,"}, "domains"),
    (GenerateMailboxNames, {"domain": "a.example.com", "first_name": "A", "last_name": "S", "count": 101}, "count"),
    (UploadDomainProfilePicture, {"file": Upload(name="a.webp", content=b"")}, "file"),
    (UploadDomainProfilePicture, {"file": Upload(name="a.png", content=b"x" * 1_000_001)}, "file"),
    (PurchaseDomain, ORDER | {"country": "Denmark"}, "country"),
    (PurchaseDomain, ORDER | {"phone_number": "30 00 00 00"}, "phone_number"),
    (PurchaseDomain, ORDER | {"domains": []}, "domains"),
    (
        PurchaseDomain,
        ORDER | {"domains": [ORDER["domains"][0] | {"redirect_url": "https://example.com"}]},
        "redirect_url",
    ),
    (PurchaseDomain, ORDER | {"email_service_provider": "Azure", "plan_type": "annualFixed"}, "plan_type"),
    (EnrichCompanies, {"webhook_url": HOOK}, "company_domain"),
    (EnrichCompanies, {"company_domain": ["a.example.com"] * 101}, "company_domain"),
    (EnrichContacts, {"reveal_phone": True}, "lead_id"),
    (EnrichContacts, {"lead_id": [1], "webhook_url": "hooks.lantern.example.com"}, "webhook_url"),
    (EnrichContacts, {"lead_id": [1], "profile_only": True, "reveal_phone": True}, "profile_only"),
    (EnrichContacts, {"lead_id": [1], "profile_only": True, "email_type": "work_email"}, "profile_only"),
    (SearchPeople, {"page": 401}, "page"),
    (SearchPeople, {"page_size": 10}, "page_size"),
    (SearchPeople, {"job_title": {"include": ["CEO"]}}, "job_title"),
    (SearchPeople, {"department": {"includes": ["Sales"], "exactMatch": 1}}, "exactMatch"),
    (SearchCompanies, {"signal_ids": [11]}, "signal_ids"),
    (SearchLeadsWithAi, {"query": "x" * 601}, "query"),
    (SearchLeadsWithAi, {"query": "x", "limit": 201}, "limit"),
    (AddLeadsToSequence, LEADS | {"lead_ids": []}, "lead_ids"),
    (AddLeadsToSequence, LEADS | {"lead_ids": list(range(10_001))}, "lead_ids"),
    (CreateLeadsToEmailFromCsv, CSV | {"file": Upload(name="a.xlsx", content=b"")}, "file"),
    (CreateLeadsToEmailFromCsv, CSV | {"file": Upload(name="a.csv", content=bytes(50_000_001))}, "file"),
    (CreateLeadsToEmailFromDomains, {"domains": ["a.example.com"]}, "webhook_url"),
    (
        CreateLeadsToEmailFromDomains,
        {"domains": ["a.example.com"], "webhook_url": HOOK, "leads_per_domain": 11},
        "leads_per_domain",
    ),
]
"""Operation, arguments, and the argument that is named."""


@pytest.mark.parametrize(("operation", "arguments", "argument"), REFUSED)
def test_what_the_api_would_not_take_is_refused_by_the_name_of_the_argument(
    operation: type[Operation[Any]], arguments: Arguments, argument: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        operation.model_validate(arguments)
    [error] = caught.value.errors()
    assert argument in error["loc"] or argument in error["msg"]


@pytest.mark.parametrize(
    ("operation", "arguments", "effect"),
    [
        (BulkUpdateEmailAccounts, SENDERS, Effect.SEND),
        (ConnectEmailAccounts, {"accounts": [ACCOUNT]}, Effect.SEND),
        (ReconnectEmailAccounts, {"email_account_ids": ["e"]}, Effect.SEND),
        (ExportEmailSentDetails, DAYS, Effect.WRITE),
        (GetConsolidatedStats, STATS, Effect.READ),
        (AddBlacklistDomains, {"domains": ["a.example.com"]}, Effect.DELETE),
        (PurchaseDomain, ORDER, Effect.SPEND),
        (PurchaseDomain, ORDER | {"is_free_order": True}, Effect.SPEND),
        (DeleteDomain, {"id": "d"}, Effect.DELETE),
        (RevokeDomain, {"id": "d"}, Effect.SPEND),
        (EnrichCompanies, {"company_id": [1]}, Effect.SPEND),
        (EnrichContacts, {"lead_id": [1]}, Effect.SPEND),
        (EnrichContacts, {"lead_id": [1], "profile_only": True}, Effect.WRITE),
        (EnrichContacts, {"lead_id": [1], "profile_only": True, "webhook_url": HOOK}, Effect.SEND),
        (SearchPeople, {}, Effect.READ),
        (AddLeadsToSequence, LEADS, Effect.SEND),
        (CreateLeadsToEmailFromCsv, CSV, Effect.SPEND),
    ],
)
def test_what_a_call_does_follows_from_what_it_is_asked(
    operation: type[Operation[Any]], arguments: Arguments, effect: Effect
) -> None:
    assert effect in effects_of(operation.model_validate(arguments).causes(), {})


@pytest.mark.parametrize(
    ("operation", "arguments"), [(ConnectEmailAccounts, {"accounts": [ACCOUNT]}), (ConnectSmtpImapAccount, SINGLE)]
)
def test_a_password_is_on_the_wire_and_nowhere_else(operation: type[Operation[Any]], arguments: Arguments) -> None:
    call = operation.model_validate(arguments)
    assert SECRET in str(call.wire().body)
    assert SECRET not in repr(call) + str(call) + str(call.model_dump())


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        (ConnectEmailAccounts, {"accounts": [ACCOUNT | {"smtp_port": "?", "surplus": SECRET}]}),
        (ConnectEmailAccounts, {"accounts": [{"smtp_password": SECRET}]}),
        (ConnectSmtpImapAccount, SINGLE | {"payload": {"smtp": SERVER, "imap": SERVER, "pop": SERVER}}),
    ],
)
def test_a_password_is_not_told_when_something_beside_it_is_wrong(
    operation: type[Operation[Any]], arguments: Arguments
) -> None:
    with pytest.raises(ValidationError) as caught:
        operation.model_validate(arguments)
    assert SECRET not in str(caught.value)


def test_many_accounts_travel_as_a_bare_list() -> None:
    body: Any = ConnectEmailAccounts.model_validate({"accounts": [ACCOUNT]}).wire().body
    assert [entry["smtpEmailAddress"] for entry in body] == ["ann@new.example.com"]


def test_blocked_domains_travel_as_one_text() -> None:
    call = AddBlacklistDomains(domains=["a.example.com", "b.example.com"])
    assert call.wire().body == {"domains": "a.example.com,b.example.com"}


def test_the_wire_names_of_a_search_are_those_of_the_contract_at_every_depth() -> None:
    search = SearchCompanies(
        look_alike_company_name=[LookAlike(company_id="7", annual_revenue=3)],
        product_reviews_score_change=ScoreChange(direction="up"),
        signal_ids=[1],
    )
    assert search.wire().body == {
        "page": 1,
        "look_alike_company_name": [{"company_id": "7", "_annual_revenue": 3}],
        "product_reviews_score_change": {"direction": "up"},
        "signalIds": [1],
    }


def test_the_ends_of_a_range_travel_as_text() -> None:
    search = SearchPeople.model_validate({"company_size": {"min": 5, "max": 50}})
    assert search.wire().body == {"page": 1, "company_size": {"min": "5", "max": "50"}}


def test_the_next_page_of_statistics_is_asked_for_in_their_own_words() -> None:
    body = GetConsolidatedStats.model_validate(STATS).next_page().wire().body
    assert body == {
        "sequenceIds": ["s"],
        "startDate": "2026-03-01",
        "endDate": "2026-03-31",
        "pageNum": 2,
        "pageLimit": 100,
    }
