"""Jobs that only look: numbers, mailboxes, lists to their end; and a server that does nothing but that."""

import re

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.simulation.threads import threads
from saleshandy_mcp.server.tools.selection import Selection
from tests.jobs.conftest import Job
from tests.jobs.kit import sequence_of

LAST_WEEK = {"since": "2026-11-09", "until": "2026-11-16"}


def sent_to(box: Sandbox, **where: str) -> int:
    """Mails of last week as the sandbox has recorded them."""
    return sum(1 for _ in select(box.world, "email-sent", **LAST_WEEK, **where))


async def test_compare_last_week_with_the_one_before_down_to_the_steps(job: Job, box: Sandbox) -> None:
    async with job(calls=2) as seller:
        week = await seller.call("get_stats", period="last week", by="sequence", compare=True)
        steps = await seller.follow(week, "Next:")
    busiest = re.findall(r"^(.+) \[\w+\]: [\d,]+ sent", week, re.MULTILINE)[0]
    assert f"Total: {sent_to(box):,} sent" in week
    assert "Before, the week (2026-11-02 to 2026-11-08): " in week
    for number, step in enumerate(box.world.steps_of(sequence_of(box, busiest)["id"]), 1):
        sent = sent_to(box, stepId=step["id"])
        assert f"Step {number}: {sent:,} sent" in steps or not sent


async def test_see_which_mailbox_bounces_and_how_the_mailboxes_are(job: Job, box: Sandbox) -> None:
    async with job(calls=2) as seller:
        week = await seller.call("get_stats", period="last week", by="sender")
        accounts = await seller.follow(week, "Next:")
    for row in box.world.email_accounts.values():
        sent = sent_to(box, senderId=row["id"])
        assert f"{row['fromEmail']}: {sent:,} sent" in week or not sent
        line = next(it for it in accounts.splitlines() if it.startswith(row["fromEmail"]))
        assert row["healthScore"] is None or f"health {row['healthScore']}" in line
        assert ("NOT ACTIVE" in line) == (row["status"] != 1)


async def test_get_the_report_of_last_week_with_a_chart(job: Job, box: Sandbox) -> None:
    async with job(calls=1) as seller:
        report = await seller.call("make_report", picture=True)
    assert f"Total: {sent_to(box):,} sent" in report
    assert "Before, the week (2026-11-02 to 2026-11-08): " in report
    assert "What to try" in report


async def test_go_through_the_inbox_to_its_last_page(job: Job, box: Sandbox) -> None:
    conversations = threads(box.world)
    async with job(calls=2) as seller:
        first = await seller.call("list_inbox")
        second = await seller.follow(first, "More:")
    assert all(it.id in first or it.id in second for it in conversations)
    assert f"{len(conversations)} conversations" in first
    assert "More:" not in second


async def test_ask_whether_a_company_must_not_be_written_to(job: Job, box: Sandbox) -> None:
    async with job(calls=1) as seller:
        said = await seller.call("find_prospects", check=["pinewharf.example.com", "newharbour.example.com"])
    blocked, open_ = said.splitlines()[1:]
    assert 'on DNC list "Asked us not to write"' in blocked
    assert "on no DNC list" in open_
    assert "pinewharf.example.com" in box.world.do_not_contact()


async def test_a_server_that_only_reads_tells_the_numbers_and_cannot_stop_a_sequence(job: Job, box: Sandbox) -> None:
    async with job(calls=4, selection=Selection.read_only()) as seller:
        assert "Switched off by the operator of this server" in (seller.client.instructions or "")
        assert "sent" in await seller.call("get_stats", period="last week", sequence="Q3 launch")
        await seller.refused("set_sequence_status", sequence="Q3 launch", status="paused")
        found = await seller.call("find_operations", query="pause a sequence, update sequence status")
        assert not re.search(r"changes data|can reach people|costs credits|cannot be undone", found)
        pause = {"operation": "update_sequence_status", "arguments": {"status": "pause"}}
        await seller.refused("run_read_operation", **pause)
    assert sequence_of(box, "Q3 launch")["active"]


async def test_see_whether_our_domains_are_in_order(job: Job) -> None:
    async with job(calls=1) as seller:
        said = await seller.call("audit_deliverability")
    assert "2 SPF records, exactly 1 is allowed" in said
    assert "Nothing wrong in DNS: lanternworks.example.com" in said
