"""Importing from Python: progress to iterate over, and a job that goes on where somebody stopped iterating."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.imports.run_import import Progress, resume_import, run_import
from saleshandy_mcp.policy.effects import NotAllowed
from saleshandy_mcp.sandbox import KEY, Sandbox
from tests.kit import line_of, pauses, posts

TITLE = "SaaS founders"


@pytest.fixture
async def api(box: Sandbox) -> AsyncGenerator[Saleshandy]:
    pause = pauses(box)
    async with Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app, clock=box.clock.seconds, pause=pause) as api:
        yield api


def yes(_: str) -> bool:
    return True


def adds_up(it: Progress) -> bool:
    return it.imported + it.refused + it.skipped + it.unknown + it.not_sent + it.waiting == it.rows


async def test_progress_grows_to_the_end_and_adds_up_all_the_way(box: Sandbox, api: Saleshandy, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("Name,Email\n" + "\n".join(f"Ann {it},p{it}@n.example.com" for it in range(700)) + "\nBo,no\n")
    before = line_of(box, TITLE)["prospects"]
    told = [it async for it in run_import(api, file, ledger=tmp_path / "l.sqlite3", sequence=TITLE, agree=yes)]
    assert all(map(adds_up, told))
    assert [it.imported for it in told] == sorted(it.imported for it in told)
    assert (told[-1].state, told[-1].imported, told[-1].skipped) == ("finished", 700, 1)
    assert [(it.number, it.reason.text) for it in told[-1].trouble] == [(702, "bad address: no @ in it")]
    assert line_of(box, TITLE)["prospects"] == before + 700


async def test_who_stops_iterating_stops_the_job_and_it_can_go_on(
    box: Sandbox, api: Saleshandy, tmp_path: Path
) -> None:
    people = [{"Email": f"p{it}@n.example.com"} for it in range(700)]
    ledger, job = tmp_path / "l.sqlite3", ""
    running = run_import(api, people, ledger=ledger, sequence=TITLE, agree=yes)
    async for progress in running:
        job = progress.job
        if progress.imported:
            break
    await running.aclose()
    assert posts(box) == 1
    *_, last = [it async for it in resume_import(api, job, ledger=ledger, agree=yes)]
    assert (last.state, last.imported, posts(box)) == ("finished", 700, 3)


async def test_what_cannot_be_imported_is_a_mistake_before_anything_is_sent(
    box: Sandbox, api: Saleshandy, tmp_path: Path
) -> None:
    with pytest.raises(Mistake, match="there is no Email column"):
        _ = [it async for it in run_import(api, [{"First Name": "Ann"}], ledger=tmp_path / "l.sqlite3")]
    with pytest.raises(Mistake, match="imp_0 is not in"):
        _ = [it async for it in resume_import(api, "imp_0", ledger=tmp_path / "l.sqlite3")]
    assert posts(box) == 0


async def test_where_somebody_has_to_agree_nothing_is_sent_without_a_yes(
    box: Sandbox, api: Saleshandy, tmp_path: Path
) -> None:
    asked: list[str] = []

    def no(words: str) -> bool:
        asked.append(words)
        return False

    people, ledger = [{"Email": "ann@n.example.com"}], tmp_path / "l.sqlite3"
    for agree in (None, no):
        with pytest.raises(NotAllowed, match="nobody has agreed to this import"):
            _ = [it async for it in run_import(api, people, ledger=ledger, sequence="Q3 launch", agree=agree)]
    assert posts(box) == 0
    (words,) = asked
    assert words.startswith('Import these people?\n- sequence: "Q3 launch [')
    assert "the active sequence mails them" in words


async def test_new_people_go_into_a_paused_sequence_without_a_question(
    box: Sandbox, api: Saleshandy, tmp_path: Path
) -> None:
    people = [{"Email": "ann@n.example.com"}]
    told = [it async for it in run_import(api, people, ledger=tmp_path / "l.sqlite3", sequence=TITLE)]
    assert (told[-1].imported, posts(box)) == (1, 1)
