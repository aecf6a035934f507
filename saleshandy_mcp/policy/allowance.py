"""Whether the rules of the operator let a request through, and how much was used already, counted for all processes.

What is counted is written down before the request is sent, and taken back only when it is certain that nothing was
done. Windows slide: "a day" is the last 24 hours.
"""

import logging
import re
import time
import unicodedata
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple
from zoneinfo import ZoneInfo

from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.uses import NOTHING, SequenceSeen, Uses
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.policy.rules import Rules
from saleshandy_mcp.store.sqlite_file import SET_RIGHT
from saleshandy_mcp.store.state import State, StateTrouble
from saleshandy_mcp.untrusted.one_line import one_line, visible

logger = logging.getLogger(__name__)

Look = Callable[[Api, Collection[str]], Awaitable[Mapping[str, SequenceSeen]]]
"""Looks at all sequences, and counts the people in those with these ids."""

_HOUR, _DAY = 3600.0, 24 * 3600.0
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"']+@([A-Za-z0-9.-]+)")
_URL = re.compile(r"https?://([A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[^\s\\]*|[?#][^\s\\@]*)?", re.IGNORECASE)
"""An address that is read in one way only: no user before the host, nor what some programs take for one."""
_NOT_KNOWN = "cannot be judged here, for it is not known"


class Amount(NamedTuple):
    """How much of a counted rule a request uses.

    Attributes:
        rule: its name.
        number: how much.
        window: seconds that are counted together.
    """

    rule: str
    number: float
    window: float


class Allowance:
    """The rules of one account.

    Args:
        rules: as they were read.
        state: where what was used is written down.
        account: whose it is.
        look: looks at sequences that are to be started.
        clock: seconds of the wall clock.
    """

    def __init__(
        self, rules: Rules, state: State, account: str, look: Look, clock: Callable[[], float] = time.time
    ) -> None:
        self._rules, self._state, self._account, self._look, self._clock = rules, state, account, look, clock

    async def foresee(self, uses: Uses, api: Api, *, reaches: bool) -> None:
        """Refuse what ``take`` would refuse, before a person is asked. Nothing is counted.

        Raises:
            RuleRefused: which says which rule stands against it.
            StateTrouble: when it is not known what was used.
        """
        amounts = await self._judged(uses, api, reaches=reaches)
        if amounts:
            self._count_anew()
            with self._state.reading() as db:
                self._refuse_too_much(db, amounts)

    async def take(self, uses: Uses, api: Api, *, reaches: bool) -> list[int]:
        """Count what a request uses, just before it is sent, and return what ``give_back`` takes.

        Args:
            uses: what it does that a rule may limit.
            api: carries look-ups out.
            reaches: whether it may reach people.

        Raises:
            RuleRefused: which says which rule stands against it; nothing is counted then.
            StateTrouble: when it cannot be written down.
        """
        amounts = await self._judged(uses, api, reaches=reaches)
        if not amounts:
            return []
        self._count_anew()
        now = self._clock()
        with self._state.changing() as db:
            db.execute("DELETE FROM used WHERE at <= ?", (now - _DAY,))
            self._refuse_too_much(db, amounts)
            values = [(self._account, it.rule, now, it.number) for it in amounts]
            rows = [db.execute("INSERT INTO used (account, rule, at, amount) VALUES (?, ?, ?, ?)", it) for it in values]
        return [it.lastrowid or 0 for it in rows]

    def give_back(self, taken: list[int]) -> None:
        """Take back what was counted for a request that was not carried out; where that fails, it stays counted."""
        try:
            if taken:
                with self._state.changing() as db:
                    db.executemany("DELETE FROM used WHERE id = ?", [(it,) for it in taken])
        except StateTrouble as trouble:
            logger.warning("what a refused request would have used stays counted: %s", trouble)

    async def _judged(self, uses: Uses, api: Api, *, reaches: bool) -> list[Amount]:
        """The amounts that have to be counted, once nothing else stands against the request."""
        if reaches:
            self._refuse_quiet_hours()
        if uses == NOTHING:
            return []
        self._refuse_places(uses)
        self._refuse_decoy(uses.makes)
        if uses.starts:
            await self._refuse_starts(uses.starts, api)
        return [it for it in self._amounts(uses, reaches=reaches) if it.number]

    def _amounts(self, uses: Uses, *, reaches: bool) -> list[Amount]:
        rules = self._rules
        found: list[Amount] = []
        if rules.new_recipients_a_day is not None:
            people, taken_up = uses.people, uses.taken_up if reaches else 0
            if people is None or taken_up is None:
                why = f"it {_NOT_KNOWN} how many people it reaches"
                raise rules.refusal("new_recipients_a_day", why)
            found.append(Amount("new_recipients_a_day", max(people, taken_up), _DAY))
        if rules.replies_an_hour is not None:
            found.append(Amount("replies_an_hour", uses.mails, _HOUR))
        if rules.credits_a_day is not None:
            if uses.credits is None:
                raise rules.refusal("credits_a_day", f"it {_NOT_KNOWN} how many credits it costs")
            found.append(Amount("credits_a_day", uses.credits, _DAY))
        return found

    def _count_anew(self) -> None:
        """What was used before the clock was set back counts from now on: not for longer, and not for less."""
        now = self._clock()
        with self._state.changing(durable=False) as db:
            db.execute("UPDATE used SET at = ? WHERE at > ?", (now, now + SET_RIGHT))

    def _refuse_too_much(self, db: Connection, amounts: list[Amount]) -> None:
        for it in amounts:
            limit = getattr(self._rules, it.rule)
            (used,) = db.execute(
                "SELECT coalesce(sum(amount), 0) FROM used WHERE account = ? AND rule = ? AND at > ?",
                (self._account, it.rule, self._clock() - it.window),
            ).fetchone()
            # Credits come in tenths, which do not add up exactly.
            if round(used + it.number - limit, 6) > 0:
                span = "the last hour" if it.window == _HOUR else "the last 24 hours"
                why = f"{used:g} were counted in {span}, and this would be {it.number:g} more"
                raise self._rules.refusal(it.rule, why)

    def _refuse_places(self, uses: Uses) -> None:
        for address in uses.webhooks:
            self._refuse_unlisted("webhook_hosts", address, _URL.fullmatch(address))
        for address in uses.copies:
            self._refuse_unlisted("copy_domains", address, _ADDRESS.fullmatch(address.strip()))
        for host in uses.mail_servers:
            self._refuse_unlisted("mailbox_hosts", host, re.fullmatch("(.*)", host, re.DOTALL))

    def _refuse_unlisted(self, rule: str, stated: str, read: re.Match[str] | None) -> None:
        allowed: list[str] | None = getattr(self._rules, rule)
        if allowed is None:
            return
        if read is None:
            raise self._rules.refusal(rule, f"where {one_line(stated, 100)} leads is not certain")
        place = read[1].casefold()
        if place not in allowed:
            raise self._rules.refusal(rule, f"this names {one_line(place, 100)}")

    def _refuse_quiet_hours(self) -> None:
        rules = self._rules
        if not rules.time_zone:
            return
        now = datetime.fromtimestamp(self._clock(), ZoneInfo(rules.time_zone)).time()
        if any(span.holds(now) for span in rules.spans):
            why = f"it would reach people, and it is {now:%H:%M} in {rules.time_zone}"
            raise rules.refusal("quiet_hours", why)

    async def _refuse_starts(self, starts: tuple[str, ...], api: Api) -> None:
        rules = self._rules
        if not rules.never_start and rules.recipients_per_start is None:
            return
        seen = await self._look(api, starts)
        for id_ in starts:
            sequence = seen.get(id_)
            if sequence is None:
                rule = "never_start" if rules.never_start else "recipients_per_start"
                raise rules.refusal(rule, f"it {_NOT_KNOWN} which sequence {one_line(id_, 60)} is")
            self._refuse_never(id_, sequence, seen)
            self._refuse_many(sequence)

    def _refuse_decoy(self, title: str) -> None:
        """A new sequence must not get a name from never_start: the rule would then be about the new one alone."""
        if title and _plain(title) in map(_plain, self._rules.never_start):
            why = f'no other sequence may be called "{one_line(title)}"'
            raise self._rules.refusal("never_start", why)

    def _refuse_never(self, id_: str, sequence: SequenceSeen, seen: Mapping[str, SequenceSeen]) -> None:
        names = {it: _plain(it) for it in self._rules.never_start}
        if id_ in names or _plain(sequence.title) in names.values():
            raise self._rules.refusal("never_start", f'it names "{one_line(sequence.title)}"')
        known = {*seen, *(_plain(it.title) for it in seen.values())}
        if lost := [it for it, plain in names.items() if it not in known and plain not in known]:
            # Whoever renamed the sequence would have lifted the rule without a word.
            why = f'it {_NOT_KNOWN} which sequence "{one_line(lost[0])}" is now, for none is called that'
            raise self._rules.refusal("never_start", why)

    def _refuse_many(self, sequence: SequenceSeen) -> None:
        most = self._rules.recipients_per_start
        if most is None:
            return
        if sequence.people is None:
            why = f'it {_NOT_KNOWN} how many people are in "{one_line(sequence.title)}"'
            raise self._rules.refusal("recipients_per_start", why)
        if sequence.people > most:
            why = f'{counted(sequence.people, "person is", "people are")} in "{one_line(sequence.title)}"'
            raise self._rules.refusal("recipients_per_start", why)


def _plain(title: str) -> str:
    """A title without what a reader would not tell apart."""
    return " ".join(unicodedata.normalize("NFKC", visible(title)).casefold().split())
