"""What stands in the data folders that tests leave: the key nowhere, and addresses only where somebody needs them."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from saleshandy_mcp.sandbox import KEY

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.example\b")
WHERE_ADDRESSES_ARE = {
    "plans.words": "a question that waits for a person: ten minutes",
    "calls.answer": "an answer, for a client that makes the call again: a minute",
    "selections.members": "whom a handle stands for, so that nobody copies ids: an hour",
    "rows.email": "the ledger of an import: who was sent, so that nobody is sent twice",
    "jobs.facts": "the plan of an import: the samples that a person reads before they agree",
    "hints.subject": "whom a delivery is about, to read it again by the API: 30 days",
    "opt_outs.email": "who opted out in the CRM, so that no import takes them",
    "links.email": "which contact of the CRM a person is, so that what happens to them goes back to it",
    "payloads.json": "the rows of an import that are still to be sent",
}
"""Columns that may hold addresses, and why."""


def leaks(folder: Path) -> Iterator[str]:
    """What stands in a store or in an audit file below a folder, and should not."""
    for file in folder.rglob("*.sqlite3*"):
        if file.is_file() and KEY.encode() in file.read_bytes():
            yield f"the key is in {file.name}"
    for file in folder.rglob("audit.jsonl"):
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        yield from (f"{what} is in {file.name}" for what in _in_text(text))
    for file in folder.rglob("*.sqlite3"):
        try:
            yield from (f"{what} in {file.name}" for what in _in_tables(file))
        except sqlite3.Error:  # a test has damaged it
            continue


def _in_text(text: str) -> Iterator[str]:
    if KEY in text:
        yield "the key"
    if found := ADDRESS.search(text):
        yield found[0]


def _in_tables(file: Path) -> Iterator[str]:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            lines = db.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the file itself
            names = [f"{table}.{it[0]}" for it in lines.description]
            for line in lines:
                for name, value in zip(names, line, strict=True):
                    if name not in WHERE_ADDRESSES_ARE and (found := ADDRESS.search(_text(value))):
                        yield f"{found[0]} is in {name}"


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
