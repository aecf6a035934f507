"""Jobs that the API cannot do as they are asked for: the answer says so, and the way round is one call further."""

from saleshandy_mcp.sandbox import Sandbox
from tests.jobs.conftest import Job
from tests.jobs.kit import id_of, sequence_of


async def test_a_sequence_that_is_over_is_paused_since_nothing_deletes_it(job: Job, box: Sandbox) -> None:
    async with job(calls=2, changes={"sequences": "~1 active", "events": "+1"}) as seller:
        told = await seller.call("find_operations", query="delete the sequence Q3 launch")
        assert told.startswith("No operation can delete a sequence.")
        await seller.follow(told, "web app deletes it.", sequence="Q3 launch")
    assert not sequence_of(box, "Q3 launch")["active"]


async def test_who_opted_out_by_mistake_is_told_to_be_a_matter_of_the_web_app(job: Job) -> None:
    async with job(calls=1) as seller:
        told = await seller.call("find_operations", query="she unsubscribed by mistake, subscribe her again")
    assert "Only the web app takes somebody off the unsubscribed. Ask the person first." in told


async def test_a_sender_is_taken_out_of_a_sequence_instead_of_being_paused(job: Job, box: Sandbox) -> None:
    ada = "ada@lanternworks.example.com"
    changes = {"sequences": "~1 emailAccountIds"}
    async with job(calls=3, changes=changes, asks=("Detach senders",)) as seller:
        told = await seller.call("find_operations", query="pause the mailbox ada for a week")
        assert told.startswith("No operation can pause a mailbox everywhere.")
        senders = await seller.call("get_sequence", sequence="Q3 launch")
        ids = {"sequence_id": id_of("Q3 launch", senders), "email_account_ids": [id_of(ada, senders)]}
        await seller.call("run_write_operation", operation="remove_sequence_email_accounts", arguments=ids)
    left = {box.world.email_accounts[it]["fromEmail"] for it in sequence_of(box, "Q3 launch")["emailAccountIds"]}
    assert left == {"ada@trylanternworks.example.com"}


async def test_see_the_people_of_a_sequence_as_far_as_they_are_known(job: Job) -> None:
    async with job(calls=1) as seller:
        found = await seller.call("find_prospects", where=["sequence=Q3 launch"])
    assert "Left out: " in found
    assert "No call lists them." in found
