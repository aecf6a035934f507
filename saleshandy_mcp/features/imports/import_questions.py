"""What a person agrees to before people are imported. Pure."""

from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.core.question import Bound, Item, Question, Value, Words
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.features.imports.import_request import Destination
from saleshandy_mcp.features.sequences.question_items import sequence_item
from saleshandy_mcp.import_engine.ledger.records import JobRecord, Target
from saleshandy_mcp.import_engine.ledger.states import RowState

_STORED: dict[ConflictAction, str] = {
    "noUpdate": "people who are stored already stay as they are",
    "addMissingFields": "people who are stored already get the fields that they lack, and mails to them show it",
    "overwrite": "people who are stored already get these values instead of theirs, and mails to them show it",
    "upsert": "people who are stored already get these values instead of theirs, blanks clear, and mails show it",
}


def plan_question(view: ImportPlan, record: JobRecord, destination: Destination) -> Question:
    """All of an import of which nothing was sent yet."""
    reasons = [f"{it.rows:,} {it.text}" for it in view.skipped_for]
    items: list[Item] = [
        *_where(destination, record.target),
        Value("source", view.source, counted(view.to_send, "person", "people")),
        *([Value("skipped", "; ".join(reasons), counted(view.skipped, "row"))] if view.skipped else []),
        *([Value("looks like an export of", view.preset)] if view.preset else []),
        *(Value("columns", sentence) for sentence in view.mapping),
        *(Value("mended", it.words()) for it in view.mended),
        *([Value("new fields", ", ".join(view.creates))] if view.creates else []),
        *(
            Value("the first", ", ".join(f"{label}: {value}" for label, value in it.stored.items()))
            for it in view.samples[:1]
        ),
        *(Value("its first mail", it.subject) for it in view.samples[:1] if it.subject),
        *(Value("warning", warning) for warning in view.warnings),
        *(
            Value("another import", f"{it.source} [{it.job}]", "stopped before its end; it can go on")
            for it in view.stopped_jobs
        ),
        Bound("all rows, as they would be imported", record.facts.plan.digest),
    ]
    return Question("Import these people?", tuple(items), _on_yes(destination, record.target))


def rest_question(record: JobRecord, destination: Destination, again: tuple[RowState, ...], left: int) -> Question:
    """The rest of an import that was started before, or rows of it that are sent again."""
    items: list[Item] = [
        *_where(destination, record.target),
        Value("import", f"{record.source} [{record.id}]", f"{counted(left, 'row')} would be imported"),
        *([Words(f"sent again: rows that are {' or '.join(again)}")] if again else []),
        *([Words("rows whose outcome is unknown may be stored already")] if RowState.UNKNOWN in again else []),
    ]
    return Question("Send the rest of this import?", tuple(items), _on_yes(destination, record.target))


def _where(destination: Destination, target: Target) -> list[Item]:
    into = (
        [sequence_item(destination.sequence), Value("step", f"{target.step} [{target.step_id}]")]
        if destination.sequence
        else [Words("into the account; nobody is put into a sequence")]
    )
    return [
        *into,
        Words(_STORED[target.conflict_action]),
        *(
            [Value("tags", ", ".join(target.tags), "for every row; a subsequence may wait for one")]
            if target.tags
            else []
        ),
        *([Words("addresses are verified, which uses credits")] if target.verify else []),
    ]


def _on_yes(destination: Destination, target: Target) -> str:
    if destination.active:
        return "On yes they are stored and the active sequence mails them. To mail nobody now, pause it first."
    if target.tags:
        return "On yes they are stored and tagged, and a subsequence that waits for a tag mails them."
    return "On yes they are stored; nobody new is mailed until a sequence is started."
