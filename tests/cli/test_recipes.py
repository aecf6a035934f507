"""The recipes of docs/python.md, run as they stand, against the sandbox; what they print is what the page shows."""

import ast
import inspect
import re
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from saleshandy_mcp import Saleshandy
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox

PAGE = Path(__file__).parent.parent.parent / "docs" / "python.md"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Recipe(NamedTuple):
    title: str
    code: str
    printed: str | None


def recipes(page: str) -> list[Recipe]:
    """Every block of Python with the heading it stands under and the output that is shown after it."""
    found: list[Recipe] = []
    for section in re.split(r"^## ", page, flags=re.MULTILINE):
        title = section.splitlines()[0]
        for kind, text in _BLOCK.findall(section):
            if kind == "python":
                found.append(Recipe(title, text, None))
            elif kind == "text":
                found[-1] = found[-1]._replace(printed=text)
    return found


OPENING, *RECIPES = recipes(PAGE.read_text(encoding="utf-8"))


def run(recipe: Recipe, names: dict[str, Any]) -> Coroutine[Any, Any, None] | None:
    """Carry the code out; with an ``await`` in it, it is a coroutine that is still to be awaited."""
    code = compile(recipe.code, f"{PAGE.name}: {recipe.title}", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)  # noqa: S307 - our own page
    return cast("Coroutine[Any, Any, None]", result) if inspect.iscoroutine(result) else None


def test_the_opening_example_runs_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    run(OPENING, {"__name__": "opening"})
    assert capsys.readouterr().out == OPENING.printed


async def test_each_recipe_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    box = Sandbox(clock=Clock(tick=lambda: 0.0))

    async def pause(seconds: float) -> None:
        box.clock.advance(seconds)

    async with Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app, clock=box.clock.seconds, pause=pause) as api:
        names: dict[str, Any] = {"api": api}
        for recipe in RECIPES:
            if waiting := run(recipe, names):
                await waiting
            printed = capsys.readouterr().out
            assert printed
            assert recipe.printed in (None, printed), recipe.title


def test_there_are_six_recipes() -> None:
    assert len(RECIPES) == 6
