"""How far an export is: what was asked for, what it covers, where it goes on, how much of its file counts. Pure."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.exports.export_source import At, Scope

Kind = Literal["people", "events", "numbers", "inbox"]
LAST = "last"
"""The value of ``since`` for what is new since the export that is in the file."""


class Asked(BaseModel):
    """What has to be the same in each run into one file.

    Attributes:
        kind: of the rows.
        form: how they are written.
        account: a digest of whose they are.
        sequences: as they were named.
    """

    model_config = ConfigDict(frozen=True)
    kind: Kind
    form: Literal["csv", "jsonl"]
    account: str
    sequences: tuple[str, ...] = ()


class ExportState(BaseModel):
    """The state of an export; it is kept after each page.

    Attributes:
        asked: what was asked for.
        since: the day, ``last``, or "" of the run.
        scope: what the run covers.
        at: where it goes on; None when all was read.
        read: the page that was read last.
        size: bytes of the file in the making that count. What comes after them was cut off, and is written again.
        rows: in these bytes.
        moved: rows that came twice although the order of the list should be steady.
        over: bytes of the finished file that this run replaces; None where there is none.
        finished: when the run ended; None while it has not.
    """

    model_config = ConfigDict(frozen=True)
    version: Literal[1] = 1
    asked: Asked
    since: str
    scope: Scope
    at: At | None
    read: At = At()
    size: int = 0
    rows: int = 0
    moved: int = 0
    over: int | None = None
    finished: AwareDatetime | None = None

    @classmethod
    def of_text(cls, text: str, place: str) -> "ExportState":
        """The state in a file.

        Raises:
            Mistake: when it is none that this version has written.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            raise Mistake(f"{place} is not the state of an export", "Choose another file for the export.") from None


def refuse_another(state: ExportState, asked: Asked, since: str) -> None:
    """Return when the file of this state is meant by what is asked for now.

    Raises:
        Mistake: when it holds another export, or is complete.
    """
    before = state.asked
    for word, was, now in (
        ("kind", before.kind, asked.kind),
        ("format", before.form, asked.form),
        ("account or key", before.account, asked.account),
        ("choice of sequences", before.sequences, asked.sequences),
    ):
        if was != now:
            told = f": {was}" if word in ("kind", "format") else ""
            raise Mistake(f"the file belongs to an export with another {word}{told}", "Choose another file.")
    if state.finished:
        if since != LAST:
            raise Mistake(
                f"the export in this file is complete; its run began {state.scope.began:%Y-%m-%d %H:%M} UTC",
                "--since last adds what is new; another file takes another export.",
            )
    elif since not in (LAST, state.since):
        was = f"--since {state.since}" if state.since else "no --since"
        raise Mistake(f"the file belongs to an export with {was} that has not ended", "Give the same, or --since last.")
