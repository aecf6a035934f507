"""Plans that wait for a person, and the tokens that stand for them: each counts once, whichever process uses it.

A token is an id and a signature over account, session, digest and id, made with the key of the data folder. So a
client that starts a process for each call can use it, and nobody can make one up.
"""

import hmac
import json
import secrets
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields, replace
from hashlib import sha256
from sqlite3 import Connection
from typing import Any, Literal

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approval_channels import Channel
from saleshandy_mcp.store.audit_file import AuditFile
from saleshandy_mcp.store.sqlite_file import lately
from saleshandy_mcp.store.state import State

LIFETIME = 600.0
"""Seconds in which an agreement has to be used."""

CARD_SECONDS = 10.0
"""Seconds within which a card in a chat has to say that it is on the screen."""
CardState = Literal["none", "coming", "shown", "missing"]

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_ID, _SIGNATURE, _GROUP, _SECRET = 8, 17, 5, 26
"""Characters of the id (40 bits), the signature (84 bits), a group between hyphens, and a secret (128 bits)."""
_AGAIN = "Call again without it to see what would happen now."


@dataclass(frozen=True)
class Plan:
    """A question that was asked and is not yet carried out.

    Attributes:
        id: names it at the terminal.
        account: whose it is.
        session: the session of the client in which its token counts; empty for all.
        call: the keyed digest of the call that asked.
        digest: what an agreement is bound to.
        tool: the tool that was called.
        words: the whole question as a person reads it; empty where the client itself has it.
        made: when it was asked, in seconds of the clock.
        until: when it is void.
        state: waiting, agreed, declined or used.
        channel: how it was answered; empty while it waits.
        card: the digest of the key of its card in a chat; empty when no card was asked for.
        offered: when that card was asked for.
        shown: when that card said that it is on the screen; 0 when it has not.
    """

    id: str
    account: str
    session: str
    call: str
    digest: str
    tool: str
    words: str
    made: float
    until: float
    state: str = "waiting"
    channel: Channel | Literal[""] = ""
    card: str = ""
    offered: float = 0.0
    shown: float = 0.0

    def card_at(self, now: float) -> CardState:
        """What is known of its card."""
        if self.shown:
            return "shown"
        if not self.card:
            return "none"
        return "coming" if now - self.offered < CARD_SECONDS else "missing"


_COLUMNS = tuple(field.name for field in fields(Plan))
_LIVES = f"(until - {LIFETIME} > ? AND until - {LIFETIME} <= ?)"
"""Plans of which less than their time is over; both values are those of ``lately``."""


class Approvals:
    """The plans of one account.

    A plan is signed as a whole: one that was written or changed by anything else counts for nothing.

    Args:
        state: where they are written.
        account: whose they are; a plan of another account counts for nothing.
        clock: seconds of the wall clock, for other processes read them too.
    """

    def __init__(self, state: State, account: str, clock: Callable[[], float] = time.time) -> None:
        self.state, self._account, self.clock, self._audit = state, account, clock, AuditFile(state)

    def ask(self, digest: str, *, call: str = "", tool: str = "", words: str = "", session: str = "") -> Plan:
        """Write a plan down. Plans that are over are deleted.

        While one with words waits that the same call has asked for, it is that plan, and it lives on. What the call
        would have done before the world changed no longer waits.
        """
        now = self.clock()
        until = now + LIFETIME
        plan = Plan(_letters(secrets.randbits(64), _ID), self._account, session, call, digest, tool, words, now, until)
        self.forget()
        with self._changing() as db:
            if call and words:
                which = "account = ? AND call = ? AND session = ? AND state = 'waiting' AND words <> ''"
                for before in self._read(db, which, self._account, call, session):
                    if before.digest == digest:
                        plan = replace(before, words=words, until=until)
                    else:
                        db.execute("DELETE FROM plans WHERE id = ?", (before.id,))
            self._write(db, plan)
        return plan

    def forget(self) -> None:
        """Delete the plans that are over, with the words of their questions. One without a use or a no has expired."""
        now, open_ = self.clock(), f"NOT {_LIVES} AND state IN ('waiting', 'agreed')"
        if self.state.is_there:
            with self.state.changing() as db:
                lives = lately(LIFETIME, now)
                over = db.execute(f"SELECT account, tool, digest FROM plans WHERE {open_}", lives).fetchall()  # noqa: S608 - our own words
                db.execute(f"DELETE FROM plans WHERE NOT {_LIVES}", lives)  # noqa: S608 - our own words
            for account, tool, digest in over:
                self._audit.note("expired", now, account, tool, plan=digest)

    def token(self, plan: Plan) -> str:
        """The token that stands for a plan: its id, and a signature over what it is for."""
        return _grouped(plan.id + self._signature(plan))

    def issue(self, digest: str, *, call: str = "", tool: str = "", words: str = "", session: str = "") -> str:
        """Write a plan down, and return its token."""
        return self.token(self.ask(digest, call=call, tool=tool, words=words, session=session))

    def redeem(self, token: str, digest: str, *, session: str = "", new: bool = False) -> Plan:
        """Use a token up, and return the plan that it stood for.

        Args:
            token: as it came.
            digest: what the call would do now.
            session: of the client.
            new: whether this is the first call of the session. A client that opens a session for each call can use
                its tokens, too; in a session that has called before, only its own count.

        Raises:
            Mistake: if it was never given out, was used, declined or is too old, or what it was for has changed since.
        """
        bare = token.replace("-", "").strip()
        with self._changing() as db:
            plan = next(iter(self._read(db, "id = ? AND account = ?", bare[:_ID], self._account)), None)
            if plan and not hmac.compare_digest(bare[_ID:].encode(), self._signature(plan).encode()):
                plan = None
            if plan:
                self._write(db, replace(plan, state="used", words=""))
        if plan and plan.state == "declined":
            raise Mistake("confirm: a person has said no to this", "Ask them what they would rather have.")
        if plan is None or plan.state == "used":
            raise Mistake("confirm: this token is unknown, used up, or older than 10 minutes", _AGAIN)
        if plan.session != session and not new:
            raise Mistake("confirm: this token was given out in another session of the client", _AGAIN)
        if plan.digest != digest:
            raise Mistake("confirm: what was agreed to has changed meanwhile, or the arguments have", _AGAIN)
        return plan

    def waiting(self) -> list[Plan]:
        """What waits for an answer, of all accounts of this data folder, the oldest first."""
        return self._plans("state = 'waiting' AND words <> ''")

    def plan(self, named: str) -> Plan | None:
        """The plan with this id, whatever has become of it; None when there is none, or no more."""
        return next(iter(self._plans("id = ?", named)), None)

    def named_by(self, text: str) -> Plan | None:
        """The plan with whose id a text begins."""
        return self.plan(text[:_ID])

    def secret(self, plan: Plan, purpose: str) -> str:
        """A word that nobody can guess: it stands for this plan and this purpose."""
        signed = f"{purpose}\n{plan.account}\n{plan.digest}\n{plan.id}".encode()
        return _letters(int.from_bytes(hmac.digest(self.state.key, signed, "sha256")), _SECRET)

    def offer_card(self, named: str) -> str | None:
        """The key of a new card for a plan that waits; None when none does.

        It is given out this once, and only its digest is kept. A card that was there before counts for nothing.
        """
        key = named + _letters(secrets.randbits(128), _SECRET)
        with self._changing() as db:
            which = "id = ? AND account = ? AND state = 'waiting' AND words <> ''"
            found = self._read(db, which, named, self._account)
            for it in found:
                self._write(db, replace(it, card=_hashed(key), offered=self.clock(), shown=0.0))
        return key if found else None

    def on_card(self, key: str) -> Plan | None:
        """The plan whose newest card has this key; None when there is none, or no more."""
        plan = self.named_by(key)
        right = plan and plan.card and plan.account == self._account
        return plan if plan and right and hmac.compare_digest(_hashed(key), plan.card) else None

    def card_is_shown(self, plan: Plan) -> None:
        """Write down that the card of a plan is on the screen."""
        with self._changing() as db:
            for it in self._read(db, "id = ? AND card = ? AND shown = 0", plan.id, plan.card):
                self._write(db, replace(it, shown=self.clock()))

    def asked(self, call: str) -> Plan | None:
        """The plan that this call has asked for and that is not used yet: one with an answer before one that waits."""
        found = self._asked(call)
        return next((it for it in found if it.state != "waiting"), found[-1] if found else None)

    def _asked(self, call: str) -> list[Plan]:
        return self._plans("call = ? AND account = ? AND state <> 'used' AND words <> ''", call, self._account)

    def unanswered(self, call: str) -> int:
        """How many questions for this call went into a client's dialogue and never came back."""
        return len(self._plans("call = ? AND account = ? AND state = 'waiting' AND words = ''", call, self._account))

    def answer(self, plan: str, *, agreed: bool, channel: Channel) -> bool:
        """Write down what a person said. The first answer counts: a later one returns False."""
        with self._changing() as db:
            found = self._read(db, "id = ? AND state = 'waiting'", plan)
            for it in found:
                self._write(db, replace(it, state="agreed" if agreed else "declined", channel=channel))
        for it in found if not agreed else ():
            self._audit.note("declined", self.clock(), it.account, it.tool, plan=it.digest, channel=channel)
        return bool(found)

    def withdraw(self, call: str) -> None:
        """What this call has asked for waits no longer: it was agreed to in another way."""
        if any(it.state == "waiting" for it in self._asked(call)):
            with self._changing() as db:
                which = "account = ? AND call = ? AND state = 'waiting'"
                db.execute(f"DELETE FROM plans WHERE {which}", (self._account, call))  # noqa: S608 - our own words

    def take(self, plan: str) -> Plan | None:
        """Use an answer up, yes or no, so that it counts for one call. None when another call was faster."""
        with self._changing() as db:
            found = self._read(db, "id = ? AND state IN ('agreed', 'declined')", plan)
            for it in found:
                self._write(db, replace(it, state="used", words=""))
        return found[0] if found else None

    @contextmanager
    def _changing(self) -> Generator[Connection]:
        _ = self.state.key  # where there is none yet, it is made in a transaction of its own
        with self.state.changing() as db:
            yield db

    def _plans(self, which: str, *values: Any) -> list[Plan]:
        if not self.state.is_there:
            return []
        with self.state.reading() as db:
            return self._read(db, which, *values)

    def _read(self, db: Connection, which: str, *values: Any) -> list[Plan]:
        """The plans that are not too old and are as they were written, the oldest first."""
        lines = db.execute(
            f"SELECT {', '.join(_COLUMNS)}, proof FROM plans WHERE {which} AND {_LIVES} ORDER BY made, id",  # noqa: S608 - our own words
            (*values, *lately(LIFETIME, self.clock())),
        ).fetchall()
        found = [(Plan(*line[:-1]), line[-1]) for line in lines]
        return [plan for plan, proof in found if hmac.compare_digest(proof, self._proof(plan))]

    def _write(self, db: Connection, plan: Plan) -> None:
        places = ", ".join("?" * (len(_COLUMNS) + 1))
        db.execute(
            f"INSERT OR REPLACE INTO plans ({', '.join(_COLUMNS)}, proof) VALUES ({places})",  # noqa: S608 - our own words
            (*astuple(plan), self._proof(plan)),
        )

    def _proof(self, plan: Plan) -> bytes:
        return hmac.digest(self.state.key, f"plan\n{json.dumps(astuple(plan))}".encode(), "sha256")

    def _signature(self, plan: Plan) -> str:
        signed = f"{plan.account}\n{plan.session}\n{plan.digest}\n{plan.id}".encode()
        return _letters(int.from_bytes(hmac.digest(self.state.key, signed, "sha256")), _SIGNATURE)


def _hashed(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _letters(number: int, length: int) -> str:
    """The last letters of a number, written with those that nobody mistakes for each other."""
    letters = ""
    for _ in range(length):
        number, place = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[place]
    return letters


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
