"""Holding starts: after everything was stopped, nothing starts until a person lifts the hold at the command line."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from saleshandy_mcp.core.errors import Forbidden
from saleshandy_mcp.store.state import State

LIFT = "saleshandy-mcp pause --lift"
"""The command that lets sequences be started again."""


class Hold:
    """Whether the sequences of one account may be started from this machine, for all processes.

    Args:
        state: where it is written.
        account: whose sequences they are.
        clock: seconds of the wall clock.
    """

    def __init__(self, state: State, account: str, clock: Callable[[], float] = time.time) -> None:
        self._state, self._account, self._clock = state, account, clock

    def set(self) -> None:
        """Hold every start from now on.

        Raises:
            StateTrouble: when it cannot be written down.
        """
        with self._state.changing() as db:
            db.execute("INSERT OR IGNORE INTO holds VALUES (?, ?)", (self._account, self._clock()))

    def lift(self) -> bool:
        """Let sequences be started again. False when no start was held."""
        if not self._state.is_there:
            return False
        with self._state.changing() as db:
            return db.execute("DELETE FROM holds WHERE account = ?", (self._account,)).rowcount > 0

    def since(self) -> float | None:
        """When it was set, in seconds of the clock; None when sequences may be started."""
        if not self._state.is_there:
            return None
        with self._state.reading() as db:
            found = db.execute("SELECT since FROM holds WHERE account = ?", (self._account,)).fetchone()
        return found[0] if found else None

    def refuse_start(self) -> None:
        """Refuse a start where starts are held.

        Raises:
            Forbidden: which says since when, and who can change it.
            StateTrouble: when it cannot be read whether they are.
        """
        since = self.since()
        if since is not None:
            raise Forbidden(
                f"everything was stopped at {datetime.fromtimestamp(since, UTC):%Y-%m-%d %H:%M} UTC, and starts are "
                "held since then",
                f"A person can lift that on this machine, with the command {LIFT}.",
            )
