"""The commands that the documentation shows: those of blocks of ``console``, behind a ``$``, and of ``sh``. Pure, but
for reading."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.docs_site.pages import ROOT, sources

_BLOCK = re.compile(r"^ *```(console|sh)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_ANSWERED = "troubleshooting.md"
"""Its commands go wrong on purpose; a test of its own holds what they say."""


class Snippet(NamedTuple):
    """A command as a page shows it, without its remark."""

    page: str
    command: str

    @property
    def words(self) -> list[str]:
        """The words of our own command: without the name of the program, what is piped in and where the output goes."""
        ours = re.search(r"saleshandy-mcp (.*?)(?: > \S+|\))?$", self.command)
        return shlex.split(ours[1]) if ours else []


def snippets() -> Iterator[Snippet]:
    """Every command of README and pages, in their order."""
    pages = {"README.md": ROOT / "README.md"} | {it: path for it, path in sources().items() if it != _ANSWERED}
    for page, path in pages.items():
        yield from _of_page(page, path)


def _of_page(page: str, path: Path) -> Iterator[Snippet]:
    for kind, block in _BLOCK.findall(path.read_text(encoding="utf-8")):
        for line in map(str.strip, block.splitlines()):
            command = line.removeprefix("$ ") if kind == "sh" or line.startswith("$ ") else ""
            if command := re.sub(r"\s+# .*$", "", command):
                yield Snippet(page, command)
