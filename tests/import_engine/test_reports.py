"""The report of refused rows, when it is not there, is something else, or lies elsewhere."""

import pytest

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.reasons import Reason, ReasonCode
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import UNSUBSCRIBED, carried_out, counts, people, planned, results, target
from tests.kit import REPORT, STATUS, Answer, Fault, Message, Receive, faulty, lost, posts, says

BAD_REPORTS = [
    pytest.param(says(404, {"message": "There is no such file."}), id="missing"),
    pytest.param(says(403, "<Error><Code>AccessDenied</Code></Error>", "application/xml"), id="expired"),
    pytest.param(says(302, ""), id="redirect"),
    pytest.param(says(500, ""), id="broken"),
    pytest.param(says(200, "<!doctype html>", "text/html"), id="html"),
    pytest.param(says(200, "", "text/csv"), id="empty"),
    pytest.param(says(200, 'Email,Reason\n"a', "text/csv"), id="cut"),
    pytest.param(says(200, "Request has expired", "text/plain"), id="words"),
    pytest.param(lost, id="lost"),
    pytest.param(says(200, "Email,Reason\nx@other.example.com,no\n", "text/csv"), id="names somebody else"),
    pytest.param(says(200, "Row,Reason\n3,no\n", "text/csv"), id="names nobody"),
    pytest.param(says(200, "Email,Reason\n" + "x" * 1_000_000, "text/csv"), id="huge"),
]


@pytest.mark.parametrize("fault", BAD_REPORTS)
async def test_without_a_report_that_can_be_read_who_is_there_is_imported_and_who_is_not_was_refused(
    box: Sandbox, ledger: Ledger, fault: Fault
) -> None:
    planned(ledger, target(box), [*people(20), UNSUBSCRIBED])
    ended = await carried_out(box, ledger, app=faulty(box, REPORT, fault))
    assert (ended.state, counts(ledger), posts(box)) == ("finished", {"imported": 20, "refused": 1}, 1)
    assert results(ledger)[-1][2:4] == ("refused", Reason(ReasonCode.REFUSED_UNREAD))


@pytest.mark.parametrize(
    "link",
    [
        "https://files.example.com/report.csv",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://sandbox@evil.example.com/files/1.csv",
        "https://[::1",
        "http://sandbox/files/\x01.csv",
        "report.csv",
    ],
)
async def test_a_report_on_another_host_is_not_fetched_and_nobody_told_as_imported_by_it(
    box: Sandbox, ledger: Ledger, link: str
) -> None:
    asked: list[str] = []
    elsewhere = faulty(box, STATUS, says(200, {"payload": {"isCompleted": True, "failedProspectsURL": link}}))

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        asked.append(f"{dict(scope['headers'])[b'host'].decode()}{scope['path']}")
        await elsewhere(scope, receive, send)

    planned(ledger, target(box), [*people(2), UNSUBSCRIBED])
    await carried_out(box, ledger, app=app)
    assert counts(ledger) == {"imported": 2, "refused": 1}
    assert all(it.startswith("sandbox/v1/") for it in asked)


async def test_a_report_of_a_header_alone_refuses_nobody(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), [*people(2), UNSUBSCRIBED])
    bare = says(200, "Email,Failure Reason\n", "text/csv")
    await carried_out(box, ledger, app=faulty(box, REPORT, bare))
    assert counts(ledger) == {"imported": 3}
