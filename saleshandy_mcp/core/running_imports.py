"""What starting a sequence needs to know about imports into it that still run. ``import_engine`` implements it."""

from typing import Protocol


class RunningImport(Protocol):
    """An import that still has rows to send."""

    @property
    def job(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def rows(self) -> int:
        """How many rows it sends in all, those already sent included."""
        ...

    def include(self) -> None:
        """Record that a person agreed that it goes on when the sequence is active."""


class ImportsInto:
    """The imports of this machine, found by the sequence that they go into."""

    def running(self, sequence_id: str) -> list[RunningImport]:
        """The imports into the sequence that still have rows to send."""
        raise NotImplementedError

    def people(self, sequence_id: str) -> list[str]:
        """Addresses that imports of this machine have put into the sequence, sorted."""
        raise NotImplementedError
