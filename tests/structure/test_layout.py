"""The tree can be found one's way in: short files, narrow folders, a name for each thing."""

import ast
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import saleshandy_mcp

PACKAGE = Path(saleshandy_mcp.__file__).parent
FOLDERS = sorted({file.parent for file in PACKAGE.rglob("*.py")})
WIDE = {
    "api/resources": "one module for each resource of the API",
    "sandbox/routes": "the same, on the other side",
    "cli": "one module for each command",
    "cli/commands": "the same, what they take",
}
"""Folders that may hold more files than others, and why."""
IN_LAYERS = {
    "approvals": "what a person is asked (policy), and the command that asks them (cli)",
    "effects": "what they are (core), and who judges them (policy)",
    "jobs": "imports that run (import_engine), and the command for them (cli)",
}
"""Names that stand for the same thing in several layers of the product."""


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.glob("*.py") if file.name != "__init__.py"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(PACKAGE)))
def test_a_folder_has_at_most_twenty_files_of_code(folder: Path) -> None:
    if folder.relative_to(PACKAGE).as_posix() not in WIDE:
        assert len(files_in(folder)) <= 20


def test_no_two_files_have_one_name_unless_they_are_one_thing_in_several_layers() -> None:
    product = [file for folder in FOLDERS if "sandbox" not in folder.parts for file in files_in(folder)]
    names = Counter(file.stem for file in product)
    assert {name for name, number in names.items() if number > 1} == set(IN_LAYERS)


def test_each_tool_has_a_file_of_its_name() -> None:
    from saleshandy_mcp.server.tools.selection import Selection  # noqa: PLC0415 - it loads the SDK

    stems = {file.stem for file in PACKAGE.rglob("*.py")}
    assert {action.slug for action in Selection(crm=True).actions()} <= stems


def test_the_same_words_of_a_literal_have_one_order() -> None:
    """Python keeps one of two unions that count as equal: their order would depend on which file is loaded first."""
    orders: dict[frozenset[str], set[tuple[str, ...]]] = defaultdict(set)
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
                words = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                order = tuple(map(ast.unparse, words))
                orders[frozenset(order)].add(order)
    assert [found for found in orders.values() if len(found) > 1] == []
