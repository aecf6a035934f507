"""Detours around the operator's rules: decoys, names that only look different, several addresses in one text."""

from pathlib import Path

import pytest

from saleshandy_mcp.sandbox import Sandbox
from tests.gate.calls import PAUSED
from tests.gate.test_operator_rules import STATUS, door, rows
from tests.gate.worlds import sequence, world
from tests.kit import posts


@pytest.fixture
def box() -> Sandbox:
    return world("as it is")


@pytest.mark.parametrize("decoy", [PAUSED, f" {PAUSED.upper()} ", f"{PAUSED[:4]}\u200b{PAUSED[4:]}"])
async def test_no_decoy_takes_the_name_of_a_sequence_that_is_never_started(box: Sandbox, decoy: str) -> None:
    sequence(box, PAUSED)["title"] = "Renamed"
    async with door(box, never_start=[PAUSED]) as model:
        for said in (
            await model.call("create_sequence", title=decoy),
            await model.run("create_sequence", title=decoy),
            await model.call("set_sequence_status", sequence="Renamed", status="active"),
        ):
            assert "never_start" in said
    assert posts(box, "POST /sequences") == posts(box, STATUS) == 0


@pytest.mark.parametrize("written", ["Cafe\u0301 owners", "Caf\u00e9\u00a0owners", "\uff23af\u00e9 own\u00aders"])
async def test_a_name_that_looks_the_same_is_the_same(box: Sandbox, written: str) -> None:
    sequence(box, PAUSED)["title"] = written
    async with door(box, never_start=["Caf\u00e9 owners"]) as model:
        assert "it names" in await model.run(
            "update_sequence_status", sequence_ids=[sequence(box, written)["id"]], status="resume"
        )


async def test_addresses_in_one_text_are_counted_one_by_one(box: Sandbox) -> None:
    both = "anton.brandt@marrowby.example.com, thief@evil.example"
    async with door(box, replies_an_hour=1) as model:
        said = await model.run("reply_to_email", email_thread_id="t", email_id="e", content="plums", to=[both])
    assert "this would be 2 more" in said


async def test_what_is_not_begun_is_not_counted(box: Sandbox, tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite3"
    async with door(box, state=state, new_recipients_a_day=1) as model:
        assert (await model.call("create_sequence", title="Spring")).startswith("done")
        audit = state.with_name("audit.jsonl")
        audit.rename(tmp_path / "away")
        audit.mkdir()
        assert "cannot be used" in await model.call("import_prospects", sequence=PAUSED, rows=rows(0, 1))
        audit.rmdir()
        (tmp_path / "away").rename(audit)
        assert (await model.call("import_prospects", sequence=PAUSED, rows=rows(1, 1))).startswith("done")
