"""``hooks.sqlite3`` in the data folder: the secrets in the addresses of webhooks, and the hints that came there."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.hooks.hint import Hint
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.store.sqlite_file import Migration, SqliteFile, run_statements

KEPT_DAYS = 30
MOST_KEPT = 10_000
"""Hints that are kept; the oldest go first."""
_SECRET_BYTES = 24

_TABLES = """
CREATE TABLE secrets (product TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE hints (
    id INTEGER PRIMARY KEY AUTOINCREMENT, product TEXT NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL,
    at REAL NOT NULL, digest BLOB NOT NULL UNIQUE
) STRICT
"""


def _create_tables(db: Connection) -> None:
    run_statements(db, _TABLES)


class HintsTrouble(Mistake):
    """The file cannot be read or written."""


@dataclass(frozen=True)
class KeptHint:
    """A hint in the file: the larger its number, the later it came."""

    number: int
    hint: Hint
    at: float


class Hints(SqliteFile):
    """The file."""

    name = "the file of deliveries"
    failure = HintsTrouble
    migrations = (Migration(1, _create_tables),)
    pragmas = ("secure_delete = ON",)

    def secret(self, product: Service) -> str:
        """The secret part of the address at which a product delivers; made when it is first asked for."""
        asked = "SELECT value FROM secrets WHERE product = ?"
        with self.reading() as db:
            found = db.execute(asked, (product.name,)).fetchone()
        if found is None:
            with self.changing() as db:
                db.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (product.name, _new_secret()))
                found = db.execute(asked, (product.name,)).fetchone()
        return found[0]

    def renew(self, product: Service) -> None:
        """Make another secret: what is posted to the address before is refused from now on."""
        with self.changing() as db:
            db.execute("INSERT OR REPLACE INTO secrets VALUES (?, ?)", (product.name, _new_secret()))

    def take(self, hint: Hint, body: bytes, at: float) -> bool:
        """Keep a hint.

        Args:
            hint: what the delivery says.
            body: of the delivery; only a digest of it is kept, by which the same delivery is known again.
            at: the time, in seconds since 1970.

        Returns:
            False when the same delivery came before: it was sent again, by the product or by somebody else.
        """
        digest = hmac.digest(self.secret(hint.product).encode(), body, "sha256")
        with self.changing() as db:
            db.execute("DELETE FROM hints WHERE at < ?", (at - KEPT_DAYS * 86_400,))
            line = (hint.product.name, hint.event, hint.subject, at, digest)
            asked = "INSERT OR IGNORE INTO hints (product, event, subject, at, digest) VALUES (?, ?, ?, ?, ?)"
            taken = db.execute(asked, line).rowcount == 1
            newest = "SELECT coalesce(max(id), 0) FROM hints"
            db.execute(f"DELETE FROM hints WHERE id <= ({newest}) - ?", (MOST_KEPT,))  # noqa: S608 - our own words
        return taken

    def newest(self, most: int) -> Sequence[KeptHint]:
        """The hints that came last, the newest first. Reading them makes no file."""
        if not self.is_there:
            return []
        with self.reading() as db:
            rows = db.execute("SELECT id, product, event, subject, at FROM hints ORDER BY id DESC LIMIT ?", (most,))
            return [_kept(*row) for row in rows.fetchall()]

    def last(self, product: Service) -> int:
        """The number of the newest hint of a product; 0 when none came. Reading it makes no file."""
        if not self.is_there:
            return 0
        with self.reading() as db:
            asked = "SELECT coalesce(max(id), 0) FROM hints WHERE product = ?"
            (number,) = db.execute(asked, (product.name,)).fetchone()
        return number


def _new_secret() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


def _kept(number: int, product: str, event: str, subject: str, at: float) -> KeptHint:
    return KeptHint(number, Hint(Service[product], event, subject), at)
