"""The leads that searches of this process have shown, by id: no call reads a lead by its id later."""

from collections.abc import Iterable

_MOST = 5000


class SeenLeads:
    """Names by id, the newest ones, in memory alone."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def remember(self, leads: Iterable[tuple[str, str]]) -> None:
        """Take note of pairs of id and name."""
        for id_, name in leads:
            self._names.pop(id_, None)
            self._names[id_] = name
        for id_ in list(self._names)[:-_MOST]:
            del self._names[id_]

    def named(self, id_: str) -> str:
        """The name with the id; the id alone where it was not seen."""
        name = self._names.get(id_)
        return f"{name} [{id_}]" if name else id_
