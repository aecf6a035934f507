"""Who was imported from here, by which job and request, and with which tags: no call of the API shows this later."""

from typing import NamedTuple

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.states import RowState

_IMPORTED = """
SELECT rows.email, rows.job, coalesce(batches.request, '')
FROM rows
JOIN jobs ON jobs.id = rows.job
LEFT JOIN batches ON batches.job = rows.job AND batches.number = rows.batch
WHERE jobs.account = ? AND rows.state = ?
ORDER BY jobs.made, rows.job, rows.number
"""


class Imported(NamedTuple):
    """One row that was imported.

    Attributes:
        email: as ``key`` writes it.
        job: by which it was imported.
        request: the id by which Saleshandy knows its batch; empty where there is none.
        sequence_id: where it went; empty for the account alone.
        tags: that it got.
    """

    email: str
    job: str
    request: str
    sequence_id: str
    tags: tuple[str, ...]


def imported_people(ledger: Ledger, account: str) -> list[Imported]:
    """All rows of an account that were imported, the oldest job first.

    Raises:
        LedgerTrouble: when the ledger cannot be used.
    """
    if not ledger.is_there:
        return []
    targets = {it.id: it.target for it in ledger.jobs(account)}
    with ledger.reading() as db:
        rows = db.execute(_IMPORTED, (account, RowState.IMPORTED)).fetchall()
    return [
        Imported(key(email), job, request, target.sequence_id, tuple(target.tags))
        for email, job, request in rows
        if (target := targets.get(job))
    ]
