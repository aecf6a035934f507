"""Senders, statistics, domains and leads: answers that are odd, or that nobody has documented."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.resources.analytics import GetConsolidatedStats, GetEmailAccountStats, GetTeamStats
from saleshandy_mcp.api.resources.attachments import CreateAttachment
from saleshandy_mcp.api.resources.domains import GenerateMailboxNames, ListDomainOrders, SearchDomain
from saleshandy_mcp.api.resources.email_accounts import ConnectedAccount, GetEmailAccountConnectStatus
from saleshandy_mcp.api.resources.enrichment import GetEnrichmentResult, GetEnrichmentStatus
from saleshandy_mcp.api.resources.lead_search import GetLeadSearchFilters, SearchPeople
from saleshandy_mcp.api.resources.team import ListTeamMembers
from saleshandy_mcp.core.uploads import Upload

STATS: dict[str, Any] = {"start_date": "2026-03-01", "end_date": "2026-03-31", "sequence_ids": ["s"]}
TEAM: dict[str, Any] = {
    "user_ids": ["u"],
    "start_date": "2026-03-01T00:00:00+00:00",
    "end_date": "2026-03-31T23:59:59+00:00",
    "type": "email",
    "count_by": "absolute",
    "order_by": "emailSent",
}


@pytest.mark.parametrize("key", ["leads", "results", "data"])
def test_hits_are_found_under_whatever_key(key: str) -> None:
    page = SearchPeople(page=2).parse({"payload": {key: [{"id": 1, "headline": "Weaver"}], "total": 60}})
    assert [(hit.id, hit.model_extra) for hit in page.items] == [(1, {"headline": "Weaver"})]
    assert (page.total, page.more) == (60, True)


def test_without_a_total_a_full_page_of_hits_promises_another() -> None:
    assert SearchPeople().parse({"payload": [{"id": number} for number in range(25)]}).more
    assert not SearchPeople().parse({"payload": [{"id": 1}]}).more


def test_after_page_400_nothing_more_can_be_asked_for() -> None:
    answer = {"payload": {"leads": [{"id": number} for number in range(25)], "total": 1_000_000}}
    assert [SearchPeople(page=page).parse(answer).more for page in (399, 400)] == [True, False]


@pytest.mark.parametrize(
    ("operation", "payload", "expected"),
    [
        (ListTeamMembers(), [{"id": 41, "firstName": "Ann"}], ["41"]),
        (ListTeamMembers(), {"teams": [{"id": "t", "members": [{"id": 41}]}]}, ["t", "41"]),
        (ListTeamMembers(), None, []),
    ],
)
def test_members_are_found_alone_or_in_teams(operation: ListTeamMembers, payload: Any, expected: list[str]) -> None:
    found = operation.parse({"payload": payload})
    assert [one.id for entry in found for one in (entry, *entry.members)] == expected


def test_undocumented_lists_are_found_in_an_object_and_keep_what_is_unknown() -> None:
    [order] = ListDomainOrders().parse({"payload": {"orders": [{"orderId": 5, "amount": 9}]}})
    assert (order.order_id, order.model_extra) == ("5", {"amount": 9})
    [offer] = SearchDomain(domain="a", email_service_provider="Google").parse({"payload": [{"domain": "a.example"}]})
    assert (offer.domain, offer.price) == ("a.example", None)
    names = GenerateMailboxNames(domain="a.example.com", first_name="A", last_name="S", count=1)
    assert names.parse({"payload": {"names": ["a@a.example.com"]}}) == ["a@a.example.com"]
    assert GetLeadSearchFilters().parse({"payload": [{"name": "department"}]}) == [{"name": "department"}]


def test_an_attachment_is_told_by_either_name() -> None:
    call = CreateAttachment(file=Upload(name="a.pdf", content=b"x"))
    assert call.parse({"payload": {"id": 7}}).attachment_id == "7"


def test_a_connected_account_tells_what_failed() -> None:
    payload = {"id": "e", "status": 0, "smtpConnection": {"error": "Authentication failed"}, "imapConnection": None}
    found = ConnectedAccount.model_validate(payload)
    assert found.errors == ["Authentication failed"]


def test_a_connecting_job_needs_no_report_before_it_ends() -> None:
    found = GetEmailAccountConnectStatus(request_id="7c41e90").parse({"payload": {"isCompleted": False}})
    assert (found.is_completed, found.report_url) == (False, None)


@pytest.mark.parametrize(
    ("status", "finished"),
    [("in-progress", False), ("completed", True), ("completed-with-errors", True), ("failed", True), ("new", False)],
)
def test_an_enrichment_ends_in_three_ways(status: str, finished: bool) -> None:  # noqa: FBT001 - a row of the table
    assert GetEnrichmentStatus(request_id="r").parse({"payload": {"status": status}}).finished is finished


@pytest.mark.parametrize(
    ("row", "addresses"),
    [
        ({"emails": [{"email": "a@a.example.com", "verificationStatus": "valid"}]}, ["a@a.example.com"]),
        ({"emails": ["a@a.example.com"], "email": "a@a.example.com"}, ["a@a.example.com"]),
        ({"emails": None, "work_email": "w@a.example.com"}, ["w@a.example.com"]),
        ({"lead_id": 1}, []),
    ],
)
def test_the_addresses_of_a_person_are_found_under_all_their_names(row: dict[str, Any], addresses: list[str]) -> None:
    for payload in ({"results": [row]}, [row]):
        [found] = GetEnrichmentResult(request_id="r").parse({"payload": payload}).results
        assert found.addresses == addresses


INDIA, MARCH = timezone(timedelta(hours=5, minutes=30)), (2026, 3, 2, 9, 15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon Mar 02 2026 09:15:00 GMT+5:30 (Asia/Kolkata)", datetime(*MARCH, tzinfo=INDIA)),
        ("Mon Mar 02 2026 09:15:00 GMT+0530 (India Standard Time)", datetime(*MARCH, tzinfo=INDIA)),
        ("Mon Mar 02 2026 09:15:00 GMT-4 (America/New York)", datetime(*MARCH, tzinfo=timezone(timedelta(hours=-4)))),
        ("Mon Mar 02 2026 09:15:00 GMT+10", datetime(*MARCH, tzinfo=timezone(timedelta(hours=10)))),
        ("Mon Mar 02 2026 09:15:00 GMT+0:00 (Etc/UTC)", datetime(*MARCH, tzinfo=UTC)),
        ("Mon Mar 02 2026 09:15:00 GMT", datetime(*MARCH, tzinfo=UTC)),
        (" Mar 2 2026 09:15:00 ", datetime(*MARCH, tzinfo=UTC)),
        ("2026-03-02T09:15:00.000Z", datetime(*MARCH, tzinfo=UTC)),
        ("2026-03-02 09:15", datetime(*MARCH, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_however_it_is_written(text: str, expected: datetime) -> None:
    found = moment(text)
    assert found is not None
    assert (found, found.utcoffset()) == (expected, expected.utcoffset())


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "-",
        "Invalid Date",
        "Mon Feb 30 2026 09:15:00 GMT",
        "Mon Mrz 02 2026 09:15:00 GMT",
        "Mon Mar 02 2026 09:15:00 GMT+99",
        "Mon Mar 02 0000 09:15:00 GMT",
    ],
)
def test_a_moment_that_cannot_be_read_is_none(text: str | None) -> None:
    assert moment(text) is None


def test_what_happened_to_a_mail_is_told_with_its_moments() -> None:
    row = {
        "Recipient Name": "Ann Sample",
        "Email Sent At": "Mon Mar 02 2026 09:15:00 GMT+5:30 (Asia/Kolkata)",
        "Replied At": None,
        "Bounced At": "soon",
        "Open Count": "2",
        "Forwarded": "Yes",
    }
    page = GetConsolidatedStats.model_validate(STATS).parse({"payload": {"data": [row], "hasMore": True}})
    [found] = page.items
    assert (page.more, found.recipient_name, found.open_count) == (True, "Ann Sample", "2")
    assert found.at("email_sent") == datetime(*MARCH, tzinfo=INDIA)
    assert (found.at("replied"), found.at("bounced"), found.bounced_at) == (None, None, "soon")
    assert found.model_extra == {"Forwarded": "Yes"}


@pytest.mark.parametrize("payload", [[{"userId": "u", "emailSent": 4}], {"members": [{"userId": "u", "emailSent": 4}]}])
def test_members_totals_are_found_wherever_they_stand(payload: Any) -> None:
    [found] = GetTeamStats.model_validate(TEAM).parse({"payload": payload}).items
    assert (found.user_id, found.email_sent) == ("u", "4")


def test_a_sender_without_mails_has_no_rows() -> None:
    found = GetEmailAccountStats(email_account_id="e").parse({"payload": {"Email Analytics": None, "client": None}})
    assert found.rows == []
