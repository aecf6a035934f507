"""Selections: who or what an answer was about, kept for an hour under a handle, so that no ids have to be copied.

A selection never changes. Its handle is a keyed digest of what it holds, so the same people have the same handle, and
nobody can make one up.
"""

import hmac
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Literal, NamedTuple

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.store.sqlite_file import lately
from saleshandy_mcp.store.state import State, StateTrouble

KEPT = 3600.0
"""Seconds for which a handle counts, from when it was last given out."""
PREFIX = "sel_"
_LIVES = f"(until - {KEPT} > ? AND until - {KEPT} <= ?)"
"""Those of which less than their time is over; both values are those of ``lately``."""
_LETTERS = 12

Kind = Literal["people", "tasks"]
_MAKES: dict[Kind, NextCall] = {
    "people": NextCall.of("find_prospects", where=["…"]),
    "tasks": NextCall.of("list_tasks"),
}
"""Kind -> the call that makes a handle of it."""


class Member(NamedTuple):
    """One of a selection.

    Attributes:
        id: of the prospect or the task; empty for a prospect whose id was not looked up.
        email: the address of a prospect; empty for a task.
    """

    id: str
    email: str = ""


@dataclass(frozen=True)
class Selected:
    """What names and handles stand for, each once.

    Attributes:
        members: at most as many as one call takes.
        rest: the handle of the others; empty when there are none.
        left: how many the others are.
    """

    members: list[Member]
    rest: str = ""
    left: int = 0

    @property
    def names(self) -> list[str]:
        """The addresses, or the ids where there is none."""
        return [it.email or it.id for it in self.members]


def selected(context: Context, kind: Kind, names: Sequence[str], most: int) -> Selected | None:
    """What a list of names stands for that may hold handles; None when it holds none.

    Args:
        context: with the selections.
        kind: of what is meant.
        names: addresses, ids or handles.
        most: how many one call takes.

    Raises:
        Mistake: when a handle does not count.
    """
    if not any(map(is_handle, names)):
        return None
    selections = context.service(Selections)
    members: dict[str, Member] = {}
    for name in names:
        for it in selections.members(kind, name) if is_handle(name) else [Member(name)]:
            members.setdefault(it.email or it.id, it)
    everybody = list(members.values())
    rest = everybody[most:]
    return Selected(everybody[:most], selections.keep(kind, rest) if rest else "", len(rest))


def is_handle(text: str) -> bool:
    return text.strip().startswith(PREFIX)


class Selections:
    """The selections of one account.

    Args:
        state: where they are written.
        account: whose they are; a handle of another account counts for nothing.
        clock: seconds of the wall clock, for other processes read them too.
    """

    def __init__(self, state: State, account: str, clock: Callable[[], float] = time.time) -> None:
        self._state, self._account, self._clock = state, account, clock

    def keep(self, kind: Kind, members: Sequence[Member]) -> str:
        """Write a selection down, and return its handle. Those that are over are deleted.

        Raises:
            StateTrouble: when it cannot be written.
        """
        text = json.dumps(members, ensure_ascii=False)
        handle = self._handle(kind, text)
        now = self._clock()
        with self._state.changing(durable=False) as db:
            self._delete_old(db, now)
            line = (handle, self._account, kind, text, now + KEPT)
            db.execute(
                "INSERT OR REPLACE INTO selections (handle, account, kind, members, until) VALUES (?,?,?,?,?)", line
            )
        return handle

    def members(self, kind: Kind, handle: str) -> list[Member]:
        """What a handle stands for.

        Raises:
            Mistake: when it is unknown, older than an hour, of another account, or stands for something else.
        """
        stored, text = self._found(handle, kind)
        if stored != kind:
            raise Mistake(f'"{handle}" stands for {stored}, not for {kind}', "Make one of these", next=_MAKES[kind])
        return [Member(*member) for member in json.loads(text)]

    def kind(self, handle: str, sought: Kind) -> Kind:
        """What a handle stands for.

        Args:
            handle: as an answer gave it.
            sought: what the caller would rather have: an unknown handle is answered with the call that makes one.

        Raises:
            Mistake: when it is unknown, older than an hour, or of another account.
        """
        return self._found(handle, sought)[0]

    def _found(self, handle: str, kind: Kind) -> tuple[Kind, str]:
        found = self._read(handle.strip()) if self._state.is_there else None
        if found is None:
            raise Mistake(
                f'"{handle}" is no selection of this account, or it is older than an hour',
                "Look again, and use the handle of that answer",
                next=_MAKES[kind],
            )
        return found

    def try_keep(self, kind: Kind, members: Sequence[Member]) -> str:
        """The handle, as ``keep``; empty where nothing can be written, for a reader can do without."""
        try:
            return self.keep(kind, members)
        except StateTrouble:
            return ""

    def forget(self) -> None:
        """Delete the selections that are over, with the addresses in them."""
        if self._state.is_there:
            with self._state.changing() as db:
                self._delete_old(db, self._clock())

    def _delete_old(self, db: Connection, now: float) -> None:
        db.execute(f"DELETE FROM selections WHERE NOT {_LIVES}", lately(KEPT, now))  # noqa: S608 - our own words

    def _read(self, handle: str) -> tuple[Kind, str] | None:
        """The kind and the text of a selection; None as well for one that something else has written or changed."""
        asked = f"SELECT kind, members FROM selections WHERE handle = ? AND account = ? AND {_LIVES}"  # noqa: S608 - our own words
        with self._state.reading() as db:
            found = db.execute(asked, (handle, self._account, *lately(KEPT, self._clock()))).fetchone()
        return found if found and hmac.compare_digest(self._handle(*found), handle) else None

    def _handle(self, kind: str, text: str) -> str:
        signed = f"selection\n{self._account}\n{kind}\n{text}".encode()
        return PREFIX + hmac.digest(self._state.key, signed, "sha256").hex()[:_LETTERS]
