"""More records than fit into a call come from a file: each is saved once, whatever stops it in between."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.crm_file_rows import typed_values
from saleshandy_mcp.features.crm.save_crm_records import SaveCrmRecords, SavedRecords
from saleshandy_mcp.integrations.crm import CrmAccess, CrmRecord
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.server.tools.action_tool import text_of
from saleshandy_mcp.store.crm_ledger import CrmLedger
from tests.crm_kit import crm_context_over
from tests.doomed import Doomed
from tests.features.crm.conftest import Opened
from tests.kit import applied, faulty, lost, says

BATCH, TASKS = "POST /salessheet/v1/contacts/batch", "POST /salessheet/v1/tasks"


def people(number: int) -> str:
    return "email,first_name,city\n" + "".join(f"p{it}@many.example.com,P{it},Odense\n" for it in range(number))


async def saved(context: Context, file: str, kind: str = "contacts", *, dry_run: bool = False) -> SavedRecords:
    return await SaveCrmRecords.model_validate({"kind": kind, "file": file, "dry_run": dry_run}).run(context)


def made(crm: Crm) -> Counter[str]:
    return Counter(it["email"] for it in crm.contacts.values() if "many.example.com" in str(it["email"]))


def writes(box: Sandbox) -> list[str]:
    return [line["endpoint"] for line in box.salessheet.audit if not line["endpoint"].startswith("GET")]


async def test_hundreds_go_in_batches_and_again_they_are_not_sent(
    context: Context, box: Sandbox, crm: Crm, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text(people(210), encoding="utf-8")
    told = await saved(context, "new.csv")
    assert told.counts == {"created": 210}
    assert len(writes(box)) == 3
    again = await saved(context, "new.csv")
    assert again.counts == {"left out": 210}
    assert not again.records
    assert len(writes(box)) == 3
    assert set(made(crm).values()) == {1}


async def test_a_plan_counts_and_writes_nothing(context: Context, box: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(people(30), encoding="utf-8")
    told = await saved(context, "new.csv", dry_run=True)
    assert told.counts == {"would be created": 30}
    assert "row 2 P0 would be created" in text_of(told)
    assert not writes(box)


async def test_a_person_is_asked_once_for_the_whole_file(
    opened: Opened, box: Sandbox, crm: Crm, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text(people(210), encoding="utf-8")
    down = says(503, {"error": {"message": "not today"}})
    async with opened(app=faulty(box, BATCH, down, after=1, times=3)) as context:
        asked = SaveCrmRecords(kind="contacts", file="new.csv")
        first = await asked.prepare(context)
        assert first.question
        told = await first.execute()
        assert told.next
        assert (await asked.prepare(context)).question is None
        ended = await saved(context, "new.csv")
    assert set(ended.counts) <= {"left out", "created", "saved, as a look showed"}
    assert len(made(crm)) == 210


async def test_rows_with_an_id_change_records_and_their_cells_take_the_types_of_the_crm(
    context: Context, crm: Crm, tmp_path: Path
) -> None:
    persons = [it for it in crm.contacts.values() if it["type"] == "person"][:25]
    lines = [f'{it["id"]},yes,7,"vip, west"' for it in persons]
    (tmp_path / "changes.csv").write_text(
        "\n".join(["id,opted_out,cf_support_team_size,tags", *lines]), encoding="utf-8"
    )
    told = await saved(context, "changes.csv")
    assert set(told.counts) <= {"changed", "unchanged"}
    assert all(it["opted_out"] is True and it["tags"] == ["vip", "west"] for it in persons)
    assert all(it["custom_fields"]["cf_support_team_size"] == 7 for it in persons)
    assert (await saved(context, "changes.csv")).counts == {"unchanged": 25}


async def test_a_yes_to_one_file_is_none_to_another_nor_to_the_same_one_later(
    context: Context, crm: Crm, tmp_path: Path
) -> None:
    one, other = [it for it in crm.contacts.values() if it["type"] == "person"][:2]
    (tmp_path / "one.csv").write_text(f"id,city\n{one['id']},Odense\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text(f"id,city\n{other['id']},Odense\n", encoding="utf-8")
    assert (await saved(context, "one.csv")).counts == {"changed": 1}
    assert (await SaveCrmRecords(kind="contacts", file="other.csv").prepare(context)).question
    one["city"] = "Aarhus"
    assert (await SaveCrmRecords(kind="contacts", file="one.csv").prepare(context)).question


async def test_what_was_saved_in_one_account_counts_in_that_alone(box: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("title\nCall P\nCall Q\n", encoding="utf-8")
    for account in ("one", "other"):
        async with crm_context_over(box, folder=tmp_path, ledger=tmp_path / "i.sqlite3") as context:
            access = replace(context.service(CrmAccess), account=account)
            told = await saved(replace(context, services={**context.services, CrmAccess: access}), "new.csv", "tasks")
        assert told.counts == {"created": 2}


async def test_a_row_that_is_mended_is_sent_alone(context: Context, crm: Crm, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text(people(3) + "not an address,Q,Odense\n", encoding="utf-8")
    told = await saved(context, "new.csv")
    assert told.counts == {"created": 3, "refused": 1}
    assert "row 5 Q refused: email 'not an address' is not a valid email" in text_of(told)
    file.write_text(people(3) + "q@many.example.com,Q,Odense\n", encoding="utf-8")
    assert (await saved(context, "new.csv")).counts == {"left out": 3, "created": 1}
    assert set(made(crm).values()) == {1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("emial\na@example.com\n", 'row 2: no field "emial" was seen in contacts. Near it: email'),
        ("id,city\nnobody,Odense\n", "contacts: there is none with the id nobody"),
        ("email,city\n", "file: new.csv"),
        ("id\nx\n", "row 2: there are no values in it"),
        ("email\n" + "a@example.com\n" * 10_001, "file: new.csv has over 10,000 rows"),
    ],
)
async def test_what_is_wrong_with_a_file_is_one_sentence_and_nothing_is_written(
    context: Context, box: Sandbox, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "new.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Mistake) as error:
        await saved(context, "new.csv")
    assert error.value.words(str).startswith(words)
    assert not writes(box)


async def test_a_file_outside_the_folder_is_not_read(context: Context) -> None:
    with pytest.raises(Mistake, match="not inside the allowed folder"):
        await saved(context, "../secret.csv")


@pytest.mark.parametrize("given", [{}, {"records": [{"title": "x"}], "file": "new.csv"}])
async def test_either_records_or_a_file_is_given(context: Context, given: dict[str, Any]) -> None:
    with pytest.raises(Mistake, match="give either records or file"):
        await SaveCrmRecords.model_validate({"kind": "tasks", **given}).run(context)


class Killed(BaseException):
    """The process ends here."""


async def _dies(*_: object) -> None:
    raise Killed


@pytest.mark.parametrize("executed", [True, False])
@pytest.mark.parametrize(("kind", "call"), [("contacts", BATCH), ("tasks", TASKS)])
async def test_what_is_killed_in_a_call_is_finished_by_the_next_process(
    box: Sandbox, crm: Crm, tmp_path: Path, kind: str, call: str, *, executed: bool
) -> None:
    text = people(110) if kind == "contacts" else "title\n" + "".join(f"Call P{it}\n" for it in range(4))
    (tmp_path / "new.csv").write_text(text, encoding="utf-8")
    app = faulty(box, call, applied(_dies, executed=executed), after=1, times=1)
    async with crm_context_over(box, app=app, folder=tmp_path, ledger=tmp_path / "i.sqlite3") as context:
        with pytest.raises(Killed):
            await saved(context, "new.csv", kind)
    async with crm_context_over(box, folder=tmp_path, ledger=tmp_path / "i.sqlite3") as context:
        told = await saved(context, "new.csv", kind)
    assert "unknown" not in told.counts
    there = (
        made(crm)
        if kind == "contacts"
        else Counter(it["title"] for it in crm.tasks.values() if "Call P" in it["title"])
    )
    assert len(there) == (110 if kind == "contacts" else 4)
    assert set(there.values()) == {1}


class DoomedLedger(Doomed, CrmLedger):
    pass


def killed() -> Any:
    raise Killed


async def test_each_change_of_the_ledger_may_be_the_last_of_its_process(box: Sandbox, crm: Crm, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("title,due_date\n" + "Call P,2026-12-01\n" * 4, encoding="utf-8")
    kills = 0
    for turn in range(60):
        doomed = DoomedLedger(lambda: tmp_path / "crm.sqlite3")
        doomed.dies(killed, 1 + turn % 3, after=bool(turn % 2))
        async with crm_context_over(box, folder=tmp_path) as context:
            context.services[CrmLedger] = doomed  # pyright: ignore[reportIndexIssue] - a process of its own would open it
            try:
                await saved(context, "new.csv", "tasks")
                break
            except Killed:
                kills += 1
            finally:
                doomed.close()
    assert kills > 3
    assert sum(it["title"] == "Call P" for it in crm.tasks.values()) == 4


async def test_a_lost_answer_is_looked_up_and_not_sent_again(
    opened: Opened, box: Sandbox, crm: Crm, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("title\nCall Vera\n", encoding="utf-8")
    async with opened(app=faulty(box, TASKS, lost, times=1)) as context:
        first = await saved(context, "new.csv", "tasks")
        assert first.counts == {"unknown": 1}
        assert first.next
        assert (await saved(context, "new.csv", "tasks")).counts == {"saved, as a look showed": 1}
    assert sum(it["title"] == "Call Vera" for it in crm.tasks.values()) == 1


@pytest.mark.parametrize(
    ("text", "value", "after"),
    [
        ("yes", True, True),
        ("No", True, False),
        ("maybe", True, "maybe"),
        ("7", 1, 7),
        ("7.5", 1, 7.5),
        ("1,200", 1, "1,200"),
        ("a, b", ["x"], ["a", "b"]),
        ("007", "x", "007"),
    ],
)
def test_a_cell_takes_the_type_that_the_field_has_in_the_crm(text: str, value: Any, after: Any) -> None:
    assert typed_values({"field": text}, [CrmRecord("1", {"field": value})]) == {"field": after}
