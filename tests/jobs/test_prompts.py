"""Each prompt, done as it is written: its text names the tools that are called, in the order of their first calls."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mcp.types import TextContent

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.prompts.job import jobs, tools_in
from saleshandy_mcp.server.tools.selection import Selection
from tests.crm_kit import crm_context_over
from tests.jobs.conftest import Era, Job
from tests.jobs.kit import Seller, person, sequence_of
from tests.kit import line_of

FOUNDERS, DNC = "SaaS founders", "Asked us not to write"
ADA = "ada@lanternworks.example.com"
CRM = Selection(crm=True)
FILE = "people.csv"
PEOPLE = """\
Email,First Name,Company,Score
kim@newharbour.example.com,Kim,New Harbour,7
lee@oldquay.example.com,Lee,Old Quay,5
kim@newharbour.example.com,Kim,New Harbour,7
pavel@@tessellate.example.com,Pavel,Tessellate,4
"""
DAY = timedelta(days=1)
Doing = Callable[..., AbstractAsyncContextManager[Seller]]


@pytest.fixture
def era() -> Era:
    """One is enough here: tests/server/test_prompts.py gets prompts in both."""
    return "auto"


@pytest.fixture
async def context(box: Sandbox, tmp_path: Path) -> AsyncGenerator[Context]:
    (tmp_path / FILE).write_text(PEOPLE, encoding="utf-8")
    async with crm_context_over(box, folder=tmp_path) as context:
        yield context


@pytest.fixture
def doing(job: Job) -> Doing:
    """A job that a prompt, filled in with ``given``, describes. All else as ``job`` takes it."""

    @asynccontextmanager
    async def begun(prompt: str, given: dict[str, str], **held: Any) -> AsyncGenerator[Seller]:
        async with job(selection=CRM, **held) as seller:
            (message,) = (await seller.client.get_prompt(prompt, given)).messages
            assert isinstance(message.content, TextContent)
            assert all(f"- {name}: ⟦{value}⟧" in message.content.text for name, value in given.items())
            yield seller
            assert [*dict.fromkeys(seller.called)] == tools_in(message.content.text)

    return begun


def handle_in(answer: str) -> str:
    return re.findall(r"sel_[0-9a-f]{12}", answer)[0]


def writer(inbox: str, words: str) -> str:
    """The address of the conversation whose excerpt begins so."""
    return re.findall(rf"(\S+@\S+) \[\w+\][^\n]*\n  ⟦{re.escape(words)}", inbox)[0]


def test_each_prompt_is_followed_here() -> None:
    followed = re.findall(r'doing\(\s*"(\w+)"', Path(__file__).read_text(encoding="utf-8"))
    assert sorted(followed) == [job.name for job in jobs()]


async def test_launch_a_campaign_as_its_prompt_says(doing: Doing, box: Sandbox) -> None:
    title = "Help texts for support"
    mails = [
        (1, "Ten answers for {{Company|'your team'}}", "Hi,\n\nshall I draft three answers?"),
        (4, "", "Hi {{First Name|'there'}},\n\none number, in case it helps."),
        (8, "", "Shall I close this?"),
    ]
    built = {"sequences": "+1", "steps": "+3", "variants": "+3", "schedules": "+1"}
    filled = {"imports": "+1", "prospects": "+2", "enrolments": "+2"}
    asks = ("Left out, no such field: 'Score'", 'people in it: "2", they get mail')
    given = {"brief": "Help texts for support teams; ask for a trial.", "sender": ADA, "file": FILE}
    async with doing("launch_campaign", given, calls=10, changes={**built, **filled}, asks=asks) as seller:
        await seller.call("list_email_accounts", status="active")
        await seller.call("create_sequence", title=title, accounts=[ADA])
        for day, subject, content in mails:
            variant = {"subject": subject, "content": content}
            await seller.call("create_step", sequence=title, type="email", day=day, variants=[variant])
        how = {"schedule": "Mon-Thu 9:00-16:00 Europe/Berlin", "unsubscribe": "link"}
        await seller.call("update_sequence_settings", sequence=title, **how)
        await seller.call("import_prospects", sequence=title, file=FILE)
        await seller.call("check_sequence", sequence=title)
        mended = {"content": "Hi {{First Name|'there'}},\n\nshall I draft three answers?\n\n{{Signature}}"}
        await seller.call("update_step_variant", sequence=title, step="1", variant="A", **mended)
        await seller.call("set_sequence_status", sequence=title, status="active")
    assert line_of(box, title)["active"]


async def test_import_a_list_as_its_prompt_says(doing: Doing) -> None:
    changes = {"imports": "+2", "prospects": "+3", "enrolments": "+3"}
    given = {"file": FILE, "sequence": FOUNDERS}
    async with doing("import_list", given, calls=6, changes=changes) as seller:
        await seller.call("import_prospects", file=FILE, sequence=FOUNDERS, dry_run=True)
        plan = await seller.call("import_prospects", file=FILE, sequence=FOUNDERS, map=["Score="], dry_run=True)
        done = await seller.follow(plan, "Start it:")
        id_ = re.findall(r"imp_\w+", plan)[0]
        await seller.call("check_import_status", job=id_)
        await seller.call("check_import_status", job=id_, state="refused")
        mended = {"Email": "pavel@tessellate.example.com", "First Name": "Pavel"}
        await seller.call("import_prospects", sequence=FOUNDERS, rows=[mended])
    assert "2 imported · 2 skipped" in done


async def test_triage_the_inbox_as_its_prompt_says(doing: Doing, box: Sandbox) -> None:
    answered = {"mails": "+1", "read_at": "+1", "events": "+1"}
    left_alone = {"dnc_items": "+1", "dnc_lists": "~1 updatedAt", "set_statuses": "+1", "ended": "-1"}
    asks = ('outcome: "Not Now"', 'status: "paused", until 2026-11-20', "do-not-contact list?", "Send this reply?")
    given = {"sequence": "Q3 launch", "since": "2026-11-09"}
    async with doing("triage_inbox", given, calls=6, changes={**answered, **left_alone}, asks=asks) as seller:
        inbox = await seller.call("list_inbox", unread=True, sequence="Q3 launch", since="2026-11-09")
        short, asker, leaver = (
            writer(inbox, words) for words in ("?⟧", "Hi, can it read tickets in two languages", "unsubscribe⟧")
        )
        await seller.call("read_thread", thread=short)
        await seller.call("update_prospects", prospects=[short], outcome="Not Now")
        await seller.follow(inbox, "Pause who is away, asking first:")
        await seller.call("add_to_dnc", items=[leaver], dnc_list=DNC)
        await seller.call("reply_to_thread", thread=asker, content="Hi Meera, yes, both languages in one inbox.")
    assert leaver in box.world.do_not_contact()


async def test_review_a_week_as_its_prompt_says(doing: Doing) -> None:
    async with doing("review_week", {"period": "last week"}, calls=4) as seller:
        report = await seller.call("make_report", period="last week")
        await seller.call("list_sequences", status="active")
        (best,) = re.findall(r"Best and worst[^:]*: ([^\[]+) \[", report)
        steps = await seller.call("get_stats", sequence=best, period="last week", by="step", compare=True)
        await seller.call("list_email_accounts")
    assert "Step 1" in steps


async def test_audit_deliverability_as_its_prompt_says(doing: Doing, box: Sandbox) -> None:
    domain = "lanternworks-mail.example.com"
    given = {"domain": domain}
    async with doing(
        "check_deliverability", given, calls=6, changes={"sequences": "~1 active", "events": "+1"}
    ) as seller:
        worst = await seller.call("audit_deliverability", domain=domain)
        await seller.follow(worst, "The other 4:")
        await seller.call("list_email_accounts")
        running = await seller.call("list_sequences", status="active")
        (using,) = re.findall(rf"^(.+) \[\w+\] active .*@{domain}", running, re.MULTILINE)
        await seller.call("check_sequence", sequence=using)
        await seller.call("set_sequence_status", sequence=using, status="paused")
    assert not sequence_of(box, "Agencies EU")["active"]


async def test_find_leads_as_their_prompt_says(doing: Doing, box: Sandbox) -> None:
    paid = {"leads": "~4 revealed", "credits": "~1", "jobs": "+1"}
    brought_in = {"imports": "+1", "prospects": "+3", "enrolments": "+3"}
    asks = ('cost: "up to 5 credits"', 'sequence: "SaaS founders')
    given = {"who": "Heads of operations", "number": "5", "sequence": FOUNDERS}
    async with doing("find_leads", given, calls=5, changes={**paid, **brought_in}, asks=asks) as seller:
        await seller.call("search_leads")
        found = await seller.call("search_leads", job_titles=["Head of Operations"], employees="50-500")
        revealed = await seller.follow(found, "Reveal, asking first:")
        lines = re.findall(r"^(\S+) (.+) \[\d+\] · .* · (\S+@\S+) \(valid\)", revealed, re.MULTILINE)
        rows = [{"Email": email, "First Name": first, "Last Name": last} for first, last, email in lines]
        report = await seller.follow(revealed, "Into a sequence:", sequence=FOUNDERS, rows=rows)
        await seller.call("check_import_status", job=re.findall(r"imp_\w+", report)[0])
    assert rows
    assert all(person(box, row["Email"]) for row in rows)


async def test_mail_contacts_of_the_crm_as_the_prompt_says(doing: Doing, box: Sandbox) -> None:
    imported = {"imports": "+1", "prospects": "+1", "sequences": "~1 active"}
    mailed = {"enrolments": "+5 ~7", "events": "+11"}  # in one day, two of them to contacts of the CRM
    asks = ('source: "SalesSheet, stage=Proposal", 7 people', "Start this sequence?", "Write this to the CRM?")
    given = {"stage": "Proposal", "sequence": FOUNDERS}
    async with doing("mail_crm_contacts", given, calls=7, changes={**imported, **mailed}, asks=asks) as seller:
        where = ["stage=Proposal"]
        await seller.call("find_crm_records", kind="deals", where=where)
        plan = await seller.call("import_crm_contacts", sequence=FOUNDERS, where=where, dry_run=True)
        await seller.follow(plan, "Start it:")
        await seller.call("check_sequence", sequence=FOUNDERS)
        await seller.call("set_sequence_status", sequence=FOUNDERS, status="active")
        box.clock.advance(DAY.total_seconds())
        back = await seller.call("sync_to_crm", sequence=FOUNDERS, dry_run=True)
        written = await seller.follow(back, "Write it, asking first:")
    assert "2 written" in written


async def test_clean_lists_as_the_prompt_says(doing: Doing) -> None:
    barred = {"dnc_items": "+17", "dnc_lists": "~1 updatedAt"}
    marked = {"prospects": "~25 tags", "tags": "+1"}
    asks = ("- 7 addresses", "- 10 addresses", 'tags to add: "silent 2026-11"')
    given = {"dnc_list": DNC, "sequence": "Q3 launch"}
    async with doing("clean_lists", given, calls=10, changes={**barred, **marked}, asks=asks) as seller:
        for condition in ("bounced=yes", "unsubscribed=yes"):
            found = await seller.call("find_prospects", where=[condition])
            await seller.call("add_to_dnc", items=[handle_in(found)], dnc_list=DNC)
        await seller.call("find_prospects", where=["verification=bad"])
        whole = await seller.call("get_sequence", sequence="Q3 launch")
        last = re.findall(r"^Step (\d+) \[\w+\] day \d+ email$", whole, re.MULTILINE)[-1]
        silent = await seller.call(
            "find_prospects", where=["sequence=Q3 launch", f"step={last}", "replied=no", "bounced=no"]
        )
        await seller.call("update_prospects", prospects=[handle_in(silent)], add_tags=["silent 2026-11"])
        await seller.call("check_import_status")
        await seller.call("list_email_accounts")
