"""The answers that were recorded when the package was built, and whether they are those of what is installed."""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

FILE = os.path.join(os.path.dirname(__file__), "answers.json")  # noqa: PTH118, PTH120 - pathlib takes longer to load than this


def recorded() -> dict[str, Any]:
    """The file: what it was made with, the pieces of the texts, and the pieces of each answer of each selection."""
    with open(FILE, encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes longer to load than this
        return json.load(file)


def answers(document: Mapping[str, Any], selection: str) -> dict[str, str]:
    """The results for a selection as JSON, by era and method; empty where it was not recorded."""
    pieces, texts = document["pieces"], document["texts"]
    chosen: dict[str, int] = document["selections"].get(selection, {})
    return {name: "".join(pieces[it] for it in texts[number]) for name, number in chosen.items()}


def of_this_installation(made_with: Mapping[str, Any]) -> bool:
    """Whether the answers were recorded with the packages and with a Python like those that run here.

    A package that is worked on has no folder of facts beside it: its answers may be older than its code.

    Args:
        made_with: ``python``: versions such as 3.12; ``packages``: the version of each.
    """
    place = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120 - pathlib takes longer to load
    return ".".join(map(str, sys.version_info[:2])) in made_with["python"] and all(
        os.path.isdir(f"{place}/{name}-{version}.dist-info")  # noqa: PTH112 - the same
        for name, version in made_with["packages"].items()
    )
