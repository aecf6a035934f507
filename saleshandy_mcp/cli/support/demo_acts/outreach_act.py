"""The first act of the demo: a sequence is built, filled from a file and started."""

from typing import Any

from saleshandy_mcp.cli.support.demo_acts.stage import DemoSandbox, Talk, checked, heading, show

TITLE = "Autumn outreach"
_FIRST_MAIL = """Hi {{First Name|'there'}},

I saw that {{Company}} is {{Why Now|'growing'}}. Teams at that point often answer the same ten questions by hand.

We turn your solved tickets into help articles. Shall I write three for {{Company}}, to look at and keep?

{{Signature}}"""

_SECOND_MAIL = """Hi {{First Name|'there'}},

One number, in case it helps: a team of six answered a third fewer tickets after eight weeks.

Worth a quarter of an hour next week?

{{Signature}}"""

_STEPS: list[dict[str, Any]] = [
    {
        "type": "email",
        "day": 1,
        "variants": [
            {"subject": "Ten questions at {{Company}}", "content": _FIRST_MAIL},
            {"subject": "Three articles for {{Company}}?", "content": _FIRST_MAIL},
        ],
    },
    {
        "type": "linkedin_connection",
        "day": 2,
        "variants": [{"content": "Hi {{First Name|'there'}}, happy to connect."}],
    },
    {"type": "email", "day": 5, "variants": [{"subject": "", "content": _SECOND_MAIL}]},
    {
        "type": "call_follow_up",
        "day": 9,
        "priority": "high",
        "variants": [{"task_note": "Ask who looks after the help centre at {{Company}}."}],
    },
]

_SENDERS = ["ada@lanternworks.example.com", "ada@trylanternworks.example.com", "bo@getlanternworks.example.com"]


async def first_act(talk: Talk, sandbox: DemoSandbox, file: str) -> list[str]:
    """Do the whole job. Returns a sentence for each thing that is not as the sandbox counts it."""
    await talk.say("What is there?", "list_sequences")
    await talk.say("Who can send?", "list_email_accounts", status="active")
    await talk.say("A new sequence", "create_sequence", title=TITLE, accounts=_SENDERS[:1])
    for step in _STEPS:
        await talk.say("A step", "create_step", sequence=TITLE, **step)
    await talk.say(
        "A better subject for B",
        "update_step_variant",
        sequence=TITLE,
        step="1",
        variant="B",
        subject="Three help articles for {{Company}}?",
    )
    imported = await talk.say("The leads", "import_prospects", sequence=TITLE, file=file, verify=True, tags=["autumn"])
    imported = await to_its_end(talk, imported)
    known = imported["trouble"][0]["email"] if imported.get("refused") else ""
    twice = await talk.say(
        "The same people into another step",
        "import_prospects",
        sequence=TITLE,
        step="3",
        rows=[{"Email": "rohan.sethi@oakhollow.example.com"}, {"Email": known or "x"}],
    )
    await talk.say("More senders", "add_email_accounts", sequence=TITLE, accounts=_SENDERS)
    started = await talk.say("Start it", "set_sequence_status", sequence=TITLE, status="active")
    await talk.say("What it is now", "get_sequence", sequence=TITLE)
    return _compare(sandbox, imported, twice, started)


async def to_its_end(talk: Talk, imported: dict[str, Any]) -> dict[str, Any]:
    """Follow an import until it is finished; the last answer.

    On a slow machine the first answer is a plan whose rows are still being read. When they are, it is started.
    """
    while "job" in imported and not imported.get("finished"):
        planned = imported.get("reading") is False
        imported = await talk.say(
            "How far is it?", "import_prospects" if planned else "check_import_status", job=imported["job"]
        )
    return imported


def _compare(
    sandbox: DemoSandbox, imported: dict[str, Any], twice: dict[str, Any], started: dict[str, Any]
) -> list[str]:
    """Compare the sandbox's own count with what the answers said."""
    sequence, jobs = sandbox.sequence(TITLE), sandbox.state()["imports"]
    heading("What the sandbox holds")
    show(
        f"{TITLE}: {sequence.get('steps')} steps, {len(sequence.get('emailAccounts', []))} senders, "
        f"{sequence.get('prospects')} people"
    )
    for job in jobs:
        show(f"import {job['requestId']}: {job['rows']} rows, {job['imported']} imported, {job['refused']} refused")
    refused = sum(job["refused"] for job in jobs[: len(imported.get("request_ids", ()))])
    parts = ("imported", "refused", "skipped", "unknown", "not_sent", "in_progress")
    return checked(
        {
            "the sequence is active": sequence.get("active") is True and started.get("status") == "active",
            "it has four steps": sequence.get("steps") == len(_STEPS),
            "it has three senders": sorted(sequence.get("emailAccounts", [])) == sorted(_SENDERS),
            "it has as many people as the report says": sequence.get("prospects") == imported.get("imported"),
            "the counts of the import add up": sum(imported.get(part, 0) for part in parts) == imported.get("rows"),
            "as many rows were refused as the report says": bool(sequence) and refused == imported.get("refused"),
            "nobody was added to a second step": twice.get("refused", 0) > 0 and twice.get("imported") == 0,
        }
    )
