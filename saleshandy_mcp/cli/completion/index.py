"""The names and words that help and completion show. They are read from a file, for what declares them loads slowly.

The file is made from the declarations, and a test holds that it is true (``make snapshots``).
"""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "index.json"


class Index(NamedTuple):
    """What there is to be named.

    Attributes:
        toolsets: names of toolsets.
        tools: names of tools, each with the names of its arguments.
        operations: headings, and below them the names of operations, each with a sentence on what it does.
        conflict_actions: what becomes of people who are stored already.
        row_states: what a row of an import may come to.
        dialects: of the sandbox.
        clients: whose settings are known.
    """

    toolsets: list[str]
    tools: dict[str, list[str]]
    operations: dict[str, dict[str, str]]
    conflict_actions: list[str]
    row_states: list[str]
    dialects: list[str]
    clients: list[str]


@cache
def index() -> Index:
    """The index of this version."""
    return Index(**json.loads(FILE.read_text(encoding="utf-8")))
