"""Settings to paste: made from the table of clients, right for this server, safe while no index has the package."""

import base64
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from saleshandy_mcp import __version__
from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.commands.serve_command import command as serve
from saleshandy_mcp.client_settings import package, snippets
from saleshandy_mcp.client_settings.documents.edit import read
from saleshandy_mcp.client_settings.documents.placement import found
from saleshandy_mcp.client_settings.entries import PLACEHOLDER, traces
from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client

ROOT = Path(__file__).parents[2]
FETCHES = re.compile(
    r"(?:uvx|(?:pip|pipx|uv|uv tool|uv pip) (?:install|run|add)|uv tool run)"
    rf"[\s\"',\[\]:=a-z-]*?[\"'\s]{package.NAME}\b"
)
"""A command that would fetch the package by its name alone, written in a shell or in settings."""
MADE = re.compile(r"(<!-- settings: made by make snapshots -->\n).*?(<!-- end of settings -->)", re.DOTALL)


def server_of(client: Client, *, sandbox: bool) -> dict[str, Any]:
    return found(read(client.form, snippets.snippet(client, sandbox=sandbox)), traces(client)[0])


def words_of(client: Client, *, sandbox: bool) -> tuple[str, list[str], dict[str, str]]:
    server = server_of(client, sandbox=sandbox)
    command, args, env = (server[client.words.get(name, name)] for name in ("command", "args", "env"))
    return command, args, env


both = pytest.mark.parametrize("sandbox", [False, True], ids=["key", "sandbox"])
each = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.slug)


@each
@both
def test_they_start_the_server_with_words_it_knows(client: Client, sandbox: bool) -> None:  # noqa: FBT001 - pytest passes by name
    command, args, env = words_of(client, sandbox=sandbox)
    assert (command, *args) == (*snippets.program(), "serve", *(["--sandbox"] if sandbox else []))
    with cli.make_context("saleshandy-mcp", ["serve"]) as context:
        assert cli.get_command(context, "serve") is serve
    assert serve.make_context("serve", args[args.index("serve") + 1 :]).params["sandbox"] == sandbox
    assert env["SALESHANDY_FILES"] == snippets.FOLDER


@each
def test_a_key_stands_in_them_only_where_a_client_has_no_better_way(client: Client) -> None:
    text = snippets.snippet(client)
    assert (PLACEHOLDER in text) == (client.key_way == "clear")
    assert "SALESHANDY_API_KEY" in text
    assert "API_KEY" not in snippets.snippet(client, sandbox=True)


@each
def test_each_client_has_sources_and_a_way_to_its_file(client: Client) -> None:
    assert client.sources
    assert client.by_hand
    assert client.restart.endswith(".")
    assert all(len(client.places.on(system)) > 0 for system in ("linux", "macos", "windows"))


def test_the_files_to_paste_are_those_of_the_table(snapshot: Callable[[str, str], None]) -> None:
    for name, text in snippets.files().items():
        snapshot(f"manifests/clients/{name}", text)
    assert {file.name for file in (ROOT / "manifests" / "clients").iterdir()} == set(snippets.files())


@pytest.mark.parametrize(("page", "made"), [("README.md", snippets.example), ("manifests/README.md", snippets.table)])
def test_what_the_documentation_says_of_settings_is_made_from_the_table(
    page: str, made: Callable[[], str], snapshot: Callable[[str, str], None]
) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    filled = MADE.sub(lambda it: f"{it[1]}{made()}{it[2]}", text)
    assert made() in filled
    snapshot(page, filled)


def test_one_setting_switches_to_the_short_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "PUBLISHED", True)
    command, args, _ = words_of(CLIENTS[0], sandbox=False)
    assert [command, *args] == ["uvx", package.NAME, "serve"]
    assert "which uvx" in snippets.example()


def test_links_come_with_the_short_form_and_hold_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert snippets.install_links() == {}
    monkeypatch.setattr(package, "PUBLISHED", True)
    links = snippets.install_links()
    config = parse_qs(urlsplit(links["Cursor"]).query)["config"][0]
    assert json.loads(base64.b64decode(config)) == {
        "command": "uvx",
        "args": [package.NAME, "serve"],
        "env": {"SALESHANDY_API_KEY": "${env:SALESHANDY_API_KEY}"},
    }
    asked = json.loads(unquote(links["VS Code"].partition("?")[2]))
    assert (asked["name"], asked["command"], asked["inputs"][0]["password"]) == ("saleshandy", "uvx", True)
    assert asked["env"]["SALESHANDY_API_KEY"] == f"${{input:{asked['inputs'][0]['id']}}}"
    assert all(link in snippets.example() for link in links.values())


def test_the_plugin_is_that_of_the_table_and_runs_its_own_folder(snapshot: Callable[[str, str], None]) -> None:
    snapshot(".claude-plugin/plugin.json", snippets.plugin(__version__))
    server = json.loads(snippets.plugin(__version__))["mcpServers"]["saleshandy"]
    assert server["args"][:4] == ["run", "--quiet", "--directory", "${CLAUDE_PLUGIN_ROOT}"]


def texts_of_the_repository() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git stands where it stands
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() or [str(file.relative_to(ROOT)) for file in ROOT.rglob("*") if file.is_file()]
    found = {name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()}
    return {name: content.decode(errors="replace") for name, content in found.items() if b"\0" not in content}


@pytest.mark.skipif(package.PUBLISHED, reason="the name is ours")
def test_no_file_of_the_repository_fetches_a_name_that_is_not_registered() -> None:
    texts = texts_of_the_repository()
    assert "README.md" in texts
    assert {name: hits for name, text in texts.items() if (hits := FETCHES.findall(text))} == {}


@pytest.mark.parametrize(
    "words",
    [
        ["uvx", "{}"],
        ["uvx", "{} serve --sandbox"],
        ["pip install", "{}"],
        ["pip install", "'{}[tokens]'"],
        ["uv tool install", "{}"],
        ["pipx run", "{}"],
        ['"command": "uvx",\n  "args": [\n    ', '"{}"'],
        ['command = "uvx"\nargs = [', '"{}"'],
        ["command: uvx\nargs:\n  -", "{}"],
    ],
)
def test_a_command_that_would_fetch_it_is_noticed(words: list[str]) -> None:
    assert FETCHES.search(" ".join(words).format(package.NAME))


@pytest.mark.parametrize("line", ["uvx --from ./dist/a.whl {}", "pipx install .", "/path/to/{} serve", "{} tools"])
def test_a_command_that_runs_what_is_there_is_left_alone(line: str) -> None:
    assert not FETCHES.search(line.format(package.NAME))
