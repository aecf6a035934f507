"""``python -m tests.bench.crm``: 10,000 contacts of the CRM into a sequence, a week, and back, within all limits.

Both emulators run in this process, and waiting moves their clock: seconds are theirs. Nothing that the client says is
believed; what the emulators hold is counted.
"""

# T201: the table on stdout is what this is for. E501: lines of a page.
# ruff: noqa: T201, E501

import argparse
import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from saleshandy_mcp.core.view import time_words
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.sync_to_crm import SyncToCrm
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.features.sequences.create_sequence import CreateSequence
from saleshandy_mcp.features.sequences.create_step import CreateStep
from saleshandy_mcp.features.sequences.set_sequence_status import SetSequenceStatus
from saleshandy_mcp.integrations.salessheet.call_budget import DAY
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.records import created
from saleshandy_mcp.sandbox.salessheet.rules import KINDS
from saleshandy_mcp.sandbox.simulation import quota
from tests.crm_kit import crm_context_over
from tests.kit import new_box

REPORT = Path(__file__).parent.parent.parent / "docs" / "bench-crm.md"
TITLE = "All contacts"
SENDER = "ada@lanternworks.example.com"
KINDS_OF_EVENTS = {"email-sent": "sent", "reply-received": "replied", "email-bounced": "bounced"}


@dataclass
class Part:
    """One of the calls: seconds by the emulators' clock, and the calls that both products saw."""

    seconds: float = 0.0
    crm_calls: int = 0
    saleshandy_calls: int = 0


@dataclass
class Round:
    """The whole way.

    Attributes:
        contacts: in the CRM.
        imported: as the report tells.
        enrolled: people in the sequence, as the sandbox counts.
        happened: events of the sequence that are written back, by kind, as the sandbox counts.
        told: the same as the answer tells.
        marks: how often each event stands in the CRM.
        minute, day: the most calls that the CRM saw in a minute and in a day.
        refused: calls that the CRM turned away.
        days: days on which records were written back.
        parts: the three calls.
        wall: seconds here.
    """

    contacts: int
    imported: int = 0
    enrolled: int = 0
    happened: Counter[str] = field(default_factory=Counter[str])
    told: Counter[str] = field(default_factory=Counter[str])
    marks: Counter[str] = field(default_factory=Counter[str])
    minute: int = 0
    day: int = 0
    refused: int = 0
    days: int = 0
    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    wall: float = 0.0

    @property
    def lost(self) -> int:
        """Contacts and events of which nothing came."""
        missing = self.contacts - self.enrolled
        return missing + sum((self.happened - self.told).values()) + max(sum(self.happened.values()) - self._events, 0)

    @property
    def twice(self) -> int:
        return sum(number - 1 for number in self.marks.values()) + max(self._events - sum(self.happened.values()), 0)

    @property
    def _events(self) -> int:
        """Different events in the CRM; tasks tell of a reply once more, and are not counted."""
        return len(self.marks)


async def run(contacts: int, folder: Path) -> Round:
    """Go the whole way once."""
    found, began = Round(contacts), time.perf_counter()
    box = new_box(limits=True)
    _fill(box, contacts)
    async with crm_context_over(box, ledger=folder / "imports.sqlite3", budget=2 * DAY) as context:
        await CreateSequence(title=TITLE, accounts=[SENDER]).run(context)
        content = "<p>Hi {{First Name|'there'}},</p><p>Worth a look?</p>"
        await CreateStep.model_validate(
            {
                "sequence": TITLE,
                "type": "email",
                "day": 1,
                "variants": [{"subject": "Three articles", "content": content}],
            }
        ).run(context)
        part = _begin(box)
        report = await ImportCrmContacts(sequence=TITLE).run(context)
        found.parts["into the sequence"] = _end(box, part)
        assert isinstance(report, ImportReport)
        found.imported = report.imported
        await SetSequenceStatus(sequence=TITLE, status="active").run(context)
        box.clock.advance(7 * DAY)
        part = _begin(box)
        told = await SyncToCrm(sequence=TITLE).run(context)
        found.parts["back to the CRM"] = _end(box, part)
        found.told = Counter(told.events)
        # Writing takes days, and people answer meanwhile.
        while told.records:
            part = _begin(box)
            told = await SyncToCrm(sequence=TITLE).run(context)
            found.told += Counter(told.events)
            found.parts["once more: news since then" if told.records else "once more: nothing new"] = _end(box, part)
    _count(found, box)
    found.wall = time.perf_counter() - began
    return found


def _fill(box: Sandbox, contacts: int) -> None:
    """So many contacts, and a sender that can mail them all in some days."""
    crm = box.salessheet.crm
    crm.contacts.clear()
    crm.deals.clear()
    for number in range(contacts):
        values = {
            "email": f"person{number}@example{number % 997}.example.com",
            "first_name": "Vera",
            "last_name": "Holt",
        }
        created(crm, KINDS["contacts"], values)
    account = next(it for it in box.world.email_accounts.values() if it["fromEmail"] == SENDER)
    quota.outbox_of(box.world, account)["limit"] = contacts
    gaps = [{"code": code, "value": "1"} for code in (quota.GAP_FROM, quota.GAP_TO)]
    account["settings"] = [it for it in account["settings"] if it["code"] not in (quota.GAP_FROM, quota.GAP_TO)] + gaps


def _begin(box: Sandbox) -> Part:
    return Part(box.clock.seconds(), len(box.salessheet.audit), sum(box.requests.values()))


def _end(box: Sandbox, before: Part) -> Part:
    now = _begin(box)
    return Part(
        now.seconds - before.seconds,
        now.crm_calls - before.crm_calls,
        now.saleshandy_calls - before.saleshandy_calls,
    )


def _count(found: Round, box: Sandbox) -> None:
    line = next(it for it in box.state()["sequences"] if it["title"] == TITLE)
    found.enrolled = line["prospects"]
    found.happened = Counter({ours: line["events"].get(kind, 0) for kind, ours in KINDS_OF_EVENTS.items()})
    crm = box.salessheet
    for row in crm.crm.activities.values():
        first, _, mark = str(row["body"] or "").rpartition("\n")
        if mark.startswith("[saleshandy ") and not first.startswith("Unsubscribed"):
            found.marks[mark] += 1
    found.minute, found.day = max(crm.windows.minutes.values()), max(crm.windows.days.values())
    found.refused = sum(it["status"] == 429 for it in crm.audit)
    found.days = len({it["time"][:10] for it in crm.audit if it["endpoint"] == "POST /activities"})


def report(found: Round) -> str:
    rows = "\n".join(
        f"| {name} | {it.crm_calls:,} | {it.saleshandy_calls:,} | {time_words(it.seconds) if it.seconds >= 1 else '0 seconds'} |"
        for name, it in found.parts.items()
    )
    events = ", ".join(f"{number:,} {what}" for what, number in found.happened.items() if number)
    return f"""# Bench of the CRM

Written by `python -m tests.bench.crm --write`, {datetime.now(UTC).date()}.

{found.contacts:,} contacts of the CRM go into a sequence, a week goes by, and what happened is written back. Both emulators have their
limits on: Saleshandy 20 calls a minute for each endpoint and 300 in all, the CRM 100 a minute and 5,000 a day. Waiting moves
their clock, and time is told by it. The way back is asked to go on the next day by itself (`--crm-wait`).

| call | calls to the CRM | calls to Saleshandy | time |
|---|---:|---:|---:|
{rows}

| what the emulators count | number |
|---|---:|
| people in the sequence, and as told | {found.enrolled:,} and {found.imported:,} |
| what happened | {events} |
| events in the CRM | {len(found.marks):,} |
| lost | {found.lost} |
| twice | {found.twice} |
| most calls of the CRM in a minute, in a day | {found.minute} and {found.day:,} |
| calls that the CRM turned away | {found.refused} |
| days on which was written | {found.days} |

Activities and tasks are written one by one, because a batch is documented for contacts alone. That is what the limit of a
day costs.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--write", action="store_true", help="write docs/bench-crm.md too")
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        found = asyncio.run(run(chosen.contacts, Path(folder)))
    text = report(found)
    print(text)
    print(f"{found.wall:.0f} s here")
    if chosen.write:
        REPORT.write_text(text, encoding="utf-8")
    return 1 if found.lost or found.twice else 0


if __name__ == "__main__":
    sys.exit(main())
