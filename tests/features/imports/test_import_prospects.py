"""``import_prospects``: what is asked first, what an agreement is bound to, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.sandbox import Sandbox
from tests.features.imports.kit import ACTIVE, ANN, PAUSED, imported, people_in, rows
from tests.features.questions import bound, question_of, words
from tests.kit import context_over, faulty, posts, says

SENTENCES = ["Import leads.csv into step 1 of Q3 launch", "Upload this list of 50 prospects to the sequence"]
EXAMPLES: dict[str, dict[str, Any]] = {
    "import_prospects": {
        "sequence": "SaaS founders",
        "file": "leads.csv",
        "map": ["Score="],
        "conflict_action": "noUpdate",
    },
    "import_prospects_plan": {"sequence": "Q3 launch", "file": "leads.csv", "tags": ["autumn"], "dry_run": True},
    "import_prospects_columns_preview": {"sequence": "SaaS founders", "file": "leads.csv"},
    "import_prospects_preview": {
        "sequence": "Q3 launch",
        "rows": [{"Email": "new@harbour.example.com"}, {"Email": "nobody"}],
    },
}

IMPORT_OF_ALL = "POST /prospects/import-with-field-name"


def importing(sequence: str = PAUSED, **given: Any) -> ImportProspects:
    return ImportProspects.model_validate({"sequence": sequence, **({"rows": [ANN]} | given)})


async def asks(context: Context, sequence: str = PAUSED, **given: Any) -> frozenset[Effect]:
    """The effects of an import that asks first; none where it does not ask."""
    prepared = await importing(sequence, **given).prepare(context)
    return prepared.effects if prepared.question else frozenset()


async def test_into_a_paused_sequence_new_people_go_without_a_question(context: Context) -> None:
    assert not await asks(context)
    assert not await asks(context, rows=rows(60), conflict_action="noUpdate")


@pytest.mark.parametrize(
    ("given", "effects"),
    [
        ({"conflict_action": "addMissingFields"}, {Effect.SEND}),
        ({"conflict_action": "noUpdate", "tags": ["spring"]}, {Effect.SEND}),
        ({"conflict_action": "overwrite"}, {Effect.SEND, Effect.DELETE}),
        ({"conflict_action": "upsert"}, {Effect.SEND, Effect.DELETE}),
        ({"conflict_action": "noUpdate", "verify": True}, {Effect.SPEND}),
    ],
)
async def test_many_people_may_be_stored_already_so_what_changes_them_asks(
    context: Context, given: dict[str, Any], effects: set[Effect]
) -> None:
    assert await asks(context, rows=rows(3), **given) == effects


async def test_of_two_people_it_is_looked_up_whether_they_are_stored(box: Sandbox, context: Context) -> None:
    (stored,) = people_in(box, ACTIVE, 1)
    assert not await asks(context, rows=rows(2), conflict_action="overwrite")
    assert await asks(context, rows=[*rows(1), stored]) == {Effect.SEND}
    assert await asks(context, rows=[stored], conflict_action="overwrite") == {Effect.SEND, Effect.DELETE}
    assert not await asks(context, rows=[stored], conflict_action="noUpdate")


async def test_refused_rows_that_are_sent_again_ask_like_those_of_a_plan(box: Sandbox) -> None:
    refusal = says(400, {"error": True, "message": "The step is locked"})
    async with context_over(box, app=faulty(box, IMPORT_OF_ALL, refusal, times=1)) as context:
        told = await imported(context, rows=rows(3), conflict_action="overwrite")
        assert told.refused == 3
        prepared = await ImportProspects(job=told.job).prepare(context)
    assert prepared.effects == {Effect.SEND, Effect.DELETE}
    assert prepared.question is not None
    assert "- sent again: rows that are refused" in words(prepared.question)


async def test_into_an_active_sequence_they_go_by_agreement(box: Sandbox, context: Context) -> None:
    people = [*rows(5), {"Email": "no"}, {"Email": "P1@n.example.com"}]
    prepared = await importing(ACTIVE, rows=people).prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.SEND}
    text = words(prepared.question)
    for part in (
        "Import these people?",
        '- sequence: "Q3 launch [',
        ", active",
        '- source: "rows", 5 people',
        '- the first: "Email: p0@n.example.com"',
        '- skipped: "1 bad address: no @ in it; 1 duplicate", 2 rows',
        "the active sequence mails them. To mail nobody now, pause it first.",
    ):
        assert part in text
    assert posts(box) == 0
    told = await imported(context, sequence=ACTIVE, rows=people)
    assert (told.imported, told.skipped) == (5, 2)


async def test_where_nobody_can_be_sent_nobody_is_asked(context: Context) -> None:
    assert not await asks(context, ACTIVE, rows=[{"Email": "no"}])


@pytest.mark.parametrize(
    "other",
    [
        {"rows": [{**ANN, "First Name": "Anna"}]},
        {"rows": [ANN, {"Email": "bo@n.example.com"}]},
        {"rows": [{**ANN, "Email": "an@n.example.com"}]},
        {"step": "2"},
        {"verify": True},
        {"tags": ["spring"]},
        {"conflict_action": "overwrite"},
        {"sequence": "Agencies EU"},
    ],
)
async def test_an_agreement_to_one_import_is_none_to_another(context: Context, other: dict[str, Any]) -> None:
    one, another = [
        bound(await question_of(context, importing(**{"sequence": ACTIVE, **it}))) for it in (dict[str, Any](), other)
    ]
    assert one != another


async def test_an_agreement_to_a_file_is_void_when_the_file_has_changed(context: Context, tmp_path: Path) -> None:
    agreed: list[str] = []
    for name in ("Ann", "Anna", "Anna"):
        (tmp_path / "a.csv").write_text(f"Email,First Name\nann@n.example.com,{name}\n")
        agreed.append(bound(await question_of(context, importing(ACTIVE, rows=None, file="a.csv"))))
    assert agreed[0] != agreed[1] == agreed[2]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"file": "a.csv"}, "give either rows, people or file"),
        ({"rows": None}, "give either rows, people or file"),
        ({"rows": []}, "rows: the list is empty"),
        ({"rows": [{"First Name": "Ann"}]}, "rows: there is no Email column"),
        ({"rows": [{**ANN, "Vorname": "Ann"}]}, 'rows: "Vorname" is no field of this account'),
        ({"rows": [{**ANN, "e-mail": "x@n.example.com"}]}, 'rows: "Email" and "e-mail" are both Email'),
        ({"map": ["First Name"]}, 'map: "First Name" is no pair'),
        ({"tags": ["spring", "vi"]}, 'tags: "vi" is too short'),
        ({"rows": None, "file": "gone.csv"}, "file: gone.csv cannot be read"),
        ({"rows": None, "file": "../a.csv"}, "file: ../a.csv is not inside the allowed folder"),
        ({"step": "9"}, 'step: nothing is called "9"'),
        ({"sequence": "Nothing"}, 'sequence: nothing is called "Nothing"'),
    ],
)
async def test_what_cannot_be_imported_is_told_before_anything_is_sent(
    box: Sandbox, context: Context, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(Mistake) as refusal:
        await importing(**given).prepare(context)
    assert refusal.value.wrong.startswith(words)
    assert posts(box) == 0


def test_two_hundred_rows_fit_into_a_call() -> None:
    importing(rows=rows(200))
    with pytest.raises(ValidationError, match="rows"):
        importing(rows=rows(201))
