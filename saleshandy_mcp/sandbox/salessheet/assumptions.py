"""What the documentation does not say, as switches: a client has to work with every choice."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Assumptions:
    """How this emulator behaves where nothing is documented.

    Attributes:
        enveloped: whether records stand under "data" (a list with "meta" beside it), or are the whole body.
        good_items_saved: whether a batch saves its good items beside bad ones, or is refused as a whole.
        unknown_filters: what a filter does that is named after no field.
        ignored_filters: fields whose filter changes nothing, although the field exists.
    """

    enveloped: bool = True
    good_items_saved: bool = True
    unknown_filters: Literal["ignored", "refused"] = "ignored"
    ignored_filters: frozenset[str] = frozenset()
