"""A thing that the API cannot do, and the way round it."""

from dataclasses import dataclass

from saleshandy_mcp.core.view import NextCall


@dataclass(frozen=True, eq=False)
class Limit:
    """What cannot be done.

    Attributes:
        what: as an infinitive: "delete a sequence". Its words find it.
        said: other words that people use for it.
        instead: the way round, in whole sentences.
        next: the call that the way round begins with.
        only_with: of the words of each text one has to be said; otherwise something else is meant.
    """

    what: str
    said: str
    instead: str
    next: NextCall | None = None
    only_with: tuple[str, ...] = ()
