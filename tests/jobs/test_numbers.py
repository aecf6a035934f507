"""Jobs with numbers: a month beside the month before, who of the team does best."""

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import select
from tests.jobs.conftest import Job


def sent_in(box: Sandbox, first: str, last: str, owner: str | None = None) -> int:
    """Mails of these days as the sandbox has recorded them, of the sequences of a member or of all."""
    owned = {row["id"] for row in box.world.sequences.values() if owner in (None, row.get("ownerId", "41"))}
    mails = select(box.world, "email-sent", since=first, until=f"{last}~")
    return sum(it["sequenceId"] in owned for it in mails)


async def test_compare_this_month_with_the_last_one_whole_and_to_the_same_day(job: Job, box: Sandbox) -> None:
    async with job(calls=1) as seller:
        month = await seller.call("get_stats", period="this month", compare=True)
    for words, first, last in (
        ("Total", "2026-11-01", "2026-11-16"),
        ("Before, the same days of the month (2026-10-01 to 2026-10-16)", "2026-10-01", "2026-10-16"),
        ("Before, the whole month (2026-10-01 to 2026-10-31)", "2026-10-01", "2026-10-31"),
    ):
        assert f"{words}: {sent_in(box, first, last):,} sent · " in month


async def test_compare_two_whole_months(job: Job, box: Sandbox) -> None:
    async with job(calls=1) as seller:
        month = await seller.call("get_stats", period="2026-10", compare=True)
    assert f"Total: {sent_in(box, '2026-10-01', '2026-10-31'):,} sent · " in month
    before = sent_in(box, "2026-09-01", "2026-09-30")
    assert f"Before, the month (2026-09-01 to 2026-09-30): {before:,} sent · " in month


async def test_see_who_of_the_team_gets_most_replies(job: Job, box: Sandbox) -> None:
    async with job(calls=1) as seller:
        team = await seller.call("get_stats", by="member", period="2026-10")
    for name, member in (("Ada Example", "41"), ("Bo Sample", "42")):
        assert f"{name}: {sent_in(box, '2026-10-01', '2026-10-31', member):,} sent · " in team
    assert "Highest reply rate: " in team


async def test_see_what_credits_are_left_what_was_used_and_what_things_cost(job: Job, box: Sandbox) -> None:
    async with job(calls=1) as seller:
        assert "search_leads without filters" in (seller.client.instructions or "")
        told = await seller.call("search_leads")
    spent = box.world.credits["spent"]
    left = box.world.credits["total"] - sum(number for _, number in spent)
    assert told.startswith(f"Credits: {left:g} left, 0 used today, ")
    assert "a work email 1, an email with phone 7, a company 0.1, a miss nothing" in told
