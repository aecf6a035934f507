"""How many files a reader has to open to follow a call: six walks, each with its bar."""

from pathlib import Path

import pytest

from tests.structure.walks import WALKS, Walk, entered


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_a_call_is_followed_through_few_files(walk: Walk, tmp_path: Path) -> None:
    files = entered(walk, tmp_path)
    assert len(files) <= walk.before + 3, "\n".join(files)
