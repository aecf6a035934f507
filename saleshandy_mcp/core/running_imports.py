"""What a start has to know of imports that still run into the sequence, whoever keeps them."""

from typing import Protocol


class RunningImport(Protocol):
    """An import that has rows to come."""

    @property
    def job(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def rows(self) -> int:
        """All rows of it that are sent, those that have been sent among them."""
        ...

    def include(self) -> None:
        """Somebody has agreed that it goes on when the sequence is active."""


class ImportsInto:
    """The imports of this machine, by the sequence they go into."""

    def running(self, sequence_id: str) -> list[RunningImport]:
        """Those that have rows to come."""
        raise NotImplementedError

    def people(self, sequence_id: str) -> list[str]:
        """Addresses that imports of this machine have put into it, in order."""
        raise NotImplementedError
