"""How many cells were changed or are strange, by kind, with samples."""

from collections.abc import Iterable
from dataclasses import dataclass, field

_SAMPLES = 3


@dataclass(frozen=True)
class Change:
    """A cell before and after.

    Attributes:
        row: its number, as a person knows it.
        before: as the file has it.
        after: as it would be stored; empty when it is stored as it is.
    """

    row: int
    before: str
    after: str = ""


@dataclass
class Kind:
    """What was done to cells, or what is strange about them.

    Attributes:
        what: in words, as "line breaks made blanks".
        cells: how many.
        samples: the first of them.
    """

    what: str
    cells: int = 0
    samples: list[Change] = field(default_factory=list[Change])


class Tally:
    """Kinds in the order in which they came up."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def add(self, what: str, row: int, before: str, after: str = "") -> None:
        """One more cell."""
        kind = self._kinds.get(what)
        if kind is None:
            kind = self._kinds[what] = Kind(what)
        kind.cells += 1
        if len(kind.samples) < _SAMPLES and all(it.before != before for it in kind.samples):
            kind.samples.append(Change(row, before[:_LONGEST], after[:_LONGEST]))

    def add_all(self, kinds: Iterable[str], row: int, before: str, after: str = "") -> None:
        """One more cell of each of these kinds."""
        for what in kinds:
            self.add(what, row, before, after)

    def kinds(self) -> list[Kind]:
        """All kinds, the most frequent first."""
        return sorted(self._kinds.values(), key=lambda it: -it.cells)


_LONGEST = 200
"""Signs of a cell that are kept as a sample."""
