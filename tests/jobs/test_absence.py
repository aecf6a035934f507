"""Jobs with people who are away."""

from saleshandy_mcp.sandbox import Sandbox
from tests.jobs.conftest import Job
from tests.jobs.kit import person, sequence_of


async def test_pause_who_is_out_of_office_until_they_are_back(job: Job, box: Sandbox) -> None:
    asks = ('status: "paused", until 2026-11-20, in 4 days',)
    async with job(calls=2, changes={"set_statuses": "+1", "ended": "-1"}, asks=asks) as seller:
        inbox = await seller.call("list_inbox", outcome="Out of Office")
        done = await seller.follow(inbox, "asking first:")
    assert "paused until 2026-11-20, then on by itself" in done
    away = person(box, "naomi.monroe@fennelgate.example.com")
    assert box.world.status_of(sequence_of(box, "Q3 launch")["id"], away["id"]) == "paused"
    box.clock.advance(4 * 86400 + 1)
    assert box.world.status_of(sequence_of(box, "Q3 launch")["id"], away["id"]) == "active"
