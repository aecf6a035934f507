"""The second act of the demo: contacts of the CRM go into a sequence, a week goes by, and what happened goes back."""

from typing import Any

from saleshandy_mcp.cli.support.demo_acts.stage import DemoSandbox, Talk, checked, heading, show

TITLE = "After the first talk"
_STAGE = "stage=Qualified"
_DAYS = 7

_MAIL = """Hi {{First Name|'there'}},

The three articles for {{Company}} are ready to read. Which day suits you for a look at them together?

{{Signature}}"""

_REMINDER = """Hi {{First Name|'there'}},

A short reminder: the articles for {{Company}} are waiting for you.

{{Signature}}"""

_LAST = """Hi {{First Name|'there'}},

May I send the articles to somebody else at {{Company}}?

{{Signature}}"""

_STEPS: list[dict[str, Any]] = [
    {"type": "email", "day": 1, "variants": [{"subject": "Your three articles", "content": _MAIL}]},
    {"type": "email", "day": 3, "variants": [{"subject": "", "content": _REMINDER}]},
    {"type": "email", "day": 5, "variants": [{"subject": "", "content": _LAST}]},
]
_SENDER = "bo@getlanternworks.example.com"


async def second_act(talk: Talk, sandbox: DemoSandbox, file: str) -> list[str]:
    """Do the whole job. Returns a sentence for each thing that is not as the emulators count it."""
    del file
    first_day = sandbox.state()["now"][:10]
    before = sandbox.crm_state()
    await talk.say("Who is in this stage of the pipeline?", "find_crm_records", where=[_STAGE])
    await talk.say("A sequence for them", "create_sequence", title=TITLE, accounts=[_SENDER])
    for step in _STEPS:
        await talk.say("A step", "create_step", sequence=TITLE, **step)
    imported = await talk.say("The contacts", "import_crm_contacts", sequence=TITLE, where=[_STAGE])
    await talk.say("Start it", "set_sequence_status", sequence=TITLE, status="active")
    heading(f"{_DAYS} days go by on the clock of the sandbox")
    sandbox.pass_days(_DAYS)
    events = sandbox.sequence(TITLE).get("events", {})
    show(_counted(events))
    inbox = await talk.say("Who has answered?", "list_inbox", sequence=TITLE)
    for answer in inbox.get("threads", [])[:1]:
        await talk.say("What does it say?", "read_thread", thread=answer["id"])
        person = [answer["address"]]
        await talk.say("The seller marks it as interested", "update_prospects", prospects=person, outcome="Interested")
    synced = await talk.say("Back to the CRM", "sync_to_crm", sequence=TITLE, since=first_day)
    again = await talk.say("Once more", "sync_to_crm", sequence=TITLE, since=first_day)
    return _compare(sandbox, before, imported, synced, again)


def _compare(
    sandbox: DemoSandbox,
    before: dict[str, Any],
    imported: dict[str, Any],
    synced: dict[str, Any],
    again: dict[str, Any],
) -> list[str]:
    """Compare what both emulators count themselves with what the answers said."""
    sequence, after = sandbox.sequence(TITLE), sandbox.crm_state()
    new = {kind: number - before["counts"][kind] for kind, number in after["counts"].items()}
    posts = [line for line in after["audit"][len(before["audit"]) :] if line["endpoint"].startswith("POST")]
    happened, told = sequence.get("events", {}), synced.get("events", {})
    records = synced.get("records", {})
    heading("What the emulators hold")
    show(f"{TITLE}: {sequence.get('prospects')} people, {_counted(happened)}")
    show(f"new in the CRM: {_counted(new)}")
    return checked(
        {
            "it has as many people as the report says": sequence.get("prospects") == imported.get("imported"),
            "contacts of the CRM were only read by the import": new["contacts"] == new["deals"] == 0,
            "each mail that was sent is written back": 0 < happened.get("email-sent", 0) == told.get("sent"),
            "each reply is written back": 0 < happened.get("reply-received", 0) == told.get("replied"),
            "the CRM has as many new activities and tasks as the report says": all(
                new[kind] == records.get(kind, 0) > 0 for kind in ("activities", "tasks")
            ),
            "each was sent once, and none was refused": len(posts) == sum(records.values())
            and all(line["status"] == 201 for line in posts),
            "the second sync wrote nothing": again.get("records") == {} and again.get("before", 0) > 0,
        }
    )


def _counted(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in numbers.items() if number)
