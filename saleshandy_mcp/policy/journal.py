"""What became of calls that change something: written down before they start and when they end, for all processes.

A call that ends without an answer is reported at the next read, and an equal call is not carried out silently. The same
call made again within a minute is answered with what the first one did. Values of arguments are not kept: a call and
the objects it is about are known by keyed digests.
"""

import hmac
import json
import logging
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from sqlite3 import Connection
from typing import Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.policy.earlier_call import Earlier
from saleshandy_mcp.store.audit_file import AuditFile, No
from saleshandy_mcp.store.processes import is_alive
from saleshandy_mcp.store.sqlite_file import is_lately, lately
from saleshandy_mcp.store.state import State, StateTrouble

logger = logging.getLogger(__name__)

REPEATED_WITHIN = 60.0
"""Seconds in which the same call is taken for a repetition by the client."""
_GIVEN_UP = 600.0
"""Seconds after which a call that has not ended is over, whatever its process says."""
_COLUMNS = "id, call, tool, began, ended, state, adds, done, doubtful, answer, process, warned"


@dataclass
class CallRecord:
    """One call, as the gate tells of it. Nothing is written before it changes something.

    Attributes:
        journal: where it is written.
        tool: its name, or that of the command.
        arguments: names of its arguments.
        call: the keyed digest of tool and arguments; empty where a repetition cannot be told.
        who: the program that made it.
        plan: digest of what somebody agreed to; empty where nobody had to.
        channel: how they agreed.
        seen: the newest call like it that was known when it was made, by its number.
    """

    journal: "Journal"
    tool: str
    arguments: tuple[str, ...] = ()
    call: str = ""
    who: str = ""
    plan: str = ""
    channel: str = ""
    seen: int = 0
    _id: int = 0
    _ended: bool = False
    _adds: bool = False
    _stopped: str = ""
    _no: bool = False
    _objects: set[str] = field(default_factory=set[str])

    def starts(self, operation: Request[Any]) -> None:
        """An operation that changes something is about to be sent. One that stops mail is only noted here.

        Raises:
            StateTrouble: when it cannot be written down, and then it must not be sent.
            Mistake: when the same call has begun meanwhile, and doing it again would do it twice.
        """
        self._adds |= not operation.route.idempotent
        self._objects |= objects_of(operation)
        if operation.stops_mail:
            # What stops mail is written down when it is over: it waits for no file.
            self._stopped = self._stopped or operation.slug
            return
        if not self._id:
            self._id = self.journal.began(self, operation.slug, adds=self._adds)
        self.journal.under_way(self._id, operation.slug, adds=self._adds, objects=self._objects)

    def ended_operation(self, name: str, outcome: str) -> None:
        """An operation has ended. After the end of the call, as those of an import do, it gets a line of its own.

        What was carried out must not look as if it was not, so a line that cannot be written is only logged.
        """
        if not self._ended:
            return
        try:
            self.journal.note(self, outcome, operations=[name])
        except StateTrouble as trouble:
            logger.warning("what became of %s in %s is not written down: %s", name, self.tool, trouble)

    def said_no(self, no: No, **more: str) -> None:
        """Somebody stood against the call, and nothing was begun. The first no has a line."""
        if self._id or self._no:
            return
        self._no = True
        try:
            self.journal.note(self, no, **more)
        except StateTrouble as trouble:
            logger.warning("a no to %s is not written down: %s", self.tool, trouble)

    def ends(self, done: list[str], doubtful: list[str], *, failed: bool, answer: str = "") -> None:
        """The call is over. When that cannot be written down, its beginning stays, and counts as unknown."""
        self._ended = True
        state = "unknown" if doubtful else "done" if not failed else "partial" if done else "refused"
        try:
            if self._stopped and not self._id:
                self._id = self.journal.began(self, self._stopped)
                self.journal.under_way(self._id, self._stopped, adds=self._adds, objects=self._objects)
            if self._id:
                self.journal.ended(self, self._id, state, done, doubtful, answer if self._adds else "")
        except StateTrouble as trouble:
            logger.warning("what became of %s is not written down: %s", self.tool, trouble)


class Journal:
    """The records of one account.

    Args:
        state: where they are written.
        account: whose calls they are.
        clock: seconds of the wall clock.
    """

    def __init__(self, state: State, account: str, clock: Callable[[], float] = time.time) -> None:
        self.state, self._account, self.clock = state, account, clock
        self.audit = AuditFile(state)

    def digest(self, tool: str, arguments: Any) -> str:
        """Stands for a call with these arguments, and tells nothing of them."""
        return self._keyed(json.dumps([tool, arguments], sort_keys=True, default=str))

    def earlier(self, call: str) -> Earlier | None:
        """The newest call like this one, if any is written down."""
        found = self._find("call = ? ORDER BY id DESC LIMIT 1", call)
        return found[0] if found else None

    def to_tell(self, objects: Iterable[str], earlier: Earlier | None) -> list[str]:
        """Sentences on calls that were cut short or had no answer: about these objects, or like this one.

        Each is told once.
        """
        found = self._untold(objects)
        if found:
            with self.state.changing() as db:
                db.executemany("UPDATE calls SET told = 1 WHERE id = ?", [(it.id,) for it in found])
        same = [earlier] if earlier and earlier.unsettled and earlier not in found else []
        return [f"Before: {it.words()}" for it in (*same, *found)]

    def _untold(self, objects: Iterable[str]) -> list[Earlier]:
        found = [it for it in self._find("told = 0 AND state IN ('running', 'unknown', 'partial')") if self._over(it)]
        about = {self._keyed(it) for it in objects} if found else set[str]()
        return [it for it in found if about & self._objects(it.id)]

    def warn(self, record: Earlier) -> None:
        """A call like this one was turned back, and the next is taken."""
        with self.state.changing() as db:
            db.execute("UPDATE calls SET warned = 1 WHERE id = ?", (record.id,))

    def running(self, record: Earlier) -> bool:
        """Whether it was still being carried out when it was looked up."""
        return record.state == "running"

    def began(self, record: CallRecord, operation: str, *, adds: bool = False) -> int:
        now = self.clock()
        self.forget()
        with self.state.changing() as db:
            if adds and record.call and not record.plan:
                self._refuse_twin(db, record)
            made = db.execute(
                "INSERT INTO calls (account, call, tool, began, doubtful, process) VALUES (?, ?, ?, ?, ?, ?)",
                (self._account, record.call, record.tool, now, operation, os.getpid()),
            )
        self.note(record, "began", call=made.lastrowid or 0, operations=[operation])
        return made.lastrowid or 0

    def _refuse_twin(self, db: Connection, record: CallRecord) -> None:
        """Since this call looked for one like it, another process may have begun one."""
        which = "account = ? AND call = ? AND id > ?"
        if db.execute(f"SELECT 1 FROM calls WHERE {which}", (self._account, record.call, record.seen)).fetchone():  # noqa: S608 - our own words
            raise Mistake("the same call has begun meanwhile", "Make it again to see what came of it.")

    def forget(self) -> None:
        """Answers hold data of people, and serve for a minute."""
        if self.state.is_there:
            with self.state.changing(durable=False) as db:
                old = "answer <> '' AND NOT (ended > ? AND ended <= ?)"
                db.execute(f"UPDATE calls SET answer = '' WHERE {old}", lately(REPEATED_WITHIN, self.clock()))  # noqa: S608 - our own words

    def under_way(self, number: int, operation: str, *, adds: bool, objects: set[str]) -> None:
        known = json.dumps(sorted(self._keyed(it) for it in objects))
        with self.state.changing() as db:
            db.execute(
                "UPDATE calls SET adds = ?, objects = ?, doubtful = ? WHERE id = ?", (adds, known, operation, number)
            )

    def ended(  # noqa: PLR0917 - the columns of one row
        self, record: CallRecord, number: int, state: str, done: list[str], doubtful: list[str], answer: str
    ) -> None:
        now = self.clock()
        with self.state.changing() as db:
            db.execute(
                "UPDATE calls SET ended = ?, state = ?, done = ?, doubtful = ?, answer = ? WHERE id = ?",
                (now, state, ", ".join(done), ", ".join(doubtful), answer, number),
            )
        self.note(record, state, call=number, operations=done, unknown=doubtful)

    def note(self, record: CallRecord, outcome: str, **more: Any) -> None:
        """Add a line on a call to the audit file."""
        told = {"plan": record.plan, "channel": record.channel, "who": record.who} | more
        self.audit.note(outcome, self.clock(), self._account, record.tool, record.arguments, **told)

    def _over(self, record: Earlier) -> bool:
        """Whether a call that has no end is over: its process is gone, or it has taken far too long."""
        if record.state != "running":
            return True
        gone = record.process != os.getpid() and not is_alive(record.process)
        return gone or not is_lately(record.began, _GIVEN_UP, self.clock())

    def _objects(self, number: int) -> set[str]:
        with self.state.reading() as db:
            (objects,) = db.execute("SELECT objects FROM calls WHERE id = ?", (number,)).fetchone()
        return set(json.loads(objects))

    def _find(self, which: str, *values: Any) -> list[Earlier]:
        if not self.state.is_there:
            return []
        with self.state.reading() as db:
            lines = db.execute(
                f"SELECT {_COLUMNS} FROM calls WHERE account = ? AND {which}",  # noqa: S608 - our own words
                (self._account, *values),
            ).fetchall()
        found = [Earlier(*line) for line in lines]
        return [replace(it, state="unknown") if it.state == "running" and self._over(it) else it for it in found]

    def _keyed(self, text: str) -> str:
        return hmac.digest(self.state.key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def objects_of(operation: Request[Any]) -> set[str]:
    """What an operation is about: the ids among its arguments, and without any the resource that it belongs to."""
    ids: set[str] = set()
    for name in type(operation).model_fields:
        value = getattr(operation, name)
        if (name == "id" or name.endswith(("_id", "_ids"))) and value:
            ids |= {str(it) for it in value} if isinstance(value, list | tuple) else {str(value)}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - any list
    return ids or {type(operation).__module__.rsplit(".", 1)[-1]}


def refuse_repetition(journal: Journal, earlier: Earlier) -> None:
    """Turn a call back because of one like it that is not settled, once: the same call again is taken.

    Raises:
        Mistake: which says what is known of the earlier one, and how to go ahead.
    """
    if not earlier.adds:
        return
    if journal.running(earlier):
        raise Mistake(f"the same call began at {earlier.at} and is still being carried out", "Wait for its answer.")
    if earlier.unsettled and not earlier.warned:
        journal.warn(earlier)
        raise Mistake(
            f"this is the same call again. {earlier.words()}",
            "Look with a read tool first. Where it was not carried out, the same call once more does it.",
        )
