"""``install`` and ``uninstall`` on three systems, in every client's settings, whatever stands in them already.

What they write lies in ``golden/``, a file for each system and client.
"""

import os
import stat
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli
from saleshandy_mcp.client_settings.documents.edit import Form
from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client, System
from saleshandy_mcp.client_settings.machine import Machine
from tests.cli.kit import Terminal, sat_at

PLATFORMS: dict[System, str] = {"linux": "linux", "macos": "darwin", "windows": "win32"}
SLUGS = [client.slug for client in CLIENTS]
FULL: dict[Form, str] = {
    "json": '{\n  "theme": "dark",\n  "SERVERS": {\n    "other": {\n      "command": "x"\n    }\n  }\n}\n',
    "toml": 'model = "x"\n\n[SERVERS.other]\ncommand = "x"\n',
    "yaml": "model: x\nSERVERS:\n  other:\n    command: x\nlast: 1\n",
}
REMARKS: dict[Form, str] = {
    "json": '// mine\n{\n\t"SERVERS": {\n\t\t"other": {"command": "x"}, // kept\n\t\t/* more */\n\t},\n}\n',
    "toml": '# mine\n[SERVERS.other] # kept\ncommand = "x"\n\n# more\n[last]\nn = 1\n',
    "yaml": "# mine\nSERVERS:  # kept\n  other:\n    command: x  # kept\n  # more\nlast: 1\n",
}
BROKEN: dict[Form, str] = {"json": '{\n  "a": 1\n  "b": 2\n}\n', "toml": "a = 1\nb =\n", "yaml": "a: 1\n b: 2\n"}
STATES = ("missing", "empty", "full", "remarks", "broken")


def text_of(client: Client, kind: str) -> str | None:
    """The settings of a client before install."""
    texts = {"full": FULL, "remarks": REMARKS, "broken": BROKEN}
    if kind not in texts:
        return {"missing": None, "empty": ""}[kind]
    text = texts[kind][client.form]
    if client.by:
        text = text.replace("  other:\n    command: x", "  - name: other\n    command: x")
    return text.replace("SERVERS", client.servers[0])


class Home:
    """A home folder on one of the systems, and the commands of a person who has no terminal."""

    def __init__(self, folder: Path, system: System, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SALESHANDY_DATA", str(folder / "data"))
        for name in ("XDG_CONFIG_HOME", "APPDATA", "CODEX_HOME", "CLAUDE_CONFIG_DIR"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.setattr("sys.platform", PLATFORMS[system])
        self.folder, self.machine = folder, Machine(system, folder)

    def file(self, client: Client, text: str | None) -> Path:
        path = self.machine.file(client)
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_bytes(text.encode())
        return path

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(cli, words)

    def plain(self, text: str) -> str:
        """A text without what differs from machine to machine."""
        return text.replace(str(self.folder), "HOME").replace(sys.executable, "PYTHON")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path, "linux", monkeypatch)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Generator[Terminal]:
    with sat_at(monkeypatch) as terminal:
        yield terminal


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


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_what_is_read_only_is_told_and_left_alone(home: Home) -> None:
    path = home.file(CLIENTS[0], "{}")
    path.chmod(0o444)
    assert f"{path} is read-only" in home.run("install", "claude-desktop", "--sandbox", "--yes").output
    path.chmod(0o644)
    path.parent.chmod(0o555)
    assert f"{path.parent} is read-only" in home.run("install", "claude-desktop", "--sandbox", "--yes").output
    path.parent.chmod(0o755)
    assert path.read_text() == "{}"


@pytest.mark.parametrize("content", [b"\xff\xfe{\x00}\x00", b'{"a": "\xe9"}'])
def test_a_file_in_another_encoding_is_told(home: Home, content: bytes) -> None:
    path = home.file(CLIENTS[0], None)
    path.write_bytes(content)
    result = home.run("install", "claude-desktop", "--sandbox", "--yes")
    assert "line 1: it is not UTF-8" in result.output
    assert path.read_bytes() == content


def test_without_a_terminal_nothing_is_written_unasked(home: Home) -> None:
    path = home.file(CLIENTS[0], "{}")
    result = home.run("install", "claude-desktop", "--sandbox")
    assert result.exit_code
    assert "Add --yes" in result.output
    assert '+    "saleshandy": {' in result.output
    assert path.read_text() == "{}"
    assert "name a client" in home.run("install").output


def test_a_key_is_not_taken_without_a_terminal_where_it_would_stand_in_clear(home: Home) -> None:
    home.file(CLIENTS[0], "{}")
    assert "keeps the key in clear" in home.run("install", "claude-desktop", "--yes").output


@pytest.mark.parametrize("client", CLIENTS, ids=SLUGS)
def test_a_key_in_a_file_or_in_the_keyring_stands_in_no_settings(client: Client, home: Home) -> None:
    path = home.file(client, None)
    key = home.folder / "key"
    key.write_text("secret-key-1234\n")
    result = home.run("install", client.slug, "--key-file", str(key), "--yes")
    assert "chmod 600" in result.output
    assert "SALESHANDY_API_KEY_FILE" in path.read_text()
    (home.folder / "data").mkdir()
    (home.folder / "data" / "keyring").write_text("SALESHANDY_API_KEY\n")
    home.run("install", client.slug, "--yes")
    assert "serve" in path.read_text()
    assert "SALESHANDY_API_KEY" not in path.read_text()
    assert "secret" not in path.read_text()


def test_keys_of_others_are_not_shown(home: Home) -> None:
    home.file(CLIENTS[2], '{"mcpServers": {"x": {"env": {"X_TOKEN": "abcdefghijk"}}}}')
    shown = home.run("install", "cursor", "--sandbox", "--yes").output
    assert "abcdefghijk" not in shown
    assert "X_TOKEN" in shown


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
    assert "no settings of a project" in home.run("install", "goose", "--project").output


def test_the_folder_for_files_has_to_be_there(home: Home) -> None:
    assert "is not a folder" in home.run("install", "cursor", "--files", "nowhere", "--yes").output


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


def test_at_a_terminal_the_key_is_asked_for_without_being_shown(
    home: Home, terminal: Terminal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def typed(prompt: str, *_: object) -> str:
        assert "not shown" in prompt
        return "secret-key-1234"

    monkeypatch.setattr("getpass.getpass", typed)  # it reads from the real terminal of the process
    path = home.file(CLIENTS[0], "{}")
    terminal.run(f"{home.folder}\ny\n", "install", "claude-desktop")
    assert '"SALESHANDY_API_KEY": "secret-key-1234"' in path.read_text()
    assert f'"SALESHANDY_FILES": "{home.folder}"' in path.read_text()
    shown = capsys.readouterr().out
    assert "secret-key" not in shown
    assert "will stand in clear" in shown
    assert "Other people" in shown


def test_at_a_terminal_no_is_no_and_a_client_is_picked(home: Home, terminal: Terminal) -> None:
    path = home.file(CLIENTS[2], "{}")
    terminal.run("1\n\nn\n", "install")
    assert path.read_text() == "{}"
    terminal.run("1\n\ny\n", "install")
    assert "saleshandy" in path.read_text()
    terminal.run("1\ny\n", "uninstall")
    assert path.read_text() == "{}"


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_what_is_no_file_is_neither_read_nor_replaced(home: Home) -> None:
    pipe = home.folder / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, home.folder):
        result = home.run("install", "claude-desktop", "--sandbox", "--yes", "--file", str(place))
        assert f"{place} is no file" in result.output
        assert result.exit_code == 1
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    "text", ['{"mcpServers": []}', '{"mcpServers": 1}', '{"mcpServers": {"saleshandy": "x"}, "mcpServers": {}}', "[]"]
)
def test_a_file_of_another_form_is_left_alone(text: str, home: Home) -> None:
    path = home.file(CLIENTS[0], text)
    result = home.run("install", "claude-desktop", "--sandbox", "--yes")
    assert "Nothing was changed" in result.output
    assert path.read_text() == text
