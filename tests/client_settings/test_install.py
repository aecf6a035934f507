"""``install`` and ``uninstall`` on three systems, in every client's settings, whatever stands in them already.

What they write lies in ``golden/``, a file for each system and client.
"""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client, System
from saleshandy_mcp.client_settings.machine import Machine
from tests.client_settings.kit import BROKEN, PLATFORMS, SLUGS, STATES, Home, text_of


@pytest.mark.parametrize("client", CLIENTS, ids=SLUGS)
@pytest.mark.parametrize("system", PLATFORMS)
def test_what_is_written_is_as_reviewed(
    client: Client,
    system: System,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    snapshot: Callable[[str, str], None],
) -> None:
    page: list[str] = []
    for kind in STATES:
        home = Home(tmp_path / kind, system, monkeypatch)
        before = text_of(client, kind)
        path = home.file(client, before)
        words = ["--sandbox"] if client.key_way == "clear" else ["--read-only"]
        result = home.run("install", client.slug, *words, "--yes")
        after = path.read_text(encoding="utf-8") if path.exists() else None
        assert result.exit_code == (kind == "broken"), result.output
        told = result.output.splitlines()[-1] if kind == "broken" else ""
        page += [f"==> {kind}: {home.plain(str(path))}", home.plain(told or after or ""), ""]
        if kind == "broken":
            assert after == before
        else:
            assert home.run("uninstall", client.slug, "--yes").exit_code == 0
            assert (path.read_bytes() if path.exists() else None) == (None if before is None else before.encode())
            assert [it for it in path.parent.iterdir() if it != path] == []
    snapshot(f"tests/client_settings/golden/{system}/{client.slug}.txt", "\n".join(page))


@pytest.mark.parametrize("client", CLIENTS, ids=SLUGS)
def test_what_changed_since_stays(client: Client, home: Home) -> None:
    path = home.file(client, text_of(client, "full"))
    home.run("install", client.slug, "--sandbox", "--yes")
    more = {"json": "\n// since\n", "toml": "\n# since\n", "yaml": "\n# since\n"}[client.form]
    path.write_text(path.read_text() + more)
    result = home.run("uninstall", client.slug, "--yes")
    assert "since" in path.read_text()
    assert "other" in path.read_text()
    assert "saleshandy" not in path.read_text()
    assert "so they stay" in result.output


@pytest.mark.parametrize("client", CLIENTS, ids=SLUGS)
def test_install_twice_and_with_other_options_is_undone_as_once(client: Client, home: Home) -> None:
    before = text_of(client, "remarks") or ""
    path = home.file(client, before)
    home.run("install", client.slug, "--sandbox", "--yes")
    assert "already" in home.run("install", client.slug, "--sandbox", "--yes").output
    home.run("install", client.slug, "--sandbox", "--read-only", "--approval", "person", "--yes")
    assert "--read-only" in path.read_text()
    home.run("uninstall", client.slug, "--yes")
    assert path.read_text() == before


def test_an_entry_that_was_there_by_hand_is_taken_out(home: Home) -> None:
    path = home.file(CLIENTS[0], '{"mcpServers": {"saleshandy": {"command": "old"}}}')
    home.run("install", "claude-desktop", "--sandbox", "--yes")
    home.run("uninstall", "claude-desktop", "--yes")
    assert "saleshandy" not in path.read_text()


def test_a_question_of_vs_code_goes_when_the_sandbox_comes(home: Home) -> None:
    path = home.file(next(it for it in CLIENTS if it.slug == "vscode"), None)
    home.run("install", "vscode", "--yes")
    assert "promptString" in path.read_text()
    home.run("install", "vscode", "--sandbox", "--yes")
    assert "promptString" not in path.read_text()


def test_byte_order_mark_line_ends_mode_and_link_stay(home: Home) -> None:
    real = home.folder / "dotfiles.json"
    real.write_bytes(b'\xef\xbb\xbf{\r\n  "a": 1\r\n}\r\n')
    real.chmod(0o640)
    path = home.file(CLIENTS[0], None)
    path.symlink_to(real)
    home.run("install", "claude-desktop", "--sandbox", "--yes")
    after = real.read_bytes()
    assert path.is_symlink()
    assert after.startswith(b"\xef\xbb\xbf{\r\n")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    home.run("uninstall", "claude-desktop", "--yes")
    assert real.read_bytes() == b'\xef\xbb\xbf{\r\n  "a": 1\r\n}\r\n'


def test_a_new_file_is_for_its_owner_alone(home: Home) -> None:
    path = home.file(CLIENTS[0], None)
    home.run("install", "claude-desktop", "--sandbox", "--yes")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("client", [it for it in CLIENTS if it.remote is not None], ids=lambda it: it.slug)
def test_an_address_stands_in_the_clients_own_form(client: Client, home: Home) -> None:
    path = home.file(client, None)
    url = "http://127.0.0.1:8000/mcp"
    assert home.run("install", client.slug, "--http", url, "--yes").exit_code == 0
    assert url in path.read_text()
    assert "SALESHANDY" not in path.read_text()


def test_the_project_of_this_folder_has_settings_of_its_own(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home.folder)
    home.run("install", "claude-code", "--project", "--yes")
    assert "saleshandy" in (home.folder / ".mcp.json").read_text()
    assert not (home.folder / ".claude.json").exists()
    assert "no project settings" in home.run("install", "goose", "--project").output


def test_variables_say_where_settings_are(tmp_path: Path) -> None:
    machine = Machine("linux", tmp_path, {"CODEX_HOME": "/c", "XDG_CONFIG_HOME": "/x", "CLAUDE_CONFIG_DIR": "/d"})
    files = {client.slug: str(machine.file(client)) for client in CLIENTS}
    assert files["codex"] == "/c/config.toml"
    assert files["goose"] == "/x/goose/config.yaml"
    assert files["claude-code"] == "/d/.claude.json"


def test_the_list_says_where_it_is_installed_and_what_is_broken(home: Home) -> None:
    home.file(CLIENTS[0], "{}")
    home.run("install", "claude-desktop", "--sandbox", "--yes")
    home.file(CLIENTS[2], BROKEN["json"])
    lines = {line.split()[0]: line for line in home.run("install", "--list").output.splitlines() if line.strip()}
    assert "installed" in lines["claude-desktop"]
    assert "broken file: line 3" in lines["cursor"]
