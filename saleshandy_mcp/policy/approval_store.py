"""Plans that wait for a person, and the tokens that stand for them: each counts once, whichever process uses it.

A token is an id and a signature over account, session, digest and id, made with the key of the data folder. So a
client that starts a process for each call can use it, and nobody can make one up.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approval_channels import Channel
from saleshandy_mcp.store.state import State

LIFETIME = 600.0
"""Seconds in which an agreement has to be used."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_ID, _SIGNATURE, _GROUP = 8, 17, 5
"""Characters of the id (40 bits), of the signature (84 bits), and of a group between hyphens."""
_AGAIN = "Call again without it to see what would happen now."


@dataclass(frozen=True)
class Plan:
    """A question that was asked and is not yet carried out.

    Attributes:
        id: names it at the terminal.
        tool: the tool that was called.
        words: the whole question as a person reads it.
        made: when it was asked, in seconds of the clock.
        until: when it is void.
        state: waiting, agreed, declined or used.
        channel: how it was answered; empty while it waits.
    """

    id: str
    tool: str
    words: str
    made: float
    until: float
    state: str
    channel: str = ""


class Approvals:
    """The plans of one account.

    Args:
        state: where they are written.
        account: whose they are; a plan of another account counts for nothing.
        clock: seconds of the wall clock, for other processes read them too.
    """

    def __init__(self, state: State, account: str, clock: Callable[[], float] = time.time) -> None:
        self.state, self._account, self.clock = state, account, clock

    def issue(self, digest: str, *, tool: str = "", words: str = "", session: str = "") -> str:
        """Write a plan down and return the token that stands for it. Plans that are over are deleted."""
        now = self.clock()
        plan = _letters(secrets.randbits(64), _ID)
        with self.state.changing() as db:
            db.execute("DELETE FROM plans WHERE until <= ?", (now,))
            db.execute(
                "INSERT INTO plans (id, account, session, digest, tool, words, made, until) VALUES (?,?,?,?,?,?,?,?)",
                (plan, self._account, session, digest, tool, words, now, now + LIFETIME),
            )
        return _grouped(plan + self._signature(plan, digest, session))

    def redeem(self, token: str, digest: str, *, session: str = "") -> float:
        """Use a token up, and return when its plan was made.

        Raises:
            Mistake: if it was never given out, was used, declined or is too old, or what it was for has changed since.
        """
        bare = token.replace("-", "").strip()
        plan, signature = bare[:_ID], bare[_ID:]
        with self.state.reading() as db:
            found = db.execute(
                "SELECT digest, session, made FROM plans WHERE id = ? AND account = ?", (plan, self._account)
            ).fetchone()
        bound, its_session, made = found or ("", "", 0.0)
        real = found and hmac.compare_digest(signature.encode(), self._signature(plan, bound, its_session).encode())
        was = self._use(plan) if real else "unknown"
        if was == "declined":
            raise Mistake("confirm: a person has said no to this", "Ask them what they would rather have.")
        if was not in ("waiting", "agreed"):
            raise Mistake("confirm: this token is unknown, used up, or older than 10 minutes", _AGAIN)
        if its_session != session:
            raise Mistake("confirm: this token was given out in another session of the client", _AGAIN)
        if bound != digest:
            raise Mistake("confirm: what was agreed to has changed meanwhile, or the arguments have", _AGAIN)
        return made

    def waiting(self) -> list[Plan]:
        """What waits for an answer, of all accounts of this data folder, the oldest first."""
        return self._plans("state = 'waiting' AND words <> ''")

    def plan(self, named: str) -> Plan | None:
        """The plan with this id, whatever has become of it; None when there is none, or no more."""
        return next(iter(self._plans("id = ?", named)), None)

    def asked(self, digest: str) -> Plan | None:
        """The newest plan for exactly this that is not used yet."""
        found = self._plans("digest = ? AND account = ? AND state <> 'used'", digest, self._account)
        return found[-1] if found else None

    def answer(self, plan: str, *, agreed: bool, channel: Channel) -> bool:
        """Write down what a person said. The first answer counts: a later one returns False."""
        with self.state.changing() as db:
            done = db.execute(
                "UPDATE plans SET state = ?, channel = ? WHERE id = ? AND state = 'waiting' AND until > ?",
                ("agreed" if agreed else "declined", channel, plan, self.clock()),
            )
            return done.rowcount == 1

    def take(self, plan: str) -> bool:
        """Use an answer up, yes or no, so that it counts for one call. False when another call was faster."""
        return self._use(plan) in ("agreed", "declined")

    def _use(self, plan: str) -> str:
        """Use a plan up, and say what it was before; "unknown" where it is too old or not there."""
        with self.state.changing() as db:
            (was,) = db.execute(
                "SELECT state FROM plans WHERE id = ? AND until > ?", (plan, self.clock())
            ).fetchone() or ("unknown",)
            db.execute("UPDATE plans SET state = 'used', words = '' WHERE id = ?", (plan,))
        return was

    def _plans(self, which: str, *values: Any) -> list[Plan]:
        if not self.state.is_there:
            return []
        with self.state.reading() as db:
            found = db.execute(
                "SELECT id, tool, words, made, until, state, channel FROM plans "  # noqa: S608 - our own words
                f"WHERE {which} AND until > ? ORDER BY made, id",
                (*values, self.clock()),
            ).fetchall()
        return [Plan(*line) for line in found]

    def _signature(self, plan: str, digest: str, session: str) -> str:
        signed = f"{self._account}\n{session}\n{digest}\n{plan}".encode()
        return _letters(int.from_bytes(hmac.digest(self.state.key, signed, "sha256")), _SIGNATURE)


def _letters(number: int, length: int) -> str:
    """The last letters of a number, written with those that nobody mistakes for each other."""
    letters = ""
    for _ in range(length):
        number, place = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[place]
    return letters


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
