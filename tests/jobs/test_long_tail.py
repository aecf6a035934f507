"""Jobs that no everyday tool does: found in plain words, and run by the name and the arguments that were told."""

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.purchases.domains import state
from tests.jobs.conftest import Job
from tests.jobs.kit import id_of, person, sequence_of

ADA = "ada@lanternworks.example.com"


def run(operation: str) -> str:
    """How an answer begins to write down the call that runs an operation."""
    return f'run_write_operation(operation="{operation}"'


async def test_tell_the_crm_of_each_reply(job: Job, box: Sandbox) -> None:
    address = "https://crm.lanternworks.example.com/replies"
    async with job(calls=2, changes={"webhooks": "+1"}, asks=(address,)) as seller:
        found = await seller.call("find_operations", query="a webhook for each reply")
        assert run("create_webhook") in found
        webhook = {"name": "Replies", "webhook_url": address, "webhook_event": ["reply-received"]}
        await seller.call("run_write_operation", operation="create_webhook", arguments=webhook)
    (stored,) = box.world.webhooks.values()
    assert (stored["webhookUrl"], stored["webhookEvent"]) == (address, ["reply-received"])


async def test_make_a_field_of_our_own_and_fill_it_in_for_somebody(job: Job, box: Sandbox) -> None:
    whom = "anton.brandt@marrowby.example.com"
    changes = {"fields": "+1", "prospects": "~1 values"}
    async with job(calls=3, changes=changes, asks=('field: "Renewal month = February',)) as seller:
        found = await seller.call("find_operations", query="create a custom field")
        assert run("create_field") in found
        field = {"label": "Renewal month", "field_type": "text"}
        await seller.call("run_write_operation", operation="create_field", arguments=field)
        await seller.call("update_prospects", prospects=[whom], fields={"renewal month": "February"})
    assert person(box, whom)["values"]["Renewal month"] == "February"


async def test_write_down_what_somebody_said_on_the_phone(job: Job, box: Sandbox) -> None:
    async with job(calls=3, changes={"notes": "+1"}) as seller:
        found = await seller.call("find_operations", query="write a note on a prospect")
        assert run("create_note") in found
        whom = id_of("Greta Keller", await seller.call("find_prospects", query="keller"))
        note = {"content": "Wants prices for ten seats.", "prospect_ids": [whom], "visibility": "1"}
        await seller.call("run_write_operation", operation="create_note", arguments=note)
    assert [it["content"] for it in box.world.notes.values() if it["prospectId"] == whom] == [note["content"]]


async def test_see_which_domains_are_ours_and_which_have_expired(job: Job, box: Sandbox) -> None:
    async with job(calls=2) as seller:
        found = await seller.call("find_operations", query="which domains do we own")
        assert 'run_read_operation(operation="list_domains")' in found
        domains = await seller.call("run_read_operation", operation="list_domains")
    for row in box.world.domains.values():
        assert f"name: {row['name']} · status: {state(box.world, row)}" in domains


async def test_go_on_by_itself_with_those_who_clicked_and_did_not_answer(job: Job, box: Sandbox) -> None:
    title = "Clicked, no answer"
    async with job(calls=3, changes={"subsequences": "+1"}, asks=("Link Click",)) as seller:
        found = await seller.call("find_operations", query="create a subsequence with conditions")
        assert run("create_subsequence") in found
        parent = id_of("Q3 launch", await seller.call("list_sequences"))
        wanted = [{"name": "Link Click", "operation": "is any"}, {"name": "Replied", "operation": "is", "value": False}]
        new = {"sequence_id": parent, "title": title, "conditions": wanted}
        await seller.call("run_write_operation", operation="create_subsequence", arguments=new)
    stored = next(row for row in box.world.subsequences.values() if row["title"] == title)
    assert (stored["parentId"], stored["active"]) == (sequence_of(box, "Q3 launch")["id"], False)
