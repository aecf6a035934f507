"""Tasks that are completed, skipped, put off or noted: each is told for itself, and a next mail is asked for."""

from typing import Any

import pytest
from pydantic import ValidationError

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.tasks.update_tasks import UpdateTasks
from saleshandy_mcp.lookups.facts import MOST_CALLS
from saleshandy_mcp.sandbox import Sandbox
from tests.features.questions import bound, question_of, through_the_gate, words
from tests.features.tasks.tasks_kit import NOTE, SKIP, SNOOZE, by_state, of_tasks, tasks_of, update, written
from tests.kit import context_over, faulty, posts, says

SENTENCES = ["Mark the call with Jo as done, no answer", "Snooze these tasks until Friday"]
EXAMPLES: dict[str, dict[str, Any]] = {
    "update_tasks": {"tasks": ["ZaSbU99Aq2", "4FGxI5Isms"], "action": "snooze", "until": "2026-11-20"}
}


@pytest.mark.parametrize(("action", "number"), [("skip", 1), ("skip", 5), ("snooze", 1), ("snooze", 5)])
async def test_one_task_is_a_call_and_several_are_one_too(
    box: Sandbox, context: Context, action: str, number: int
) -> None:
    ids = tasks_of(box, "2", number=number)
    told = await update(context, [*ids, ids[0]], action, until="2026-11-20" if action == "snooze" else None)
    assert (told.asked, told.done, told.problems) == (number, number, [])
    assert posts(box, SKIP if action == "skip" else SNOOZE) == (number > 1)
    rows = [box.world.tasks[id_] for id_ in ids]
    assert all(row["skippedAt"] if action == "skip" else row["dueDate"] == "2026-11-20" for row in rows)


async def test_a_day_alone_means_nine_in_the_morning_utc_and_a_moment_is_itself(box: Sandbox, context: Context) -> None:
    (id_,) = tasks_of(box, "2", number=1)
    told = await update(context, [id_], "snooze", until="2026-11-20")
    assert str(told.until) == "2026-11-20 09:00:00+00:00"
    told = await update(context, [id_], "snooze", until="2026-11-21T00:30+02:00")
    assert box.world.tasks[id_]["dueDate"] == "2026-11-20"


async def test_calls_are_completed_with_their_outcome_and_one_that_fails_does_not_stop_the_next(
    box: Sandbox, context: Context
) -> None:
    first, second = tasks_of(box, "11", number=2)
    told = await update(context, [first, "unknown", second], "complete", call_outcome="No Answer")
    assert (told.done, by_state(told)) == (2, {"failed": ["unknown"]})
    assert "not found" in told.problems[0].reason
    assert {box.world.tasks[id_]["callOutcome"] for id_ in (first, second)} == {"No Answer"}


async def test_one_task_that_is_refused_says_why_and_what_to_give(box: Sandbox, context: Context) -> None:
    with pytest.raises(Mistake, match="callOutcome is required") as refusal:
        await update(context, tasks_of(box, "11", number=1), "complete")
    assert refusal.value.words(NextCall.for_model).endswith("Calls need call_outcome. The ids of tasks: list_tasks().")


async def test_a_note_is_added_below_the_instruction_of_each_task(box: Sandbox, context: Context) -> None:
    ids = tasks_of(box, "2", number=2)
    box.world.tasks[ids[0]]["taskNote"] = "Ask who writes the articles."
    assert (await update(context, ids, "note", note="After lunch")).done == 2
    assert [box.world.tasks[id_]["taskNote"] for id_ in ids] == [
        "Ask who writes the articles.\nAfter lunch",
        "After lunch",
    ]


async def test_a_note_that_would_be_too_long_with_the_instruction_is_refused(box: Sandbox, context: Context) -> None:
    (id_,) = tasks_of(box, "2", number=1)
    box.world.tasks[id_]["taskNote"] = "x" * 2990
    with pytest.raises(Mistake, match=f"note: task {id_} has 2,990 characters already") as refusal:
        await update(context, [id_], "note", note="After lunch")
    assert refusal.value.remedy == "Shorten it to 9."
    assert posts(box, NOTE) == 0


async def test_a_note_of_a_task_that_there_is_none_of_is_refused(context: Context) -> None:
    with pytest.raises(Mistake, match="Saleshandy refused: Task not found") as refusal:
        await update(context, ["nope"], "note", note="After lunch")
    assert refusal.value.next == NextCall.of("list_tasks")


@pytest.mark.parametrize("action", ["complete", "skip"])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("active", [True, False])
async def test_a_task_that_is_done_asks_where_its_sequence_is_active(
    box: Sandbox, context: Context, action: str, number: int, *, active: bool
) -> None:
    of_tasks(box, "2")["active"] = active
    box.world.subsequences.clear()
    call = {"tasks": tasks_of(box, "2", number=number), "action": action}
    prepared = await UpdateTasks.model_validate(call).prepare(context)
    assert (prepared.question is not None) is active
    assert prepared.effects == ({Effect.SEND} if active else {Effect.WRITE})
    assert sum(box.state()["requests"].values()) <= MOST_CALLS
    assert written(box) == {}


@pytest.mark.parametrize("action", ["complete", "skip"])
async def test_a_task_that_is_done_asks_where_its_paused_sequence_has_a_subsequence(
    box: Sandbox, context: Context, action: str
) -> None:
    of_tasks(box, "2")["active"] = False
    call = {"tasks": tasks_of(box, "2", number=1), "action": action}
    assert (await UpdateTasks.model_validate(call).prepare(context)).question is not None


@pytest.mark.parametrize("action", ["complete", "skip"])
async def test_more_tasks_than_can_be_looked_at_ask(box: Sandbox, context: Context, action: str) -> None:
    of_tasks(box, "2")["active"] = False
    call = {"tasks": tasks_of(box, "2", number=4), "action": action}
    assert (await UpdateTasks.model_validate(call).prepare(context)).question is not None
    assert sum(box.state()["requests"].values()) <= MOST_CALLS


@pytest.mark.parametrize("action", ["complete", "skip"])
async def test_a_task_of_which_nothing_is_told_asks(box: Sandbox, action: str) -> None:
    bare = says(200, {"payload": {"taskId": "T1"}})
    async with context_over(box, app=faulty(box, "GET /tasks/T1", bare)) as context:
        prepared = await UpdateTasks.model_validate({"tasks": ["T1"], "action": action}).prepare(context)
    assert prepared.question is not None


@pytest.mark.parametrize(("action", "more"), [("snooze", {"until": "2026-11-20"}), ("note", {"note": "After lunch"})])
@pytest.mark.parametrize("number", [1, 5])
async def test_putting_off_and_noting_ask_nobody(
    box: Sandbox, context: Context, action: str, more: dict[str, str], number: int
) -> None:
    call = {"tasks": tasks_of(box, "2", number=number), "action": action, **more}
    prepared = await UpdateTasks.model_validate(call).prepare(context)
    assert (prepared.question, prepared.effects) == (None, {Effect.WRITE})


async def test_the_question_names_the_tasks_and_is_bound_to_all_of_them(box: Sandbox, context: Context) -> None:
    ids = tasks_of(box, "11", "2", number=12)
    action = UpdateTasks(tasks=ids, action="complete", call_outcome="No Answer")
    question = await question_of(context, action)
    assert words(question).splitlines() == [
        "Mark these tasks as done? Some may belong to an active sequence.",
        f'- tasks: "{", ".join(ids[:10])}", 12 tasks, completed for good',
        next(line for line in words(question).splitlines() if line.startswith("- all 12 tasks (digest ")),
        '- outcome of the call: "No Answer"',
        "On yes the people of these tasks go on to the next step or a subsequence, and get its mail.",
    ]
    others = UpdateTasks(tasks=[*ids[:11], "other"], action="complete", call_outcome="No Answer")
    assert bound(await question_of(context, others)) != bound(question)
    assert "skipped for good" in words(await question_of(context, UpdateTasks(tasks=ids, action="skip")))


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("complete", {}),
        ("skip", {}),
        ("snooze", {"until": "2026-11-20"}),
        ("note", {"note": "After lunch"}),
    ],
)
@pytest.mark.parametrize("number", [1, 3])
async def test_what_was_prepared_gets_through_the_gate(
    box: Sandbox, context: Context, action: str, more: dict[str, str], number: int
) -> None:
    call = {"tasks": tasks_of(box, "2", number=number), "action": action, **more}
    assert (await through_the_gate(context, UpdateTasks.model_validate(call))).done == number


async def test_in_the_background_each_failure_is_told_with_its_reason(box: Sandbox, context: Context) -> None:
    ids = tasks_of(box, "2", number=3)
    await update(context, ids[:1], "skip")
    told = await update(context, [*ids, "unknown"], "skip")
    assert (told.done, by_state(told)) == (2, {"failed": [ids[0], "unknown"]})
    assert [it.reason for it in told.problems] == ["Task is already done", "Task not found"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"action": "snooze"}, "until: snooze needs it"),
        ({"action": "note"}, "note: note needs it"),
        ({"action": "skip", "note": "x"}, "note: it does not go with skip"),
        ({"action": "complete", "until": "2026-11-20"}, "until: it does not go with complete"),
        ({"action": "skip", "call_outcome": "Interested"}, "call_outcome: it does not go with skip"),
        ({"action": "snooze", "until": "tomorrow"}, 'until: "tomorrow" is no date'),
        ({"action": "snooze", "until": "2026-02-30"}, "until: .* is no date"),
        ({"action": "snooze", "until": "2026-11-20T15:00"}, "with a zone"),
        ({"action": "snooze", "until": "2026-11-15"}, "has passed, it is 2026-11-16 08:00 UTC"),
        ({"action": "skip", "tasks": []}, "tasks: 1 to"),
        ({"action": "skip", "tasks": ["a", ""]}, "tasks: 1 to"),
        ({"action": "complete", "tasks": ["a", ".."]}, "task_?[iI]d: '..' is no id"),
        ({"action": "skip", "tasks": [str(n) for n in range(101)]}, "tasks: 1 to 100"),
        ({"action": "complete", "tasks": [str(n) for n in range(21)]}, "tasks: 1 to 20"),
        (
            {
                "action": "snooze",
                "until": "2026-11-20",
                "call_outcome": "No Answer",
                "tasks": [str(n) for n in range(21)],
            },
            "tasks: 1 to 20",
        ),
    ],
)
async def test_what_is_wrong_is_refused_before_anything_is_sent(
    box: Sandbox, context: Context, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(Mistake, match=words):
        await UpdateTasks.model_validate({"tasks": tasks_of(box, "2"), **arguments}).run(context)
    assert not [call for call in box.state()["requests"] if "/tasks" in call]


def test_words_that_the_api_does_not_know_and_notes_that_are_too_long_are_refused() -> None:
    long = {"action": "note", "note": "x" * 3001}
    for wrong in ({"action": "delete"}, {"action": "complete", "call_outcome": "no-answer"}, long):
        with pytest.raises(ValidationError):
            UpdateTasks.model_validate({"tasks": ["a"], **wrong})
