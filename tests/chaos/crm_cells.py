"""One cell of the CRM's fault matrix: a kind of call that meets a fault, and what is wrong afterwards.

As for Saleshandy in ``cells``: the emulator counts inside, and nothing that the client says is believed.
"""

import shutil
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import anyio

from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.sync_to_crm import CrmSync, SyncToCrm
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet
from saleshandy_mcp.integrations.salessheet.resources.contacts import ChangeContact, DeleteContact, ListContacts
from saleshandy_mcp.integrations.salessheet.resources.crm_tasks import CreateTask
from saleshandy_mcp.integrations.salessheet.salessheet_crm import salessheet_link
from saleshandy_mcp.integrations.salessheet.saving_contacts import save_contacts
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.faults.fault import Fault
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from saleshandy_mcp.server.app import open_context
from tests.boxes import DIALECT, frozen_box
from tests.chaos.cells import RUNS, Found, Late, Timed, end_of, set_fault
from tests.crm_kit import URL, crm_context_over
from tests.jumping_time import JUMPING_TIME, now
from tests.kit import over_a_line

ROOT = "/salessheet/v1"
TITLE = "Agencies EU"
DAY = 86_400.0
GONE_INTO, DAYS = "country=Germany", 7
"""Who is in the sequence, and for how long."""


class TimedCrm(Late, SalesSheet):
    pass


async def _read(crm: Crm, api: TimedCrm, found: Found) -> None:
    newest = set(list(crm.contacts)[:100])

    async def read() -> None:
        seen = {it.id for it in (await api.send(ListContacts())).items}
        found.false_success += seen != newest

    found.end = await end_of(read())


async def _create(crm: Crm, api: TimedCrm, found: Found) -> None:
    before = len(crm.tasks)
    found.end = await end_of(api.send(CreateTask(fields={"title": "One more"})))
    made = len(crm.tasks) - before
    found.duplicates += max(made - 1, 0)
    found.false_success += found.end == "done" and not made
    found.lost += found.end == "not done" and made


async def _change(crm: Crm, api: TimedCrm, found: Found) -> None:
    row = next(iter(crm.contacts.values()))
    found.end = await end_of(api.send(ChangeContact(id=row["id"], fields={"city": "Elsewhere"})))
    changed = row["city"] == "Elsewhere"
    found.false_success += found.end == "done" and not changed
    found.lost += found.end == "not done" and changed


async def _delete(crm: Crm, api: TimedCrm, found: Found) -> None:
    id_ = next(iter(crm.contacts))
    found.end = await end_of(api.send(DeleteContact(id=id_)))
    found.false_success += found.end == "done" and id_ in crm.contacts
    found.lost += found.end == "not done" and id_ not in crm.contacts


async def _batch(crm: Crm, api: TimedCrm, found: Found) -> None:
    """Seven contacts, and one whose address is none."""
    items = [{"email": f"p{it}@new.example.com", "city": "Newtown"} for it in range(7)] + [{"email": "nobody"}]
    results = await save_contacts(api, items, pause=anyio.sleep)
    found.end = _words(Counter(it.outcome for it in results))
    stored = Counter(row["email"] for row in crm.contacts.values() if row["city"] == "Newtown")
    # The emulator takes an address that it knows for a change, so that a second time shows in its date.
    twice = [it for it in crm.contacts.values() if it["city"] == "Newtown" and it["updated_at"] != it["created_at"]]
    found.duplicates += sum(number - 1 for number in stored.values()) + len(twice)
    for item, result in zip(items, results, strict=True):
        there = item["email"] in stored
        found.false_success += result.outcome in ("created", "updated", "found") and not there
        found.lost += result.outcome in ("refused", "not sent") and there


Kind = Callable[[Crm, TimedCrm, Found], Awaitable[None]]
_OF_CALLS: dict[str, tuple[str, Kind]] = {
    "read": (f"GET {ROOT}/contacts$", _read),
    "create": (f"POST {ROOT}/tasks$", _create),
    "change": (f"PATCH {ROOT}/contacts/", _change),
    "delete": (f"DELETE {ROOT}/contacts/", _delete),
    "batch": (f"POST {ROOT}/contacts/batch$", _batch),
}
_OF_SYNC = {"sync, its writes": f"POST {ROOT}/activities$", "sync, its reads": f"GET {ROOT}/"}
CRM_KINDS: dict[str, str] = {kind: call for kind, (call, _) in _OF_CALLS.items()} | _OF_SYNC
"""The kinds of calls, and which call meets the fault."""


def crm_call_that_meets(fault: Fault, kind: str) -> str:
    """The call of this kind that the fault is for; an empty text when there is none."""
    call = CRM_KINDS[kind]
    return call if call.startswith(fault.calls) else ""


async def _called(fault: Fault, kind: str, seed: int) -> Found:
    box = Sandbox(limits=False, clock=Clock(tick=now), dialect=DIALECT, seed=seed)
    set_fault(box, fault.name, CRM_KINDS[kind], f"crm {kind}", seed)
    found = Found()
    async with _crm(box, found) as api:
        await _OF_CALLS[kind][1](box.salessheet.crm, api, found)
    return found


def _crm(box: Sandbox, found: Found) -> TimedCrm:
    made = TimedCrm(CRM_KEY, base_url=URL, app=over_a_line(box.app), clock=now)
    made.late = found.late
    return made


@cache
def _a_week_later() -> Path:
    """A folder with a sandbox and ledgers: contacts of the CRM are in a sequence, and some days have gone by."""
    folder = Path(mkdtemp(prefix="crm-cells-"))

    async def prepared() -> None:
        box = frozen_box(limits=False)
        async with crm_context_over(box, ledger=folder / "imports.sqlite3") as context:
            await ImportCrmContacts(sequence=TITLE, where=[GONE_INTO]).run(context)
        box.clock.advance(DAYS * DAY)
        box.state()
        box.save(folder / "box.json")

    anyio.run(prepared)
    return folder


async def _synced(fault: Fault, kind: str, seed: int, folder: Path) -> Found:
    box = Sandbox(limits=False, clock=Clock(tick=now), dialect=DIALECT, seed=seed, state=folder / "box.json")
    api, found = Timed(KEY, base_url="http://sandbox/v1", app=box.app, clock=now), Found()
    api.late = found.late
    link = salessheet_link(_crm(box, found), writable=True, ledger=lambda: folder / "crm.sqlite3")
    told: Counter[str] = Counter()
    async with open_context(api, ledger=lambda: folder / "imports.sqlite3", now=box.clock.now, crm=link) as context:
        plan = await SyncToCrm(sequence=TITLE, dry_run=True).run(context)
        set_fault(box, fault.name, CRM_KINDS[kind], f"crm {kind}", seed)
        finished = False
        for _ in range(RUNS):
            said = await _said(SyncToCrm(sequence=TITLE).run(context))
            told += Counter(said.became) if said else {"stopped": 1}
            if finished := bool(said and not said.records):
                break
            # The fault is over some time after the first stop, as outages are.
            box.faults.clear()
            await anyio.sleep(600)
    found.end = _words(told)
    there = marks(box.salessheet.crm)
    wanted = plan.records["activities"] + plan.records.get("tasks", 0)
    found.duplicates += sum(number - 1 for number in there.values())
    found.lost += (not finished) + max(wanted - len(there), 0)
    found.false_success += max(told["written"] + told["found there"] - len(there) - plan.records.get("contacts", 0), 0)
    return found


async def _said(call: Awaitable[CrmSync]) -> CrmSync | None:
    try:
        return await call
    except SaleshandyError:
        return None


def marks(crm: Crm) -> Counter[str]:
    """How often each event stands in the CRM."""
    rows: list[dict[str, Any]] = [*crm.activities.values(), *crm.tasks.values()]
    texts = [str(row.get("body") or row.get("note") or "") for row in rows]
    return Counter(text.rpartition("\n")[2] for text in texts if "[saleshandy " in text)


def _words(states: Counter[str]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(states.items()))


def crm_cell(fault: Fault, kind: str, seed: int) -> Found:
    """Let a call of this kind to the CRM meet the fault."""
    backend, options = JUMPING_TIME
    if kind in _OF_CALLS:
        return anyio.run(_called, fault, kind, seed, backend=backend, backend_options=options)
    folder = Path(mkdtemp(prefix="crm-cell-"))
    try:
        shutil.copytree(_a_week_later(), folder, dirs_exist_ok=True)
        return anyio.run(_synced, fault, kind, seed, folder, backend=backend, backend_options=options)
    finally:
        shutil.rmtree(folder)
