"""The guides for adding things: what they name is there, and what they promise is derived."""

import re
from pathlib import Path

import pytest

from saleshandy_mcp.api.resources.catalog import OPERATIONS, RESOURCES
from saleshandy_mcp.import_engine.mapping.presets import presets
from saleshandy_mcp.sandbox.faults.table import FAULTS
from saleshandy_mcp.server.prompts.job import jobs
from saleshandy_mcp.server.tools.registry import CRM_TOOLS, EVERYDAY
from saleshandy_mcp.server.tools.selection import Selection

ROOT = Path(__file__).parent.parent
GUIDES = sorted((ROOT / "docs").glob("adding-*.md"))
_PATH = re.compile(r"`((?:saleshandy_mcp|tests|docs|manifests)/[^`\s:]*)")
_LINK = re.compile(r"\]\(([^)#]+)\)")
_TARGET = re.compile(r"make ([a-z-]+)")


def _filled(path: str) -> list[str]:
    """A path with its blanks filled by everything that stands there today."""
    if "<tool_name>" in path:
        return [
            path.replace("<thing>", tool.action.__module__.split(".")[-2]).replace("<tool_name>", tool.name)
            for tool in (*(it for it in EVERYDAY if it.default), *CRM_TOOLS)
        ]
    if "<prompt>" in path:
        return [path.replace("<prompt>", job.name) for job in jobs()]
    if "<resource>" in path:
        return [path.replace("<resource>", module.__name__.rpartition(".")[2]) for module in RESOURCES]
    if "<product>" in path:
        return [path.replace("<product>", preset.name.lower().replace(" ", "_")) for preset in presets()]
    return [path]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_each_file_that_a_guide_names_is_there(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    named = [path for found in _PATH.findall(text) for path in _filled(found)]
    named += [f"docs/{link}" for link in _LINK.findall(text)]
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_each_command_that_a_guide_names_is_there(guide: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in _TARGET.findall(guide.read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_each_name_in_capitals_that_a_guide_gives_is_in_the_file_it_stands_with() -> None:
    for guide in GUIDES:
        for name, path in re.findall(r"`([_A-Z]{4,})`\s(?:of|in)\s`([^`]+\.py)`", guide.read_text(encoding="utf-8")):
            for file in _filled(path):
                assert re.search(rf"^{name}\b", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), (name, file)


def test_no_test_counts_what_a_new_thing_would_change() -> None:
    counts = {len(OPERATIONS), len(Selection().actions()), len(FAULTS)}
    literal = re.compile(r"len\((?:OPERATIONS|EVERYDAY|RESOURCES|FAULTS|tools|listed)\) *[=<>!]=? *\d+")
    wordy = re.compile(rf"\b({'|'.join(map(str, counts))}) (?:operations|tools|faults)\b")
    for path in (ROOT / "tests").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not literal.search(text), path
        assert not wordy.search(text), path
