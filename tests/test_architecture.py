"""What may import what, and who alone may touch the network, the environment and standard output."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import saleshandy_mcp

PACKAGE = Path(saleshandy_mcp.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted(file for file in Path(__file__).parent.rglob("*.py") if "node_modules" not in file.parts)

OURS = "saleshandy_mcp"
ROOT = ""
"""The package itself: its version, and what starts it."""

MAY_IMPORT = {
    "core": set[str](),
    "untrusted": set[str](),
    "opening": {"core"},
    "sandbox": set[str](),
    "api": {"core", ROOT},
    "integrations": {"api", "core"},
    "lookups": {"untrusted", "api", "core"},
    "store": {"core"},
    "client_settings": {"core"},
    "import_engine": {"lookups", "api", "store", "core"},
    "policy": {"untrusted", "store", "core"},
    "features": {"policy", "import_engine", "lookups", "integrations", "untrusted", "api", "store", "core"},
    "server": {
        *("features", "policy", "import_engine", "lookups", "integrations", "untrusted", "api", "store", "core"),
        *("opening", ROOT),
    },
    "cli": {
        *("server", "features", "policy", "import_engine", "lookups", "untrusted", "api", "store", "core", "sandbox"),
        *("integrations", "client_settings", "opening", ROOT),
    },
    "__main__": {"cli", "opening"},
    # The public Python API: each name is loaded only when it is asked for.
    ROOT: {"api", "core", "features", "sandbox"},
}
"""Part of the package -> the other parts it may know. A new part has to be put here."""

ONLY_IN = {
    "httpx2": {"api/client.py", "integrations/salessheet/mcp_endpoint.py"},
    "mcp": {"server", "cli", "integrations/salessheet/mcp_endpoint.py"},
    "mcp_types": {"server", "cli"},
    "pyrate_limiter": {"api"},
    "jsonschema": {"sandbox"},
    "fastjsonschema": {"sandbox"},
    "starlette": {"sandbox", "server", "cli"},
    "uvicorn": {"cli"},
    "click": {"cli"},
    "dns": {"lookups/dns_client.py"},
    "keyring": {"cli"},
    "rich": {"cli"},
    "selectolax": {"untrusted"},
    "vl_convert": {"features/reports/drawing.py"},
    "tomlkit": {"client_settings/documents/toml_text.py"},
    "ruamel": {"client_settings/documents/yaml_text.py", "cli/support/output_forms/yaml_output.py"},
}
"""Library -> the only parts or files that import it."""

MAY_SEE_THE_ENVIRONMENT = {
    "core/settings.py": "the only reader, but for",
    "core/variables.py": "the folder alone: completion cannot wait for all settings",
    "opening/early_answers.py": "it decides before anything else is loaded",
    "client_settings/machine.py": "where clients keep their settings follows from it",
    "cli/demo.py": "hands it on, whole, to the server it starts",
    "cli/support/at_terminal/terminal.py": "what the terminal can do stands in it",
}


def part(path: str) -> str:
    """The part of the package that a file belongs to: ``api`` of ``api/types.py``."""
    first = path.split("/", maxsplit=1)[0].removesuffix(".py")
    return ROOT if first == "__init__" else first


def imported(tree: ast.AST) -> Iterator[str]:
    """Everything that is imported, wherever in the file; ``from a import b`` is ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from (f"{base}.{alias.name}" for alias in node.names)


def breaches(path: str, source: str) -> list[str]:
    """What a file of the package does that it must not; ``path`` is relative to the package."""
    tree = ast.parse(source)
    return sorted({*wrong_imports(path, tree), *wrong_uses(path, tree)})


def wrong_imports(path: str, tree: ast.Module) -> Iterator[str]:
    here = part(path)
    parts = MAY_IMPORT.keys() - {ROOT}
    for name in imported(tree):
        library, _, rest = name.partition(".")
        if name.startswith("."):
            yield "imports without saying from where"
        elif library == OURS:
            there = rest.split(".")[0] if rest.split(".")[0] in parts else ROOT
            if there not in {here, *MAY_IMPORT[here]}:
                yield f"imports {there or OURS}"
        elif library in ONLY_IN and not {here, path} & ONLY_IN[library]:
            yield f"imports {library}"


def wrong_uses(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print")) if part(path) != "cli":
                yield "prints"
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "getenv") if (
                path not in MAY_SEE_THE_ENVIRONMENT
            ):
                yield "reads the environment"
            case ast.ImportFrom(module="os") if {"environ", "getenv"} & {alias.name for alias in node.names}:
                yield "reads the environment"
            case ast.Call(func=ast.Name(id="import_module" | "__import__")) if part(path) not in {"cli", ROOT}:
                yield "imports what only running it tells"
            case ast.Call(func=ast.Attribute(attr="import_module")) if part(path) not in {"cli", ROOT}:
                yield "imports what only running it tells"
            case _:
                pass
    if not ast.get_docstring(tree):
        yield "does not say what it is"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_a_module_keeps_to_its_place(module: Path) -> None:
    path = module.relative_to(PACKAGE).as_posix()
    assert breaches(path, module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", [*MODULES, *TESTS], ids=lambda file: str(file.relative_to(PACKAGE.parent)))
def test_no_file_is_longer_than_300_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("file", TESTS, ids=lambda file: str(file.relative_to(PACKAGE.parent)))
def test_a_file_of_tests_says_what_it_is_about(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


def test_every_part_of_the_package_has_its_place() -> None:
    assert {part(module.relative_to(PACKAGE).as_posix()) for module in MODULES} <= MAY_IMPORT.keys()


def test_directions_have_no_circle() -> None:
    for here in MAY_IMPORT.keys() - {ROOT}:
        for there in MAY_IMPORT[here] - {ROOT}:
            assert here not in MAY_IMPORT[there], f"{here} and {there} know each other"


@pytest.mark.parametrize(
    ("path", "line", "noticed"),
    [
        ("sandbox/app.py", "from saleshandy_mcp.api.types import Channel", "imports api"),
        ("sandbox/app.py", "from saleshandy_mcp import api", "imports api"),
        ("sandbox/app.py", "import saleshandy_mcp.api.types", "imports api"),
        ("sandbox/app.py", "import saleshandy_mcp", "imports saleshandy_mcp"),
        ("sandbox/routes/steps.py", "def f():\n    from saleshandy_mcp.features import view", "imports features"),
        ("sandbox/app.py", "from ..api import types", "imports without saying from where"),
        (
            "sandbox/app.py",
            "from importlib import import_module\nimport_module('a')",
            "imports what only running it tells",
        ),
        ("sandbox/app.py", "__import__('saleshandy_mcp.api')", "imports what only running it tells"),
        ("sandbox/app.py", "import httpx2", "imports httpx2"),
        ("core/action.py", "from saleshandy_mcp.api.client import Saleshandy", "imports api"),
        ("untrusted/one_line.py", "from saleshandy_mcp.core.view import View", "imports core"),
        ("api/client.py", "from saleshandy_mcp.sandbox import KEY", "imports sandbox"),
        ("api/client.py", "from saleshandy_mcp.features.sequences.channels import rules", "imports features"),
        ("api/client.py", "from mcp.types import Tool", "imports mcp"),
        ("api/http/cache.py", "import httpx2 as httpx", "imports httpx2"),
        ("import_engine/jobs.py", "from saleshandy_mcp.features.tasks import list_tasks", "imports features"),
        ("features/tasks/list_tasks.py", "from saleshandy_mcp.server.app import build_server", "imports server"),
        ("features/tasks/list_tasks.py", "import mcp", "imports mcp"),
        ("server/app.py", "from httpx2 import AsyncClient", "imports httpx2"),
        ("server/app.py", "from saleshandy_mcp.sandbox import Sandbox", "imports sandbox"),
        ("server/app.py", "print('ready')", "prints"),
        ("server/app.py", "import os\nos.environ['KEY']", "reads the environment"),
        ("cli/serve.py", "import os\nos.getenv('KEY')", "reads the environment"),
        ("cli/serve.py", "from os import environ", "reads the environment"),
    ],
)
def test_a_file_that_leaves_its_place_is_noticed(path: str, line: str, noticed: str) -> None:
    assert noticed in breaches(path, f'"""A module."""\n{line}\n')


def test_a_file_that_does_not_say_what_it_is_is_noticed() -> None:
    assert breaches("api/steps.py", "x = 1") == ["does not say what it is"]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("sandbox/routes/steps.py", "from saleshandy_mcp.sandbox.world.tables import World"),
        ("api/client.py", "import httpx2 as httpx\nfrom saleshandy_mcp import __version__"),
        ("api/client.py", "from saleshandy_mcp.api.http import refused_rows"),
        ("cli/serve.py", "from saleshandy_mcp.sandbox import KEY\nprint('ready')"),
        ("features/imports/run_import.py", "from saleshandy_mcp.import_engine.jobs import Jobs"),
        ("core/settings.py", "import os\nos.environ"),
    ],
)
def test_a_file_in_its_place_is_left_alone(path: str, line: str) -> None:
    assert breaches(path, f'"""A module."""\n{line}\n') == []
