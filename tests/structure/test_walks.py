"""How many files a reader has to open to follow a call: six walks, each with its bar."""

from pathlib import Path

import pytest

from tests.structure.walks import PACKAGE, WALKS, Walk, entered, listed


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_a_call_is_followed_through_few_files(walk: Walk, tmp_path: Path) -> None:
    files = entered(walk, tmp_path)
    assert len(files) <= walk.goal + walk.short_of_goal, "\n".join(files)


ARCHITECTURE = Path(__file__).parent.parent.parent / "docs" / "architecture.md"


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_the_map_names_every_file_of_a_walk(walk: Walk, tmp_path: Path) -> None:
    told = ARCHITECTURE.read_text(encoding="utf-8")
    (line,) = [line for line in told.splitlines() if line.startswith(f"- **{walk.name}**")]
    assert line == listed(walk, entered(walk, tmp_path))


def test_the_map_names_every_folder() -> None:
    told = ARCHITECTURE.read_text(encoding="utf-8")
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert {folder for folder in folders if f"`{folder}/`" not in told} == set()
