"""Collects what a judgement needs to know of DNS: it judges, asks what was missing, and judges again.

Judges are pure: they read ``Answers`` and know nothing of time or network.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import anyio

from saleshandy_mcp.core.dns import Dns, DnsSilent, Kind, Question

EACH, TOGETHER = 3.0, 15.0
"""Seconds that one question may take, and all of an audit."""
AT_ONCE = 20
MOST = 400
"""Questions of one audit."""
MOST_RECORDS, LONGEST = 100, 4096
"""What is read of an answer: so many records, and so many characters of each."""
_ROUNDS = 15
_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Answers:
    """What DNS has answered so far.

    Attributes:
        missing: what a judge asked for and is not known yet, in that order.
    """

    def __init__(self) -> None:
        self.missing: dict[Question, None] = {}
        self._known: dict[Question, tuple[str, ...] | None] = {}

    def records(self, name: str, kind: Kind) -> tuple[str, ...] | None:
        """The records of a name; None while they are not known, and where no answer came."""
        question = Question(name.rstrip(".").lower(), kind)
        if not is_name(question.name):
            return ()
        if question not in self._known:
            self.missing[question] = None
            return None
        return self._known[question]

    def learn(self, question: Question, records: tuple[str, ...] | None) -> None:
        self._known[question] = records and tuple(it[:LONGEST] for it in records[:MOST_RECORDS])

    @property
    def asked(self) -> int:
        return len(self._known)

    @property
    def unanswered(self) -> list[Question]:
        """What no answer came to, and what there was no time for."""
        return [*(it for it, records in self._known.items() if records is None), *self.missing]


class Collected(NamedTuple):
    """What DNS told.

    Attributes:
        answers: all answers.
        why: why some did not come, as a part of a sentence; "" when all did.
    """

    answers: Answers
    why: str


def is_name(name: str) -> bool:
    """Whether it can be asked for: a host name of ASCII with a dot in it."""
    return bool(_NAME.fullmatch(name))


async def collected(dns: Dns, judge: Callable[[Answers], object], seconds: float = TOGETHER) -> Collected:
    """The answers that a judge needs.

    Args:
        dns: who answers.
        judge: reads what it needs from the answers; what it does with them does not matter here.
        seconds: how long it may take.
    """
    answers, reasons = Answers(), list[str]()
    with anyio.move_on_after(seconds) as scope:
        for _ in range(_ROUNDS):
            answers.missing.clear()
            judge(answers)
            questions = list(answers.missing)[: MOST - answers.asked]
            if not questions:
                break
            await _ask_each(dns, questions, answers, reasons)
    answers.missing.clear()
    judge(answers)
    late = f"DNS took longer than {seconds:g} seconds" if scope.cancelled_caught else ""
    return Collected(answers, reasons[0] if reasons else late)


async def _ask_each(dns: Dns, questions: list[Question], answers: Answers, reasons: list[str]) -> None:
    waiting = iter(questions)

    async def work() -> None:
        for question in waiting:
            records: tuple[str, ...] | None = None
            try:
                with anyio.fail_after(EACH):
                    records = tuple(await dns.ask(question))
            except DnsSilent as silent:
                reasons.append(str(silent))
            except TimeoutError:
                reasons.append(f"DNS did not answer within {EACH:g} seconds")
            answers.learn(question, records)

    async with anyio.create_task_group() as group:
        for _ in range(min(AT_ONCE, len(questions))):
            group.start_soon(work)
