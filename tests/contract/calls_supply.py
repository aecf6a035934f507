"""One sensible call of each operation of senders, statistics, domains and leads, on the demo workspace."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.analytics import (
    ExportEmailSentDetails,
    GetConsolidatedStats,
    GetEmailAccountStats,
    GetTeamStats,
)
from saleshandy_mcp.api.resources.attachments import CreateAttachment
from saleshandy_mcp.api.resources.blacklist import AddBlacklistDomains
from saleshandy_mcp.api.resources.domains import (
    DeleteDomain,
    GenerateMailboxNames,
    GetDomainOrder,
    ListDomainOrders,
    ListDomainPlans,
    ListDomains,
    NewDomain,
    NewMailbox,
    PurchaseDomain,
    RevokeDomain,
    SearchDomain,
    UploadDomainProfilePicture,
)
from saleshandy_mcp.api.resources.email_accounts import (
    BulkUpdateEmailAccounts,
    ConnectEmailAccounts,
    ConnectSmtpImapAccount,
    GetEmailAccountConnectStatus,
    MailServer,
    MailServers,
    NewAccount,
    ReconnectEmailAccounts,
    SmtpServer,
)
from saleshandy_mcp.api.resources.enrichment import (
    EnrichCompanies,
    EnrichContacts,
    GetCredits,
    GetEnrichmentRateLimits,
    GetEnrichmentResult,
    GetEnrichmentStatus,
    PersonAtCompany,
)
from saleshandy_mcp.api.resources.lead_filters import Chosen, DepartmentSize, Matched, MatchedEver, Range
from saleshandy_mcp.api.resources.lead_search import (
    GetLeadSearchFilters,
    SearchCompanies,
    SearchLeadsWithAi,
    SearchPeople,
)
from saleshandy_mcp.api.resources.leads import (
    AddLeadsToSequence,
    CreateLeadsToEmailFromCsv,
    CreateLeadsToEmailFromDomains,
    DomainWanted,
)
from saleshandy_mcp.api.resources.team import ListTeamMembers
from saleshandy_mcp.core.uploads import Upload
from saleshandy_mcp.sandbox.http.message import Request
from saleshandy_mcp.sandbox.routes import ROUTES
from saleshandy_mcp.sandbox.world.tables import World

HOOK = "https://hooks.lantern.example.com/result"
ANN = NewAccount(
    email_service_provider="other",
    from_first_name="Ann",
    from_last_name="Sample",
    smtp_email_address="ann@new.example.com",
    smtp_user_name="ann@new.example.com",
    smtp_password="invented",  # pyright: ignore[reportArgumentType] - pydantic makes a secret of it
    smtp_host="smtp.new.example.com",
    smtp_port=465,
    smtp_encryption="ssl",
    imap_email_address="ann@new.example.com",
    imap_user_name="ann@new.example.com",
    imap_password="invented",  # pyright: ignore[reportArgumentType] - the same
    imap_host="imap.new.example.com",
    imap_port=993,
    imap_encryption="ssl",
)
SMTP = SmtpServer.model_validate(
    {
        "email_address": "ann@new.example.com",
        "user_name": "ann@new.example.com",
        "password": "invented",
        "host": "smtp.new.example.com",
        "port": 587,
        "encryption": "TLS",
    }
)
IMAP = MailServer.model_validate(
    {
        "email_address": "ann@new.example.com",
        "password": "invented",
        "host": "imap.new.example.com",
        "port": 993,
        "encryption": "SSL",
    }
)
CSV = Upload(name="leads.csv", content=b"Company,Website\nAlderloom,alderloom.example.com\n")
PNG = Upload(name="ann.png", content=b"\x89PNG\r\n\x1a\n")


def asked(world: World, method: str, path: str, *, at: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
    """What a route of the sandbox answers to a call that has to come before."""
    handler = ROUTES.get((method, path))
    if handler is None:
        return {}
    answer = handler(world, Request(path=at or {}, query={}, body=body, base_url="http://sandbox/")).body
    return answer.get("payload") or {}


def sequence(world: World) -> str:
    return next(row["id"] for row in world.sequences.values() if row["title"] == "Q3 launch")


def sender(world: World) -> str:
    return next(iter(world.email_accounts))


def leads(world: World) -> list[int]:
    return [int(id_) for id_ in list(world.leads)[:2]]


def domain(world: World) -> str:
    return next(iter(world.domains), "none")


def reconnecting(world: World) -> str:
    return asked(world, "POST", "/email-accounts/reconnect", emailAccountIds=[sender(world)]).get("requestId", "none")


def enriching(world: World) -> str:
    return asked(world, "POST", "/enrich/contact", lead_id=leads(world)).get("requestId", "none")


def deleted_domain(world: World) -> str:
    asked(world, "DELETE", "/domain/{id}", at={"id": domain(world)})
    return domain(world)


CALLS: list[Callable[[World], Operation[Any]]] = [
    lambda world: BulkUpdateEmailAccounts(
        email_account_ids=[sender(world)],
        sender_first_name="Ada",
        sender_last_name="Example",
        daily_quota=40,
        bcc="crm@lanternworks.example.com",
        sending_interval_min=60,
        sending_interval_max=190,
    ),
    lambda _: ConnectEmailAccounts(accounts=[ANN]),
    lambda world: GetEmailAccountConnectStatus(request_id=reconnecting(world)),
    lambda world: ReconnectEmailAccounts(email_account_ids=[sender(world)]),
    lambda _: ConnectSmtpImapAccount(
        email_service_provider="other",
        from_name="Ann Sample",
        from_first_name="Ann",
        from_last_name="Sample",
        payload=MailServers(smtp=SMTP, imap=IMAP),
    ),
    lambda world: GetConsolidatedStats(
        sequence_ids=[sequence(world)], start_date=date(2026, 1, 1), end_date=date(2026, 12, 31), page_size=10
    ),
    lambda world: ExportEmailSentDetails(
        sequence_ids=[sequence(world)], start_date=date(2026, 1, 1), end_date=date(2026, 12, 31)
    ),
    lambda world: GetEmailAccountStats(email_account_id=sender(world)),
    lambda world: GetTeamStats(
        user_ids=[next(iter(world.members), "41")],
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        end_date=datetime(2026, 12, 31, tzinfo=UTC),
        type="email",
        count_by="absolute",
        order_by="emailSent",
    ),
    lambda _: CreateAttachment(file=PNG),
    lambda _: ListTeamMembers(),
    lambda _: AddBlacklistDomains(domains=["blocked.example.com", "other.example.com"]),
    lambda _: SearchDomain(domain="lanternworks", email_service_provider="Google", tld=["com", "io"], page=1),
    lambda _: ListDomainPlans(),
    lambda _: GenerateMailboxNames(domain="mail.example.com", first_name="Ann", last_name="Sample", count=3),
    lambda _: UploadDomainProfilePicture(file=PNG),
    lambda _: PurchaseDomain(
        domain_owner_firstname="Ann",
        domain_owner_lastname="Sample",
        company_name="Lanternworks",
        address="1 Sample Street",
        city="Copenhagen",
        country="DK",
        zipcode="2100",
        phone_number="+4530000000",
        email_service_provider="Google",
        domains=[
            NewDomain(
                name="hello-lanternworks.example.com",
                redirect_url="lanternworks.example.com",
                mailboxes=[
                    NewMailbox(email="ann@hello-lanternworks.example.com", firstname="Ann", lastname="Sample"),
                ],
            )
        ],
    ),
    lambda _: ListDomains(search="lantern", order="Desc"),
    lambda _: ListDomainOrders(),
    lambda world: GetDomainOrder(order_id=next(iter(world.domain_orders), "none")),
    lambda world: DeleteDomain(id=domain(world)),
    lambda world: RevokeDomain(id=deleted_domain(world)),
    lambda _: EnrichCompanies(company_domain=["alderloom.example.com"], webhook_url=HOOK),
    lambda world: EnrichContacts(lead_id=leads(world), reveal_phone=True, email_type="work_email"),
    lambda _: EnrichContacts(
        full_name_with_company=[
            PersonAtCompany(first_name="Freja", last_name="Holm", company_domain="alderloom.example.com")
        ],
        profile_only=True,
    ),
    lambda world: GetEnrichmentStatus(request_id=enriching(world)),
    lambda world: GetEnrichmentResult(request_id=enriching(world)),
    lambda _: GetEnrichmentRateLimits(),
    lambda _: GetCredits(),
    lambda _: SearchPeople(
        job_title=MatchedEver(includes=["Head of Operations"], exact_match=1, should_search_past=0),
        location=Matched(includes=["Denmark"]),
        department=Chosen(excludes=["Sales"]),
        company_size=Range(min="5", max="500"),
        limit_per_company=5,
        decision_maker=True,
    ),
    lambda _: SearchCompanies(
        company_industry=Chosen(includes=["Textile Manufacturing"]),
        employee_count_department=[DepartmentSize(count=Range(min="1"), group="sales")],
        page=1,
    ),
    lambda _: GetLeadSearchFilters(),
    lambda _: SearchLeadsWithAi(query="operations leads at textile makers in Denmark", limit=5),
    lambda world: AddLeadsToSequence(
        lead_ids=leads(world),
        sequence_id=sequence(world),
        step_id=world.steps_of(sequence(world))[0]["id"],
        new_tags=["spring"],
    ),
    lambda _: CreateLeadsToEmailFromCsv(
        file=CSV,
        column_mapping={"company": "Company", "website": "Website"},
        reveal_type="email",
        total_records=1,
        step_content={"tone": "plain"},
        steps=2,
        step_gap=3,
        webhook_url=HOOK,
    ),
    lambda _: CreateLeadsToEmailFromDomains(
        domains=["alderloom.example.com", DomainWanted(domain="other.example.com", job_title="Head of Operations")],
        leads_per_domain=1,
        webhook_url=HOOK,
    ),
]
