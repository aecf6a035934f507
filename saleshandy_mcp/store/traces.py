"""What the files beside the import ledger hold of a person, and how that is deleted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.store.hints import Hints
from saleshandy_mcp.store.sqlite_file import SqliteFile
from saleshandy_mcp.store.state import State


@dataclass(frozen=True)
class _Place:
    """Where there may be something.

    Attributes:
        thing: what one line of it is, for ``counted``.
        kind: of the file.
        lines: table and condition; ``:email`` is the address as it is compared, ``holds(text)`` says whether it is in
            a text.
        change: what is done with these lines; without it they are deleted.
    """

    thing: str
    kind: type[SqliteFile]
    lines: str
    change: str = ""

    @property
    def statement(self) -> str:
        table, _, condition = self.lines.partition(" WHERE ")
        return f"UPDATE {table} SET {self.change} WHERE {condition}" if self.change else f"DELETE FROM {self.lines}"  # noqa: S608 - our own words


_PLACES = (
    _Place("link to a contact of the CRM", CrmLedger, "links WHERE email = :email"),
    _Place("delivery of a webhook", Hints, "hints WHERE subject = :email"),
    _Place("selection that holds for an hour", State, "selections WHERE holds(members)"),
    _Place("question that waits for an answer", State, "plans WHERE holds(words)"),
    _Place("answer that is kept for a minute", State, "calls WHERE holds(answer)", "answer = ''"),
)


def traces(files: Sequence[SqliteFile], email: str) -> dict[str, int]:
    """By thing, how many of it there are. Looking makes no file."""
    return {place.thing: number for file in files if file.is_there for place, number in _found(file, email)}


def forget(files: Sequence[SqliteFile], email: str) -> None:
    """Delete it."""
    for file in files:
        if file.is_there and (found := list(_found(file, email))):
            with file.erasing() as db:
                for place, _ in found:
                    db.execute(place.statement, {"email": key(email)})


def _found(file: SqliteFile, email: str) -> Iterator[tuple[_Place, int]]:
    with file.reading() as db:
        _teach(db, email)
        for place in (it for it in _PLACES if isinstance(file, it.kind)):
            (number,) = db.execute(f"SELECT count(*) FROM {place.lines}", {"email": key(email)}).fetchone()  # noqa: S608 - our own words
            if number:
                yield place, number


def _teach(db: Connection, email: str) -> None:
    forms = {key(email), email.strip().casefold()}

    def holds(text: str) -> bool:
        return any(it in text.casefold() for it in forms)

    db.create_function("holds", 1, holds, deterministic=True)
