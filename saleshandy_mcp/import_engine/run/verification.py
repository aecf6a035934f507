"""How the verification of imported addresses stands: asked for some at a time, and kept in the ledger."""

from collections import Counter
from dataclasses import dataclass

from saleshandy_mcp.api.resources.prospects import GetVerificationStatus
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.states import RowState

AT_ONCE = 200
CALLS = 10
SHOWN = 10
_OPEN = ("pending", "inProgress")
_MAILED = ("valid", "skip", *_OPEN)
"""Every other word stands for bad or risky; a new word is taken for risky."""


@dataclass(frozen=True)
class Checked:
    """How verification stands.

    Attributes:
        counts: imported addresses by the word for their state; those that were not asked about yet are missing.
        silent: the first of those found bad or risky.
    """

    counts: dict[str, int]
    silent: list[str]


async def check_verification(ledger: Ledger, job: str, context: Context) -> Checked:
    """Ask about up to 2,000 addresses whose state is open, and return what is known of all.

    After a failed call no more is asked.
    """
    people = _open(ledger, job)
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        try:
            answer = await context.api.send(GetVerificationStatus(emails=[email for _, email in some]))
        except SaleshandyError:
            break
        states = {key(it.email): it.status for it in answer}
        _keep(ledger, job, {number: states[key(email)] for number, email in some if key(email) in states})
    return _known(ledger, job)


def _open(ledger: Ledger, job: str) -> list[tuple[int, str]]:
    with ledger.reading() as db:
        return db.execute(
            "SELECT number, email FROM rows WHERE job = ? AND state = ? AND coalesce(verified, ?) IN (?, ?) "
            "ORDER BY verified IS NOT NULL, number LIMIT ?",
            (job, RowState.IMPORTED, _OPEN[0], *_OPEN, AT_ONCE * CALLS),
        ).fetchall()


def _keep(ledger: Ledger, job: str, states: dict[int, str]) -> None:
    with ledger.changing() as db:
        lines = [(state, job, number) for number, state in states.items()]
        db.executemany("UPDATE rows SET verified = ? WHERE job = ? AND number = ?", lines)


def _known(ledger: Ledger, job: str) -> Checked:
    with ledger.reading() as db:
        counts: Counter[str] = Counter(
            dict(
                db.execute(
                    "SELECT verified, count(*) FROM rows WHERE job = ? AND verified IS NOT NULL GROUP BY 1", (job,)
                ).fetchall()
            )
        )
        silent = db.execute(
            "SELECT email FROM rows WHERE job = ? AND verified NOT IN (?, ?, ?, ?) ORDER BY number LIMIT ?",
            (job, *_MAILED, SHOWN),
        ).fetchall()
    return Checked(dict(counts), [email for (email,) in silent])
