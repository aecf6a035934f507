"""``state.sqlite3`` in the data folder: what all processes of this user on this machine know of calls and agreements.

Reading never makes the file. A new migration needs a file of the version before in ``tests/store/files``.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.store.sqlite_file import Migration, SqliteFile, run_statements

_KEY_BYTES = 32

_TABLES = """
CREATE TABLE keys (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE plans (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, session TEXT NOT NULL, digest TEXT NOT NULL, tool TEXT NOT NULL,
    words TEXT NOT NULL, made REAL NOT NULL, until REAL NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    channel TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX plans_by_digest ON plans (account, digest);
CREATE TABLE calls (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, call TEXT NOT NULL, tool TEXT NOT NULL, began REAL NOT NULL,
    ended REAL NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'running', adds INTEGER NOT NULL DEFAULT 0,
    objects TEXT NOT NULL DEFAULT '[]', done TEXT NOT NULL DEFAULT '', doubtful TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '', process INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0,
    warned INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX calls_by_call ON calls (account, call);
"""


_HOLDS = "CREATE TABLE holds (account TEXT PRIMARY KEY, since REAL NOT NULL) STRICT, WITHOUT ROWID"


def _create_tables(db: Connection) -> None:
    run_statements(db, _TABLES)


def _add_holds(db: Connection) -> None:
    db.execute(_HOLDS)


_SIGNED_PLANS = """
DROP TABLE plans;
CREATE TABLE plans (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, session TEXT NOT NULL, call TEXT NOT NULL, digest TEXT NOT NULL,
    tool TEXT NOT NULL, words TEXT NOT NULL, made REAL NOT NULL, until REAL NOT NULL, state TEXT NOT NULL,
    channel TEXT NOT NULL, proof BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX plans_by_call ON plans (account, call)
"""


def _sign_plans(db: Connection) -> None:
    """Plans live for ten minutes: those that wait during an update are asked anew."""
    run_statements(db, _SIGNED_PLANS)


_CARDS = """
DELETE FROM plans;
ALTER TABLE plans ADD COLUMN card TEXT NOT NULL DEFAULT '';
ALTER TABLE plans ADD COLUMN offered REAL NOT NULL DEFAULT 0;
ALTER TABLE plans ADD COLUMN shown REAL NOT NULL DEFAULT 0
"""


def _add_cards(db: Connection) -> None:
    """As before, plans that wait during an update are asked anew."""
    run_statements(db, _CARDS)


_USED = """
CREATE TABLE used (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, rule TEXT NOT NULL, at REAL NOT NULL, amount REAL NOT NULL
) STRICT;
CREATE INDEX used_by_rule ON used (account, rule)
"""


def _add_used(db: Connection) -> None:
    """What was used of the operator's rules."""
    run_statements(db, _USED)


_SELECTIONS = """
CREATE TABLE selections (
    handle TEXT PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, members TEXT NOT NULL, until REAL NOT NULL
) STRICT, WITHOUT ROWID
"""


def _add_selections(db: Connection) -> None:
    """Whom or what an answer was about, for an hour."""
    db.execute(_SELECTIONS)


class StateTrouble(Mistake):
    """The file cannot be read or written. What needs it must not happen."""


class State(SqliteFile):
    """The file. What is deleted in it is overwritten: plans hold the words of questions, selections hold addresses."""

    name = "the file of calls and agreements"
    without = "Nothing is changed without it."
    failure = StateTrouble
    migrations = (
        Migration(1, _create_tables),
        Migration(2, _add_holds),
        Migration(3, _sign_plans),
        Migration(4, _add_cards),
        Migration(5, _add_used),
        Migration(6, _add_selections),
    )
    pragmas = ("secure_delete = ON",)

    def __init__(self, place: Callable[[], Path] | None = None) -> None:
        super().__init__(place)
        self._key = b""

    @property
    def key(self) -> bytes:
        """The secret of this data folder: it signs tokens, and stands in digests so that nobody can guess at them."""
        if not self._key:
            with self.changing() as db:
                new = secrets.token_bytes(_KEY_BYTES)
                db.execute("INSERT OR IGNORE INTO keys VALUES ('signing', ?)", (new,))
                (self._key,) = db.execute("SELECT value FROM keys WHERE name = 'signing'").fetchone()
        return self._key
