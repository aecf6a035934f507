"""``install`` asks, hides keys, and refuses what it must not touch."""

import os

import pytest

from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client
from tests.cli.kit import Terminal
from tests.client_settings.kit import SLUGS, Home


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
    assert "keeps the key readable" in home.run("install", "claude-desktop", "--yes").output


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


def test_the_folder_for_files_has_to_be_there(home: Home) -> None:
    assert "is not a folder" in home.run("install", "cursor", "--files", "nowhere", "--yes").output


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
    assert "will be readable" in shown
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
