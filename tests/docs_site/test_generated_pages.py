"""Pages that are made from code are as the code is, and no page is forgotten."""

import tomllib
from collections.abc import Callable
from typing import Any, cast

import pytest

from saleshandy_mcp.core import variables
from saleshandy_mcp.core.settings import Settings
from tests.docs_site import client_guides, commands, decisions, pages, prompt_page, tool_examples

Snapshot = Callable[[str, str], None]


def test_the_page_of_commands_is_as_the_commands_are(snapshot: Snapshot) -> None:
    snapshot("docs/commands.md", commands.page())


def test_the_guides_for_clients_are_as_the_table_of_clients_is(snapshot: Snapshot) -> None:
    guides = client_guides.pages()
    for name, text in guides.items():
        snapshot(f"docs/install/{name}", text)
    assert {path.name for path in (pages.ROOT / "docs/install").iterdir()} == set(guides)


def test_the_list_of_decisions_names_each(snapshot: Snapshot) -> None:
    snapshot("docs/decisions/index.md", decisions.page())


def test_the_examples_are_those_that_the_tests_of_the_tools_hold(snapshot: Snapshot) -> None:
    snapshot("docs/tool-examples.md", tool_examples.page())


def test_the_page_of_prompts_is_as_the_prompts_are(snapshot: Snapshot) -> None:
    snapshot("docs/prompts.md", prompt_page.page())


@pytest.mark.parametrize("tool", tool_examples.tools())
def test_each_tool_has_an_example(tool: str) -> None:
    assert tool_examples.examples(tool)


class Asked(dict[str, str]):
    """An environment in which nothing is set, and which remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return default


def variables_read() -> list[str]:
    """The variables that the settings read, and those that have a name of their own."""
    Settings.from_env(asked := Asked())
    named = {it for it in vars(variables).values() if isinstance(it, str) and it.startswith("SALES")}
    return sorted(asked.names | named)


@pytest.mark.parametrize("name", variables_read())
def test_each_variable_is_documented(name: str) -> None:
    assert f"`{name}`" in (pages.ROOT / "README.md").read_text(encoding="utf-8")


def test_each_page_stands_in_the_list_of_the_site() -> None:
    settings = tomllib.loads((pages.ROOT / "zensical.toml").read_text(encoding="utf-8"))
    listed = _named(settings["project"]["nav"])
    wanted = [it for it in pages.sources() if not it.startswith("decisions/0")]
    assert sorted(listed) == sorted(wanted)


def _named(part: Any) -> list[str]:
    """The pages that a part of the list names, at any depth."""
    match part:
        case str():
            return [part]
        case dict():
            return [name for it in cast("dict[str, Any]", part).values() for name in _named(it)]
        case _:
            return [name for it in part for name in _named(it)]
