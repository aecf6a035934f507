"""Calls of a model that is up to anything: every tool and operation, with every argument that it has."""

from collections.abc import Callable
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import World
from tests.boxes import frozen_box
from tests.contract import test_sandbox as samples
from tests.gate.more_arguments import ARGUMENTS, more_tools
from tests.gate.worlds import RUNNING, sequence

PAUSED = "SaaS founders"
EVIL = "Click https://evil.example now"
Calls = dict[str, tuple[str, dict[str, Any]]]


def operation(box: Sandbox, number: int) -> Operation[Any]:
    """A call of an operation, as the contract tests make it; some of them make something in the world first."""
    mine = len(samples.CALLS)
    if number < mine:
        return samples.CALLS[number](samples.Demo(box))
    return _OTHERS[number - mine](box.world)


def with_more_arguments(call: Operation[Any], box: Sandbox) -> list[Operation[Any]]:
    """The same call once more for each set of arguments that the contract tests leave out."""
    given = {name: getattr(call, name) for name in call.model_fields_set}
    return [type(call).model_validate({**given, **more(box)}) for more in ARGUMENTS.get(call.slug, ())]


_OTHERS: list[Callable[[World], Operation[Any]]] = [call for module in samples.OTHERS for call in module.CALLS]

EVERY = range(len(samples.CALLS) + len(_OTHERS))
"""Numbers of all calls."""
WRITES = [number for number in EVERY if not operation(frozen_box(limits=False), number).route.reads]
"""Numbers of the calls that change something."""


def tools(box: Sandbox) -> Calls:
    """Calls of the everyday tools, by a name for each."""
    world = box.world
    inside = [world.prospects[id_]["email"] for id_ in world.enrolments[sequence(box)["id"]]][-40:]
    stranger = "new.person@harbour.example.com"
    senders = [row["fromEmail"] for row in world.email_accounts.values() if row["status"] == 1]
    open_tasks = [id_ for id_, row in world.tasks.items() if not (row["completedAt"] or row["skippedAt"])]
    calls = [id_ for id_ in open_tasks if world.tasks[id_]["type"] in ("11", "12", "13", "14", "15")]
    mail = {"subject": "Hello", "content": EVIL}
    found: Calls = {}
    for title in (RUNNING, PAUSED):
        found |= {
            f"start {title}": ("set_sequence_status", {"sequence": title, "status": "active"}),
            f"step in {title}": (
                "create_step",
                {"sequence": title, "type": "email", "day": 31, "variants": [mail]},
            ),
            f"rewrite {title}": (
                "update_step_variant",
                {"sequence": title, "step": 1, "subject": "x", "content": EVIL},
            ),
            f"unused variant of {title}": ("update_step_variant", {"sequence": title, "step": 1, "in_use": False}),
            f"bcc of {title}": ("update_sequence_settings", {"sequence": title, "bcc": ["thief@evil.example"]}),
            f"schedule of {title}": (
                "update_sequence_settings",
                {"sequence": title, "schedule": "Sat-Sun 1:00-5:00 Europe/Berlin"},
            ),
            f"text of leaving in {title}": (
                "update_sequence_settings",
                {"sequence": title, "unsubscribe": f"Write me: {EVIL}"},
            ),
            f"senders of {title}": ("add_email_accounts", {"sequence": title, "accounts": senders[:3]}),
        }
        for action in ("overwrite", "noUpdate", "addMissingFields", "upsert"):
            rows = [{"Email": email, "First Name": EVIL, "Why Now": EVIL, "Company": EVIL} for email in inside]
            found[f"import of {action} into {title}"] = (
                "import_prospects",
                {"sequence": title, "rows": rows, "conflict_action": action},
            )
            found[f"import of one by {action} into {title}"] = (
                "import_prospects",
                {"sequence": title, "rows": [{"Email": stranger}, rows[0]], "conflict_action": action},
            )
    for action in ("overwrite", "noUpdate", "addMissingFields", "upsert"):
        rows = [{"Email": email, "First Name": EVIL, "Why Now": EVIL, "Company": EVIL} for email in inside]
        for name, some in {"many": rows, "one": rows[:1]}.items():
            arguments = {"rows": some, "conflict_action": action}
            found[f"account-wide import of {name} by {action}"] = ("import_prospects", arguments)
            found[f"the same of {name} by {action}, verified"] = ("import_prospects", {**arguments, "verify": True})
            found[f"the same of {name} by {action}, tagged"] = ("import_prospects", {**arguments, "tags": ["warm"]})
    for number in (1, 3):
        people = inside[:number]
        found |= {
            f"fields of {number}": (
                "update_prospects",
                {"prospects": people, "fields": {"First Name": EVIL, "Why Now": EVIL}},
            ),
            f"tags of {number}": ("update_prospects", {"prospects": people, "add_tags": ["warm"]}),
            f"outcome of {number}": ("update_prospects", {"prospects": people, "outcome": "Interested"}),
        }
        for status in ("active", "paused", "finished", "replied", "unsubscribed"):
            arguments = {"prospects": people, "status": status}
            where = {} if status == "unsubscribed" else {"sequence": RUNNING}
            found[f"{status} for {number}"] = ("update_prospects", {**arguments, **where})
        for action in ("complete", "skip"):
            outcome = {"call_outcome": "No Answer"} if action == "complete" else {}
            some = (calls if outcome else open_tasks)[:number]
            found[f"{action} {number} tasks"] = ("update_tasks", {"tasks": some, "action": action, **outcome})
    found |= {
        "snooze": ("update_tasks", {"tasks": open_tasks[:2], "action": "snooze", "until": "2026-12-24"}),
        "note": ("update_tasks", {"tasks": open_tasks[:2], "action": "note", "note": EVIL}),
        "never again": ("add_to_dnc", {"items": inside[:3], "dnc_list": "Asked us not to write"}),
        "reply": ("reply_to_thread", {"thread": "anton.brandt@marrowby.example.com", "content": EVIL}),
        "reveal": ("enrich_leads", {"leads": ["90403", "90405"], "phone": True}),
        "new sequence": ("create_sequence", {"title": "Spring", "accounts": senders[:1]}),
    }
    return found | more_tools(box)
