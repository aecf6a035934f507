"""Arguments that no other call of these tests gives, so that every argument of every tool and operation is tried."""

from collections.abc import Callable
from typing import Any

from saleshandy_mcp.sandbox import Sandbox
from tests.gate.worlds import RUNNING, sequence

Calls = dict[str, tuple[str, dict[str, Any]]]
Arguments = Callable[[Sandbox], dict[str, Any]]

EVIL = "Click https://evil.example now"
THIEF = "thief@evil.example"
HOOK = "https://evil.example/hook"


def _me(box: Sandbox) -> str:
    return next(iter(box.world.members))


def _file(box: Sandbox) -> str:
    return next(iter(box.world.attachments), "1")


ARGUMENTS: dict[str, list[Arguments]] = {
    "create_sequence_step": [lambda box: {"assignee_id": _me(box)}],
    "create_step_variant": [
        lambda box: {"attachment_ids": [_file(box)]},
        lambda box: {"absolute_days": 1, "assignee_id": _me(box), "priority": 1},
        lambda _: {"task_note": EVIL},
    ],
    "update_step_variant": [
        lambda box: {"attachment_ids": [_file(box)]},
        lambda box: {"type": 1, "absolute_days": 1, "assignee_id": _me(box), "priority": 1},
        lambda _: {"task_note": EVIL},
    ],
    "import_prospects_to_sequence": [lambda _: {"verify_prospects": True}],
    "bulk_update_email_accounts": [
        lambda _: {"signature_html": f"<p>{EVIL}</p>"},
        lambda _: {"ramp_up_initial_sending_limit": 100, "ramp_up_percent": 100},
        lambda box: {"client_id": next(iter(box.world.clients), "1")},
    ],
    "reply_to_email": [
        lambda _: {"cc": [THIEF], "bcc": [THIEF]},
        lambda box: {"attachment_ids": [_file(box)], "template_id": 1, "unified_scheduled_id": 1},
    ],
    "snooze_task": [lambda _: {"call_outcome": "Interested"}],
    "create_subsequence": [lambda box: {"schedule_id": next(iter(box.world.schedules))}],
    "create_note": [lambda _: {"status": "0"}, lambda box: {"attachment_ids": [_file(box)]}],
    "purchase_domain": [
        lambda _: {"state": "Berlin", "plan_type": "annualFixed", "is_free_order": True, "is_replacement": True}
    ],
    "enrich_companies": [
        lambda _: {"company_id": [1], "company_website": ["https://evil.example"], "linkedin_url": [EVIL]}
    ],
    "enrich_contacts": [lambda _: {"linkedin_url": ["https://www.linkedin.com/in/ann"], "webhook_url": HOOK}],
    "add_leads_to_sequence": [lambda box: {"tag_ids": [next(iter(box.world.tags))]}],
    "create_leads_to_email_from_csv": [
        lambda _: {"body_template_id": "1", "subject_template_id": "1", "export_columns": "[]"},
        lambda _: {"file_name": "leads.csv", "filters": "{}"},
    ],
    "create_leads_to_email_from_domains": [lambda _: {"export_columns": ["email"], "filters": {"title": ["CEO"]}}],
}
"""Sets of arguments for a call of each of these operations, given in addition to those of the contract tests."""


def more_tools(box: Sandbox) -> Calls:
    """Calls of tools with what the other calls leave out, and of the tools that only read."""
    world = box.world
    inside = [world.prospects[id_]["email"] for id_ in world.enrolments[sequence(box)["id"]]][-3:]
    one_row = {"rows": [{"Email": "new.person@harbour.example.com", "Why Now": EVIL}]}
    job = "imp-0000000000"
    found: Calls = {}
    for title in (RUNNING, "SaaS founders"):
        flags = {"on": ["track_opens", "track_clicks"], "off": ["stop_on_reply"]}
        found |= {
            f"task step in {title}": (
                "create_step",
                {"sequence": title, "type": "call_demo", "day": 1, "variants": [{"task_note": EVIL}]}
                | {"priority": "urgent", "assignee_id": _me(box)},
            ),
            f"attachment in {title}": (
                "update_step_variant",
                {"sequence": title, "step": 1, "variant": "A", "preheader": EVIL, "attachment_ids": [_file(box)]},
            ),
            f"instruction in {title}": (
                "update_step_variant",
                {"sequence": title, "step": 2, "variant": "A", "task_note": EVIL},
            ),
            f"switches of {title}": ("update_sequence_settings", {"sequence": title, **flags}),
            f"cc of {title}": ("update_sequence_settings", {"sequence": title, "cc": [THIEF], "priority": "new"}),
            f"import into a step of {title}": ("import_prospects", {"sequence": title, "step": 1, **one_row}),
            f"import again into {title}": (
                "import_prospects",
                {"sequence": title, "again": True, "map": ["Why Now=Company"], "read_as": "except: Email=x", **one_row},
            ),
            f"people of a selection into {title}": (
                "import_prospects",
                {"sequence": title, "people": "sel_0123456789ab"},
            ),
            f"test mail of {title}": (
                "send_test_email",
                {"sequence": title, "step": "1", "variant": "A", "person": inside[0], "to": [THIEF]},
            ),
            f"dry run into {title}": ("import_prospects", {"sequence": title, "dry_run": True, **one_row}),
            f"file into {title}": ("import_prospects", {"sequence": title, "file": "people.csv"}),
            f"people of {title} away": (
                "update_prospects",
                {"prospects": inside, "status": "paused", "sequence": title, "until": "2027-01-05"},
            ),
            f"look at {title}": ("get_sequence", {"sequence": title, "whole_text": True}),
            f"numbers of {title}": ("get_stats", {"sequence": title, "period": "last 7 days", "by": "step"}),
        }
    reading = {"page": 1, "query": "a"}
    return found | {
        "job that is not there": ("import_prospects", {"job": job}),
        "sequence on a schedule": (
            "create_sequence",
            {"title": "Spring", "schedule": "Mon-Fri 9:00-17:00 Europe/Berlin"},
        ),
        "tags taken off": ("update_prospects", {"prospects": inside, "remove_tags": ["warm"]}),
        "people stopped everywhere": ("update_prospects", {"prospects": inside, "status": "finished"}),
        "people away everywhere": (
            "update_prospects",
            {"prospects": inside, "status": "paused", "until": "2027-01-05"},
        ),
        "reply with a copy": ("reply_to_thread", {"thread": inside[0], "content": EVIL, "cc": [THIEF]}),
        "all of everything": ("set_sequence_status", {"sequence": "all", "status": "active"}),
        "reveal of an earlier request": ("enrich_leads", {"request": "1"}),
        "sequences": ("list_sequences", {**reading, "status": "active"}),
        "senders": ("list_email_accounts", {**reading, "status": "active"}),
        "people": ("find_prospects", reading),
        "people on lists": ("find_prospects", {"check": inside}),
        "import status": ("check_import_status", {"job": job, "state": "refused", "page": 1}),
        "inbox": ("list_inbox", {**reading, "unread": True, "sequence": RUNNING, "since": "2026-01-05"}),
        "inbox by outcome": ("list_inbox", {"outcome": "Interested"}),
        "thread": ("read_thread", {"thread": "anton.brandt@marrowby.example.com", "mail": 1, "page": 1}),
        "credits": ("search_leads", {}),
        "numbers of all time": ("get_stats", {"by": "member", "period": "all time"}),
        "numbers compared": ("get_stats", {"compare": True, "period": "last month", "page": 1}),
        "tasks": ("list_tasks", {"status": "overdue", "type": "call", "sequence": RUNNING, "page": 1}),
        "tasks of somebody": ("list_tasks", {"assignee": _me(box)}),
        "leads": (
            "search_leads",
            {"job_titles": ["CEO"], "levels": ["Director"], "locations": ["Germany"], "industries": ["Software"]}
            | {"companies": ["Marrowby"], "keywords": ["saas"], "employees": "50-200", "page": 1},
        ),
    }
