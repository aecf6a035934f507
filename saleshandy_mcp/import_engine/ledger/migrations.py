"""The stored form of the ledger, version by version.

A new migration needs a file of the version before in ``tests/import_engine/ledgers``.
"""

import json
import re
from sqlite3 import Connection

from saleshandy_mcp.store.sqlite_file import Migration, run_statements

_TABLES = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, state TEXT NOT NULL, made TEXT NOT NULL, source TEXT NOT NULL,
    target TEXT NOT NULL, facts TEXT NOT NULL DEFAULT '{}', note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE batches (
    job TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, request TEXT NOT NULL DEFAULT '',
    sent TEXT NOT NULL DEFAULT '', PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE rows (
    job TEXT NOT NULL, number INTEGER NOT NULL, email TEXT NOT NULL, key BLOB, print BLOB, state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '', size INTEGER NOT NULL DEFAULT 0, batch INTEGER, verified TEXT,
    PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX rows_by_key ON rows (key);
CREATE INDEX rows_by_batch ON rows (job, batch);
CREATE TABLE payloads (
    job TEXT NOT NULL, number INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE mappings (
    account TEXT NOT NULL, source TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (account, source)
) STRICT, WITHOUT ROWID;
"""


def _create_tables(db: Connection) -> None:
    run_statements(db, _TABLES)


_SENTENCES_OF_SKIPPED_ROWS = (
    (re.compile(r"no address"), "no_address"),
    (re.compile(r"bad address"), "bad_address"),
    (re.compile(r"duplicate in the file \(of row (?P<row>\d+)\)"), "duplicate"),
    (re.compile(r"on the do-not-contact list (?P<list>.*)", re.DOTALL), "do_not_contact"),
    (re.compile(r"waits in (?P<job>\S+), which has not ended"), "waits_in_job"),
    (re.compile(r"(?P<job>\S+) has sent this person, and what became of it is not known"), "unknown_in_job"),
    (re.compile(r"imported by (?P<job>\S+) with the same values"), "imported_before"),
    (re.compile(r"(?P<words>.+)", re.DOTALL), "unreadable"),
)
_OTHER_SENTENCES = {
    ("refused", "refused; the reason could not be read"): "refused_unread",
    ("imported", "read back: the answer was lost, the person is there"): "found_again",
    ("unknown", "sent, and the answer was lost; whether it was stored could not be proven"): "unproven",
}
"""Reasons in version 1, by the state of the row. All else of a refused row are words of Saleshandy."""


def _code_and_details(state: str, sentence: str) -> tuple[str, str]:
    given: dict[str, str | int] = {"words": sentence}
    code = _OTHER_SENTENCES.get((state, sentence), "refused" if state == "refused" else "other")
    if state == "skipped":
        found = ((pattern.fullmatch(sentence), code) for pattern, code in _SENTENCES_OF_SKIPPED_ROWS)
        match, code = next((match, code) for match, code in found if match)
        given = {name: int(value) if name == "row" else value for name, value in match.groupdict().items()}
    elif (state, sentence) in _OTHER_SENTENCES:
        given = {}
    return code, json.dumps(given, ensure_ascii=False) if given else ""


def _reasons_as_codes(db: Connection) -> None:
    """The reason of a row was a sentence; now it is a code with details."""
    db.execute("ALTER TABLE rows ADD COLUMN details TEXT NOT NULL DEFAULT ''")
    pairs = db.execute("SELECT DISTINCT state, reason FROM rows WHERE reason <> ''").fetchall()
    lines = [(state, sentence, *_code_and_details(state, sentence)) for state, sentence in pairs]
    db.execute("CREATE TEMP TABLE codes (state TEXT, old TEXT, code TEXT, details TEXT, PRIMARY KEY (state, old))")
    db.executemany("INSERT INTO codes VALUES (?, ?, ?, ?)", lines)
    db.execute(
        "UPDATE rows SET reason = codes.code, details = codes.details FROM codes "
        "WHERE rows.state = codes.state AND rows.reason = codes.old"
    )
    db.execute("DROP TABLE codes")


MIGRATIONS = (Migration(1, _create_tables), Migration(2, _reasons_as_codes))
VERSION = MIGRATIONS[-1].version
