"""``login`` and ``logout``: keys in the keyring of the system, tried before they are kept, and used by all commands."""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner, Result
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.support.connection import settings
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from tests.served import served


class InMemory(KeyringBackend):
    """A keyring that ends with the test."""

    name = "memory"  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride] - theirs is a property of the class
    priority = 1  # pyright: ignore[reportAssignmentType] - the same

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.held:
            raise PasswordDeleteError
        del self.held[service, username]


@pytest.fixture
def system() -> Generator[InMemory]:
    before, memory = keyring.get_keyring(), InMemory()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[Sandbox]:
    """Settings that lead to a sandbox on this machine, without keys."""
    box = Sandbox()
    with served(box.app) as address:
        monkeypatch.setenv("SALESHANDY_BASE_URL", f"{address}/v1")
        monkeypatch.setenv("SALESSHEET_BASE_URL", f"{address}/salessheet/v1")
        monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path))
        for name in ("SALESHANDY_API_KEY", "SALESSHEET_API_KEY"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(f"{name}_FILE", raising=False)
        yield box


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, words, input=typed)


@pytest.mark.parametrize(("words", "key"), [((), KEY), (("--crm",), CRM_KEY)])
def test_a_key_that_works_is_kept_and_taken_out_again(
    system: InMemory, tmp_path: Path, words: tuple[str, ...], key: str
) -> None:
    told = run("login", *words, typed=f" {key}\n").output
    assert "(memory); it was tried and works" in told
    assert key not in told
    assert list(system.held.values()) == [key]
    assert key not in "".join(it.read_text(errors="replace") for it in tmp_path.iterdir())
    found = settings().crm_key if words else settings().key
    assert found
    assert found.get_secret_value() == key
    assert run("logout", *words).output == "The key was removed from the keyring.\n"
    assert (system.held, settings().key, settings().crm_key) == ({}, None, None)
    assert run("logout", *words).output == "There was no key in the keyring.\n"


def test_a_kept_key_serves_the_commands(system: InMemory) -> None:
    run("login", typed=f"{KEY}\n")
    assert "SaaS founders" in run("api", "list_sequences").output
    assert system.held


@pytest.mark.parametrize("words", [(), ("--crm",)])
def test_a_key_that_is_not_accepted_is_not_kept(system: InMemory, words: tuple[str, ...]) -> None:
    told = run("login", *words, typed="wrong\n")
    assert (told.exit_code, system.held) == (1, {})
    assert "the key was not accepted, so it is not stored" in told.output


@pytest.mark.parametrize("typed", ["", "\n", "paste-your-key-here\n", '"k"\n', "two words\n"])
def test_what_is_no_key_is_not_kept(system: InMemory, typed: str) -> None:
    assert run("login", typed=typed).exit_code == 1
    assert system.held == {}


def test_a_key_that_cannot_be_tried_is_kept_and_that_is_said(system: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESHANDY_BASE_URL", "http://127.0.0.1:9/v1")
    assert "it could not be tried" in run("login", typed=f"{KEY}\n").output
    assert system.held


def test_a_variable_comes_before_the_keyring(system: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    run("login", typed=f"{KEY}\n")
    monkeypatch.setenv("SALESHANDY_API_KEY", "another")
    found = settings().key
    assert found
    assert found.get_secret_value() == "another"
    assert system.held


def test_a_wrong_variable_does_not_keep_anybody_from_logging_in(
    system: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESHANDY_API_KEY", "${SALESHANDY_API_KEY}")
    assert run("login", typed=f"{KEY}\n").exit_code == 0
    assert run("logout").exit_code == 0
    assert system.held == {}


def test_a_keyring_that_cannot_be_used_is_told_with_the_way_out(system: InMemory) -> None:
    system.locked = True
    told = run("login", typed=f"{KEY}\n")
    assert told.exit_code == 1
    assert "KeyringLocked" in told.output
    assert "set SALESHANDY_API_KEY_FILE" in told.output
    system.locked = False
    run("login", typed=f"{KEY}\n")
    system.locked = True
    assert "KeyringLocked" in run("api", "list_sequences").output


def test_a_key_file_that_others_may_read_is_told_once_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    path.write_text(KEY, encoding="utf-8")
    path.chmod(0o644)
    monkeypatch.setenv("SALESHANDY_API_KEY_FILE", str(path))
    told = run("api", "list_sequences")
    assert "SaaS founders" in told.stdout
    assert told.stderr.count("chmod 600") == 1


LOADED = """
import sys
from saleshandy_mcp.cli.support.connection import settings
try:
    settings()
finally:
    print("keyring" in sys.modules)
"""


@pytest.mark.parametrize("kept", [False, True])
def test_the_library_is_loaded_only_where_a_key_is_kept(tmp_path: Path, *, kept: bool) -> None:
    if kept:
        (tmp_path / "keyring").write_text("SALESHANDY_API_KEY\n", encoding="utf-8")
    # S603: our own program.
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stdout == f"{kept}\n"
