"""The settings that people paste start this server, and hold no key."""

import json
from pathlib import Path
from typing import Any

import pytest

from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.serve import command as serve

CLIENTS = sorted((Path(__file__).parent.parent.parent / "manifests" / "clients").glob("*.json"))


def server_of(file: Path) -> dict[str, Any]:
    settings = json.loads(file.read_text(encoding="utf-8"))
    (server,) = (settings.get("mcpServers") or settings["servers"]).values()
    return server


def test_there_is_one_with_a_key_and_one_with_the_sandbox_for_each_client() -> None:
    names = {file.stem for file in CLIENTS}
    real = {name for name in names if not name.endswith("-sandbox")}
    assert real == {"claude-desktop", "claude-code", "cursor", "vscode"}
    assert names == real | {f"{name}-sandbox" for name in real}


@pytest.mark.parametrize("file", CLIENTS, ids=lambda file: file.stem)
def test_it_starts_the_server_with_words_it_knows(file: Path) -> None:
    server = server_of(file)
    assert server["command"] == "uvx"
    package, *words = server["args"]
    assert package == "saleshandy-mcp"
    if words:
        name, *flags = words
        with cli.make_context("saleshandy-mcp", [name]) as context:
            assert cli.get_command(context, name) is serve
        parsed = serve.make_context("serve", flags)
        assert parsed.params["sandbox"] == file.stem.endswith("-sandbox")


@pytest.mark.parametrize("file", CLIENTS, ids=lambda file: file.stem)
def test_it_asks_for_a_key_only_where_one_is_needed(file: Path) -> None:
    key = server_of(file).get("env", {}).get("SALESHANDY_API_KEY")
    if file.stem.endswith("-sandbox"):
        assert key is None
    else:
        assert key in ("paste-your-key-here", "${SALESHANDY_API_KEY}", "${input:saleshandy-key}")
