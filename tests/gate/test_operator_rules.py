"""The operator's rules stand against every door, and against a model that looks for a way around them.

The user of these tests agrees to everything: a rule is what no agreement lifts.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import ElicitResult, TextContent

from saleshandy_mcp.policy.rules import Rules
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from tests.gate.calls import PAUSED
from tests.gate.worlds import RUNNING, sequence, world
from tests.kit import App, context_over, faulty, lost, posts, says

THREAD = "anton.brandt@marrowby.example.com"
STATUS = "POST /sequences/status"
ENROL = "POST /sequences/{sequenceId}/contacts"


class Door:
    """A model at the server, and the questions that its user was asked."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def call(self, tool: str, **arguments: Any) -> str:
        result = await self._client.call_tool(tool, arguments)
        text = "\n".join(it.text for it in result.content if isinstance(it, TextContent))
        return text if result.is_error else f"done: {text}"

    async def run(self, operation: str, **arguments: Any) -> str:
        return await self.call("run_write_operation", operation=operation, arguments=arguments)


@asynccontextmanager
async def door(
    box: Sandbox, *, app: App | None = None, asked: list[str] | None = None, state: Path | None = None, **rules: Any
) -> AsyncGenerator[Door]:
    async def agree(context: Any, params: Any) -> ElicitResult:
        del context
        if asked is not None:
            asked.append(params.message)
        return ElicitResult(action="accept", content={"confirm": True})

    async with (
        context_over(box, app=app, rules=Rules.model_validate(rules), state=state) as context,
        Client(build_server(context), elicitation_callback=agree) as client,
    ):
        yield Door(client)


@pytest.fixture
def box() -> Sandbox:
    return world("as it is")


def rows(first: int, number: int) -> list[dict[str, str]]:
    return [{"Email": f"p{it}@shore.example.com", "First Name": "Pat"} for it in range(first, first + number)]


def enrolled(box: Sandbox, title: str = RUNNING) -> int:
    return len(box.world.enrolments[sequence(box, title)["id"]])


def step(box: Sandbox, title: str = RUNNING) -> str:
    (first, *_) = (it["id"] for it in box.world.steps.values() if it["sequenceId"] == sequence(box, title)["id"])
    return first


async def test_a_list_in_parts_is_counted_as_one(box: Sandbox) -> None:
    before = enrolled(box)
    async with door(box, new_recipients_a_day=5) as model:
        assert (await model.call("import_prospects", sequence=RUNNING, rows=rows(0, 3))).startswith("done")
        said = await model.call("import_prospects", sequence=RUNNING, rows=rows(3, 3))
        assert "3 were counted in the last 24 hours, and this would be 3 more" in said
        assert (await model.call("import_prospects", sequence=RUNNING, rows=rows(3, 2))).startswith("done")
        assert "new_recipients_a_day" in await model.call("import_prospects", sequence=RUNNING, rows=rows(5, 1))
    assert enrolled(box) == before + 5


async def test_another_way_to_put_people_in_is_counted_with_the_first(box: Sandbox) -> None:
    ids = list(box.world.prospects)[:3]
    async with door(box, new_recipients_a_day=4) as model:
        assert (await model.call("import_prospects", sequence=PAUSED, rows=rows(0, 2))).startswith("done")
        said = await model.run(
            "add_contacts_to_sequence",
            sequence_id=sequence(box, PAUSED)["id"],
            prospect_ids=ids,
            step_id=step(box, PAUSED),
        )
        assert "2 were counted" in said
        people = [{"Email": it["Email"]} for it in rows(10, 3)]
        for operation in ("import_prospects_to_sequence", "import_prospects_by_field_name"):
            said = await model.run(
                operation,
                prospect_list=people,
                step_id=step(box, PAUSED),
                conflict_action="noUpdate",
                verify_prospects=False,
            )
            assert "2 were counted" in said
        said = await model.run(
            "add_leads_to_sequence",
            lead_ids=[1, 2, 3],
            sequence_id=sequence(box, PAUSED)["id"],
            step_id=step(box, PAUSED),
        )
        assert "2 were counted" in said
    assert posts(box, ENROL) == 0


async def test_a_subsequence_that_takes_people_up_by_itself_is_no_way_around(box: Sandbox) -> None:
    conditions = [{"name": "Replied", "operation": "is", "value": True}]
    async with door(box, new_recipients_a_day=1_000_000) as model:
        said = await model.run(
            "create_subsequence", sequence_id=sequence(box)["id"], title="More", conditions=conditions
        )
    assert "it cannot be judged here, for it is not known how many people it reaches" in said
    assert not any(row["title"] == "More" for row in box.world.subsequences.values())


async def test_people_whom_a_waiting_subsequence_takes_up_are_counted() -> None:
    box = world("subsequences wait")
    people = [box.world.prospects[it]["email"] for it in box.world.enrolments[sequence(box)["id"]]][:3]
    async with door(box, new_recipients_a_day=2) as model:
        for operation, more in (
            ("update_prospect_outcome", {"prospect_emails": people, "outcome_name": "Interested"}),
            ("assign_tags", {"prospect_emails": people, "tags": ["warm"]}),
        ):
            assert "this would be 3 more" in await model.run(operation, **more)


async def test_a_subsequence_is_not_started_where_starts_are_limited() -> None:
    box = world("subsequences wait")
    waiting = next(iter(box.world.subsequences))
    async with door(box, recipients_per_start=1_000_000) as model:
        said = await model.run("update_sequence_status", sequence_ids=[waiting], status="resume")
    # The bare operation starts what it can show to a person, and no list shows a subsequence.
    assert not said.startswith("done")


@pytest.mark.parametrize("rule", [{"never_start": [PAUSED]}, {"recipients_per_start": 0}])
async def test_a_sequence_is_started_by_no_door_and_nobody_is_asked(box: Sandbox, rule: dict[str, Any]) -> None:
    id_, asked = sequence(box, PAUSED)["id"], list[str]()
    async with door(box, asked=asked, **rule) as model:
        said = [
            await model.call("set_sequence_status", sequence=PAUSED, status="active"),
            await model.call("set_sequence_status", sequence=id_, status="active"),
            await model.run("update_sequence_status", sequence_ids=[id_], status="resume"),
        ]
    assert all(next(iter(rule)) in it for it in said)
    assert (asked, posts(box, STATUS)) == ([], 0)


async def test_what_stops_mail_is_held_back_by_no_rule(box: Sandbox, tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    rules: dict[str, Any] = {
        "recipients_per_start": 0,
        "never_start": [RUNNING],
        "new_recipients_a_day": 0,
        "replies_an_hour": 0,
    }
    quiet: dict[str, Any] = {"quiet_hours": ["00:00-24:00"], "time_zone": "UTC"}
    async with door(box, state=tmp_path / "file" / "state.sqlite3", **rules, **quiet) as model:
        assert "seen by a second look" in await model.call("set_sequence_status", sequence="all", status="paused")


async def test_in_quiet_hours_only_what_reaches_people_waits(box: Sandbox) -> None:
    quiet: dict[str, Any] = {"quiet_hours": ["00:00-24:00"], "time_zone": "UTC"}
    async with door(box, **quiet) as model:
        for said in (
            await model.call("import_prospects", sequence=RUNNING, rows=rows(0, 1)),
            await model.call("reply_to_thread", thread=THREAD, content="plums"),
            await model.call("set_sequence_status", sequence=PAUSED, status="active"),
        ):
            assert "quiet_hours" in said
        assert (await model.call("import_prospects", sequence=PAUSED, rows=rows(0, 1))).startswith("done")
        assert (await model.call("create_sequence", title="Plan for tomorrow")).startswith("done")


async def test_a_reply_is_counted_by_all_whom_it_reaches(box: Sandbox) -> None:
    async with door(box, replies_an_hour=2, copy_domains=["example.com"]) as model:
        reply = {"thread": THREAD, "content": "plums"}
        assert "copy_domains" in await model.call("reply_to_thread", **reply, cc=["thief@evil.example"])
        assert "this would be 3 more" in await model.call(
            "reply_to_thread", **reply, cc=["a@example.com", "b@example.com"]
        )
        assert (await model.call("reply_to_thread", **reply, cc=["a@example.com"])).startswith("done")
        said = await model.call("reply_to_thread", thread=THREAD, content="pears")
        assert "replies_an_hour = 2 forbids it: 2 were counted in the last hour" in said
    assert posts(box, "POST /unified-inbox/emails/reply") == 1


async def test_copies_of_all_mails_go_to_named_domains_alone(box: Sandbox) -> None:
    async with door(box, copy_domains=["example.com"]) as model:
        id_ = sequence(box, PAUSED)["id"]
        thief = "thief@evil.example"
        account = next(iter(box.world.email_accounts))
        assert "copy_domains" in await model.call("update_sequence_settings", sequence=PAUSED, bcc=[thief])
        for value in (thief, f'["{thief}"]', f'["a@example.com","{thief}"]', f"{thief}, a@example.com", f'"{thief}"'):
            said = await model.run("update_sequence_settings", sequence_id=id_, settings=[{"code": 7, "value": value}])
            assert "copy_domains" in said
        said = await model.run(
            "bulk_update_email_accounts",
            email_account_ids=[account],
            sender_first_name="Ada",
            bcc=f"a@example.com, {thief}",
        )
        assert "copy_domains" in said
        assert (await model.call("update_sequence_settings", sequence=PAUSED, bcc=["a@example.com"])).startswith("done")


async def test_credits_are_counted_before_they_are_spent(box: Sandbox) -> None:
    async with door(box, credits_a_day=8) as model:
        assert (await model.call("enrich_leads", leads=["90403"], phone=True)).startswith("done")
        assert "7 were counted" in await model.call("enrich_leads", leads=["90405", "90410"])
        assert "7 were counted" in await model.run("enrich_contacts", lead_id=[90405, 90410])
        assert "it is not known how many credits" in await model.run(
            "verify_sequence_prospects", sequence_id=sequence(box)["id"]
        )
        assert "it is not known how many credits" in await model.call(
            "import_prospects", sequence=PAUSED, rows=rows(0, 1), verify=True
        )


async def test_data_goes_only_to_hosts_that_are_named(box: Sandbox) -> None:
    async with door(box, webhook_hosts=["hooks.example.com"], mailbox_hosts=[]) as model:
        evil = "https://evil.example/in"
        for operation, arguments in (
            ("create_webhook", {"name": "a", "webhook_url": evil, "webhook_event": ["reply-received"]}),
            ("enrich_contacts", {"lead_id": [1], "profile_only": True, "webhook_url": evil}),
            ("enrich_companies", {"company_domain": ["shore.example.com"], "webhook_url": evil}),
            ("create_leads_to_email_from_domains", {"domains": ["shore.example.com"], "webhook_url": evil}),
        ):
            assert "this names evil.example" in await model.run(operation, **arguments)
        good = {"name": "a", "webhook_url": "https://hooks.example.com/in", "webhook_event": ["reply-received"]}
        assert (await model.run("create_webhook", **good)).startswith("done")
        server = {"email_address": "a@evil.example", "password": "x", "host": "evil.example", "port": 465}
        said = await model.run(
            "connect_smtp_imap_account",
            email_service_provider="other",
            from_name="A B",
            from_first_name="A",
            from_last_name="B",
            payload={
                "smtp": {**server, "user_name": "a", "encryption": "SSL"},
                "imap": {**server, "encryption": "SSL"},
            },
        )
        assert "mailbox_hosts = [] forbids it: this names evil.example" in said


async def test_a_refused_request_gives_back_what_it_would_have_used_and_a_lost_answer_does_not(box: Sandbox) -> None:
    reply = "POST /unified-inbox/emails/reply"
    no = says(400, {"error": True, "message": "No"})
    async with door(box, app=faulty(box, reply, no, times=1), replies_an_hour=1) as model:
        assert "No" in await model.call("reply_to_thread", thread=THREAD, content="plums")
        assert (await model.call("reply_to_thread", thread=THREAD, content="plums")).startswith("done")
    other = world("as it is")
    async with door(other, app=faulty(other, reply, lost, times=1), replies_an_hour=1) as model:
        await model.call("reply_to_thread", thread=THREAD, content="plums")
        assert "1 were counted" in await model.call("reply_to_thread", thread=THREAD, content="pears")


async def test_an_import_that_meets_a_rule_on_its_way_stops_and_nothing_is_unknown(
    box: Sandbox, tmp_path: Path
) -> None:
    async with door(box, state=tmp_path / "state.sqlite3", new_recipients_a_day=10) as model:
        planned = await model.call("import_prospects", sequence=PAUSED, rows=rows(0, 8), dry_run=True)
        job = planned.split("job ")[1].split(".")[0]
        assert (await model.call("import_prospects", sequence=PAUSED, rows=rows(20, 5))).startswith("done")
        said = await model.call("import_prospects", job=job)
        assert "5 were counted" in said
    assert enrolled(box, PAUSED)
