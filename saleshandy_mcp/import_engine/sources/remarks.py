"""Remarks about how a table was read, for the person who imports it."""

from saleshandy_mcp.core.view import counted

_PLACES = 3


class Remarks:
    """Sentences about a table; complete when its rows are through.

    Attributes:
        asks: whether a person should agree to how it is read.
    """

    def __init__(self) -> None:
        self.asks = False
        self._sentences: list[str] = []
        self._places: dict[tuple[str, str], list[str]] = {}
        self._numbers: dict[tuple[str, str], int] = {}

    def say(self, sentence: str, *, asks: bool = False) -> None:
        self._sentences.append(sentence)
        self.asks = self.asks or asks

    def count(self, what: str, place: str, *, more: str) -> None:
        """Something that may be there often: told once, with how often and where it is first.

        Args:
            what: of one of them.
            place: where it is.
            more: what several are called.
        """
        kind = (what, more)
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        places = self._places.setdefault(kind, [])
        if len(places) < _PLACES:
            places.append(place)

    @property
    def sentences(self) -> list[str]:
        return [*self._sentences, *(self._counted(kind, number) for kind, number in self._numbers.items())]

    def _counted(self, kind: tuple[str, str], number: int) -> str:
        places = self._places[kind]
        return f"{counted(number, *kind)} ({', '.join(places)}{' …' if number > len(places) else ''})"
