"""``crm.sqlite3`` in the data folder: who was imported, who opted out, what fields are for, what was written."""

import json
from collections.abc import Iterable, Iterator, Mapping
from sqlite3 import Connection

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.store.sqlite_file import Migration, SqliteFile, run_statements

_TABLES = """
CREATE TABLE links (
    job TEXT NOT NULL, email TEXT NOT NULL, contact TEXT NOT NULL, PRIMARY KEY (job, email, contact)
) STRICT, WITHOUT ROWID;
CREATE TABLE written (
    event TEXT PRIMARY KEY, state TEXT NOT NULL, record TEXT NOT NULL DEFAULT '', at TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
_OPT_OUTS = """
CREATE TABLE opt_outs (email TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE read_at (what TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID
"""

_OPT_OUTS_OF_ACCOUNTS = """
DROP TABLE opt_outs;
DROP TABLE read_at;
CREATE TABLE opt_outs (account TEXT NOT NULL, email TEXT NOT NULL, PRIMARY KEY (account, email)) STRICT, WITHOUT ROWID;
CREATE TABLE opt_outs_read (account TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID
"""
_ROLES = """
CREATE TABLE field_roles (
    account TEXT PRIMARY KEY, confirmed TEXT NOT NULL, proposed TEXT NOT NULL, at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE job_roles (job TEXT PRIMARY KEY, proposed TEXT NOT NULL) STRICT, WITHOUT ROWID
"""


def _create_tables(db: Connection) -> None:
    run_statements(db, _TABLES)


def _create_opt_outs(db: Connection) -> None:
    run_statements(db, _OPT_OUTS)


def _tell_accounts_apart(db: Connection) -> None:
    """Whose the opt-outs are that were read before is not known: they are read again."""
    run_statements(db, _OPT_OUTS_OF_ACCOUNTS)


def _create_roles(db: Connection) -> None:
    run_statements(db, _ROLES)


def _json(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), sort_keys=True)


class CrmLedgerTrouble(Mistake):
    """The file cannot be read or written. What needs it must not happen."""


class CrmLedger(SqliteFile):
    """The file."""

    name = "the file of what was written to the CRM"
    without = "Nothing is written back without it."
    failure = CrmLedgerTrouble
    migrations = (
        Migration(1, _create_tables),
        Migration(2, _create_opt_outs),
        Migration(3, _tell_accounts_apart),
        Migration(4, _create_roles),
    )

    def link(self, job: str, contacts: Iterable[tuple[str, str]]) -> None:
        """Remember the contacts that an import takes.

        Args:
            job: the import.
            contacts: address and id of each.
        """
        with self.changing() as db:
            db.execute("DELETE FROM links WHERE job = ?", (job,))
            lines = [(job, key(email), contact) for email, contact in contacts]
            db.executemany("INSERT OR IGNORE INTO links VALUES (?, ?, ?)", lines)

    def note_proposed(self, job: str, proposed: Mapping[str, str]) -> None:
        """The fields by role, as they were proposed for an import of contacts."""
        with self.changing() as db:
            db.execute("INSERT OR REPLACE INTO job_roles VALUES (?, ?)", (job, _json(proposed)))

    def proposed_of(self, job: str) -> Mapping[str, str] | None:
        """The fields by role as they were proposed for an import; None for one whose people are not from the CRM."""
        with self.reading() as db:
            found = db.execute("SELECT proposed FROM job_roles WHERE job = ?", (job,)).fetchone()
        return json.loads(found[0]) if found else None

    def contacts_of(self, jobs: Iterable[str]) -> Mapping[str, list[str]]:
        """Ids of contacts by address, of these imports; several where an address belongs to several contacts."""
        found: dict[str, set[str]] = {}
        with self.reading() as db:
            for job in jobs:
                for email, contact in db.execute("SELECT email, contact FROM links WHERE job = ?", (job,)):
                    found.setdefault(email, set()).add(contact)
        return {email: sorted(contacts) for email, contacts in found.items()}

    def note_opt_outs(self, account: str, emails: Iterable[str], at: str) -> None:
        """These addresses opted out in the CRM, as it was read at this moment; those noted before are replaced.

        Args:
            account: of the CRM, as ``CrmAccess`` names it: what another key reads may be another CRM.
            emails: the addresses.
            at: the moment.
        """
        with self.changing(durable=False) as db:
            db.execute("DELETE FROM opt_outs WHERE account = ?", (account,))
            db.executemany("INSERT OR IGNORE INTO opt_outs VALUES (?, ?)", [(account, key(it)) for it in emails])
            db.execute("INSERT OR REPLACE INTO opt_outs_read VALUES (?, ?)", (account, at))

    def opt_outs(self, account: str) -> tuple[set[str], str]:
        """The addresses that opted out, and when that was read; an empty text when it never was by this account."""
        with self.reading() as db:
            read = db.execute("SELECT at FROM opt_outs_read WHERE account = ?", (account,)).fetchone()
            emails = db.execute("SELECT email FROM opt_outs WHERE account = ?", (account,))
            return {email for (email,) in emails}, read[0] if read else ""

    def note_roles(self, account: str, confirmed: Mapping[str, str], proposed: Mapping[str, str], at: str) -> None:
        """A person has confirmed what the fields of contacts are for.

        Args:
            account: of the CRM, as ``CrmAccess`` names it.
            confirmed: field by role.
            proposed: what was proposed then.
            at: the moment.
        """
        with self.changing() as db:
            line = (account, _json(confirmed), _json(proposed), at)
            db.execute("INSERT OR REPLACE INTO field_roles VALUES (?, ?, ?, ?)", line)

    def forget_opt_outs(self, account: str) -> None:
        """They were read by other fields, so they are read again."""
        with self.changing() as db:
            db.execute("DELETE FROM opt_outs_read WHERE account = ?", (account,))

    def forget_roles(self, account: str) -> None:
        """Nothing is confirmed any more."""
        with self.changing() as db:
            db.execute("DELETE FROM field_roles WHERE account = ?", (account,))

    def roles(self, account: str) -> tuple[Mapping[str, str] | None, Mapping[str, str]]:
        """What was confirmed, None where nothing was; and what was proposed then."""
        with self.reading() as db:
            asked = "SELECT confirmed, proposed FROM field_roles WHERE account = ?"
            found = db.execute(asked, (account,)).fetchone()
        return (json.loads(found[0]), json.loads(found[1])) if found else (None, {})

    def state_of(self, events: Iterable[str]) -> Mapping[str, str]:
        """By event, whether it is "begun" or "written". An event that nobody has tried is missing."""
        return {event: state for event, state, _ in self._lines(events)}

    def records(self, events: Iterable[str]) -> set[str]:
        """The ids of the records as which these events were written, as far as the CRM told them."""
        return {record for _, _, record in self._lines(events) if record}

    def _lines(self, events: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        wanted = list(events)
        with self.reading() as db:
            for start in range(0, len(wanted), 500):
                some = wanted[start : start + 500]
                marks = ", ".join("?" * len(some))
                asked = f"SELECT event, state, record FROM written WHERE event IN ({marks})"  # noqa: S608 - marks alone
                yield from db.execute(asked, some).fetchall()

    def written(self, events: Iterable[str]) -> set[str]:
        """Those of these events that were written."""
        return {event for event, state in self.state_of(events).items() if state == "written"}

    def begin(self, events: Iterable[str], at: str) -> None:
        """These are about to be written. It is on disk before the first byte leaves."""
        with self.changing() as db:
            db.executemany("INSERT OR REPLACE INTO written VALUES (?, 'begun', '', ?)", [(it, at) for it in events])

    def end(self, event: str, record: str, at: str) -> None:
        """This one was written."""
        with self.changing() as db:
            db.execute("INSERT OR REPLACE INTO written VALUES (?, 'written', ?, ?)", (event, record, at))

    def undo(self, event: str) -> None:
        """This one was certainly not written."""
        with self.changing() as db:
            db.execute("DELETE FROM written WHERE event = ? AND state = 'begun'", (event,))
