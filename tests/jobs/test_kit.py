"""What holds jobs to their promises: it notices an id from nowhere, a change nobody declared, a question too many."""

import re
from pathlib import Path

import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.selection import Selection
from tests.jobs.conftest import Job
from tests.jobs.kit import ids_in, printed_call, sequence_of

PAUSE = {"sequence": "Q3 launch", "status": "paused"}
PAUSED = {"sequences": "~1 active", "events": "+1"}


def test_the_jobs_use_every_tool() -> None:
    told = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_[!k]*.py"))
    # The calls of this one are written down by answers, and followed.
    used = {*re.findall(r'seller\.call\(\s*"(\w+)"', told), "read_thread"}
    offered = {action.slug for action in Selection(crm=True).actions()}
    assert used - offered == {"send_test_email"}, "the tools that are not in the default list"
    assert used >= offered


async def test_an_id_that_no_answer_has_printed_is_noticed_however_deep_it_lies(job: Job, box: Sandbox) -> None:
    id_ = sequence_of(box, "Q3 launch")["id"]
    assert ids_in(box, {"arguments": {"steps": [{"sequence_id": id_}], "day": 1}}) == [id_]
    async with job(calls=2) as seller:
        with pytest.raises(AssertionError, match="which no earlier answer has printed"):
            await seller.call("get_sequence", sequence=id_)
        await seller.call("list_sequences")
        await seller.call("get_sequence", sequence=id_)


def test_ids_of_leads_users_jobs_and_agreements_count_and_names_do_not(box: Sandbox) -> None:
    lead = str(next(iter(box.world.leads)))
    given = {"leads": [lead, "Greta"], "assignee": "41", "job": "imp_12ab34", "confirm": "abcde-fghij", "step": "1"}
    assert ids_in(box, given) == [lead, "41", "imp_12ab34", "abcde-fghij"]


def test_ids_of_the_crm_count_too(box: Sandbox) -> None:
    contact, deal = (next(iter(box.salessheet.crm.table(name))) for name in ("contacts", "deals"))
    assert ids_in(box, {"records": [{"id": contact, "deal_id": deal, "city": "Odense"}]}) == [contact, deal]


@pytest.mark.parametrize("changes", [{}, {"sequences": "~1 active"}, {**PAUSED, "events": "+2"}])
async def test_a_change_that_was_not_declared_is_noticed(job: Job, changes: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        async with job(calls=1, changes=changes) as seller:
            await seller.call("set_sequence_status", **PAUSE)


async def test_what_time_does_by_itself_is_no_change_of_the_job(job: Job, box: Sandbox) -> None:
    async with job(calls=1) as seller:
        box.clock.advance(3 * 3600)
        await seller.call("list_sequences")
    assert any(event["at"] > "2026-11-16T08" for event in box.world.events)


@pytest.mark.parametrize("asks", [(), ("another phrase",), ("would mail", "would mail")])
async def test_questions_are_those_that_were_declared(job: Job, asks: tuple[str, ...]) -> None:
    with pytest.raises(AssertionError):
        async with job(calls=1, changes={"sequences": "~1 active"}, asks=asks) as seller:
            await seller.call("set_sequence_status", sequence="SaaS founders", status="active")


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        ('Read: 3\nMore: list_inbox(query="a, \\"b\\" (c)", unread=true, page=2)', "More:"),
        ('Look with list_inbox(query="a, \\"b\\" (c)", unread=true, page=2).', "list_inbox"),
    ],
)
def test_a_printed_call_is_read_as_it_stands(answer: str, where: str) -> None:
    assert printed_call(answer, where) == ("list_inbox", {"query": 'a, "b" (c)', "unread": True, "page": 2})
