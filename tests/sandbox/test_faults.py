"""Every fault of the table does what its entry says, and the guide to another one is true."""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.faults import table
from saleshandy_mcp.sandbox.faults.fault import Exchange, Fault, Message
from saleshandy_mcp.sandbox.faults.table import FAULTS
from tests.sandbox.kit import call, frozen, passes
from tests.sandbox.raw_calls import Seen, sent

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs/adding-a-fault.md").read_text(encoding="utf-8")
WRITE, READ = "POST /sequences", "GET /sequences"
AFTER_IMPORTS = (("/prospects/import-status/", ""), ("/files/", ".csv"))
EACH = pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))


def patient(box: Sandbox) -> list[float]:
    """The pauses of faults that take time, which end at once."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    box.faults.pause = pause
    return pauses


def call_of(fault: Fault, box: Sandbox) -> str:
    """A call that the fault applies to: a write where it can be one."""
    calls = (WRITE, READ, *(f"GET {path}{number}{end}" for path, end in AFTER_IMPORTS for number in box.world.imports))
    return next(call for call in calls if call.startswith(fault.calls))


def prepared() -> Sandbox:
    """A sandbox with an import that has ended, and a report of the row that it refused."""
    box = frozen()
    step = call(box, "GET", "/sequences")[0]["steps"][0]["id"]
    body = {"stepId": step, "prospectList": [{"Email": "no address"}], "verifyProspects": False}
    call(box, "POST", "/sequences/prospects/import-with-field-name", {**body, "conflictAction": "noUpdate"})
    passes(box, 600)
    return box


async def made(box: Sandbox, call: str, title: str = "One more") -> Seen:
    return await sent(box, call, {"title": title} if call == WRITE else None)


@EACH
async def test_the_client_sees_something_else_and_the_call_is_carried_out_or_not(fault: Fault) -> None:
    box, plain = prepared(), prepared()
    pauses = patient(box)
    call = call_of(fault, box)
    before = box.requests.total()
    box.faults.set(fault.name)
    for one in (box, plain):
        one.world.sequences.popitem() if fault.remembers else None
    true, seen = await made(plain, call), await made(box, call)
    assert (seen.essence, pauses) != (true.essence, [])
    if not call.startswith("GET /files/"):  # which are no calls of the API
        assert box.requests.total() - before == int(fault.executed)
    assert len(box.world.sequences) == len(plain.world.sequences) - (call == WRITE and not fault.executed)


@EACH
async def test_other_calls_go_well_and_so_do_those_before_and_after(fault: Fault) -> None:
    box, plain = prepared(), prepared()
    patient(box)
    call = call_of(fault, box)
    box.faults.set(fault.name, call, after=1, times=1)
    other = "GET /schedules"
    assert (await sent(box, other)).essence == (await sent(plain, other)).essence
    assert (await made(box, call)).essence == (await made(plain, call)).essence
    await made(box, call)
    box.clock.advance(fault.lasts)
    plain.clock.advance(fault.lasts)
    if fault.executed:
        await made(plain, call)
    assert (await made(box, call)).essence == (await made(plain, call)).essence


@EACH
def test_an_entry_is_chosen_by_short_words_and_says_what_is_seen(fault: Fault) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.name)
    assert " " in fault.what
    assert not fault.what.endswith(".")


def test_no_two_faults_do_the_same() -> None:
    told = [fault.what for fault in FAULTS.values()]
    assert len(set(told)) == len(told)


def test_every_path_of_the_guide_exists() -> None:
    paths = set(re.findall(r"[\w./-]+/[\w-]+\.py\b", GUIDE))
    assert {path for path in paths if not (ROOT / path).is_file()} == set()
    assert "saleshandy_mcp/sandbox/faults/table.py" in paths


def test_every_name_of_the_guide_exists() -> None:
    modules = [import_module(f"saleshandy_mcp.sandbox.faults.{name}") for name in ("table", "acts", "changes", "fault")]
    known = {name for module in modules for name in vars(module)} | {entry.name for entry in fields(Fault)}
    named = set(re.findall(r"`([A-Za-z_]+)`", GUIDE))
    assert named - known == set()
    assert {"Exchange", "Answer", "_ENTRIES"} <= named


def test_the_guide_explains_all_of_an_entry_and_all_acts() -> None:
    named = set(re.findall(r"`([A-Za-z_]+)`", GUIDE))
    assert {entry.name for entry in fields(Fault)} <= named
    acts = import_module("saleshandy_mcp.sandbox.faults.acts")
    own = {name for name, value in vars(acts).items() if getattr(value, "__module__", "") == acts.__name__}
    assert own <= named


async def test_the_entry_of_the_guide_is_a_fault() -> None:
    (entry,) = re.findall(r"```python\n\s*(Fault\(.*\))\n", GUIDE)
    fault: Fault = eval(entry, dict(vars(table)))  # noqa: S307 - our own guide
    assert fault.name not in FAULTS
    box = frozen()
    seen = Seen()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        seen.status = message.get("status", seen.status)

    await fault.act(Exchange(box.app, {}, receive, send))
    assert str(seen.status) == fault.name
