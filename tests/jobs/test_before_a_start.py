"""Jobs before a start: is it ready, who sends it, why is a mailbox in trouble, another variant, a test mail."""

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.selection import Selection
from tests.jobs.conftest import Job
from tests.jobs.kit import sequence_of


async def test_ask_whether_a_sequence_is_ready_to_start(job: Job, box: Sandbox) -> None:
    async with job(calls=1) as seller:
        said = await seller.call("check_sequence", sequence="SaaS founders")
    assert "nothing blocks a start, 2 to change" in said
    assert "recipients are offered no way to unsubscribe" in said
    assert not sequence_of(box, "SaaS founders")["active"]


async def test_see_the_senders_of_sixty_sequences(job: Job, box: Sandbox) -> None:
    first = sequence_of(box, "Q3 launch")
    for number in range(55):
        id_ = f"more{number}"
        box.world.sequences[id_] = {**first, "id": id_, "title": f"More {number}", "active": False}
        box.world.enrolments[id_] = {}
    async with job(calls=3, changes={"sequences": "+55"}) as seller:
        pages = [await seller.call("list_sequences")]
        pages += [await seller.call("list_sequences", page=page) for page in (2, 3)]
    said = "\n".join(pages)
    assert "60 sequences" in pages[0]
    assert said.count("2 senders (ada@lanternworks.example.com, ada@trylanternworks.example.com)") == 56


async def test_ask_why_a_mailbox_is_in_trouble(job: Job) -> None:
    async with job(calls=1) as seller:
        said = await seller.call("list_email_accounts", query="events@")
    assert "NOT ACTIVE (disconnected: its domain has expired)" in said
    assert "in Webinar in May" in said


async def test_add_a_variant_to_test_against_the_first(job: Job) -> None:
    async with job(calls=1, changes={"variants": "+1"}) as seller:
        said = await seller.call(
            "update_step_variant",
            sequence="SaaS founders",
            step="1",
            variant="new",
            subject="Still you?",
            content="Hi {{First Name|'there'}}, is it still you? {{Signature}}",
        )
    assert "added variant B" in said


async def test_mail_a_test_to_a_colleague(job: Job) -> None:
    offered = Selection(toolsets=("default", "sequences"))
    async with job(calls=1, changes={"mails": "+1"}, asks=("Send this test mail?",), selection=offered) as seller:
        said = await seller.call("send_test_email", sequence="SaaS founders", to=["colleague@acme.example"])
    assert "Test of step 1 A sent to colleague@acme.example" in said
