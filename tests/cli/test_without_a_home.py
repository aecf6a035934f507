"""Commands for a user who has no home folder, as in a container with a number for a user."""

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.completion.kept_names import data_folder, keep_titles, kept_jobs, kept_titles

LEADS = str(Path(__file__).parents[2] / "docs" / "examples" / "leads.csv")
NEEDS = [
    "jobs list",
    "approvals",
    "audit show",
    "pause --all",
    "api list_sequences",
    "call list_sequences",
    "serve",
    "logout",
    "sync show",
]
PATHS = ["SALESHANDY_DATA", "SALESHANDY_FILES", "SALESHANDY_RULES", "SALESHANDY_API_KEY_FILE", "SALESSHEET_MCP"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows a folder for each user")


@pytest.fixture(autouse=True)
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(number: int | str) -> None:
        raise KeyError(number)

    for name in [it for it in os.environ if it == "HOME" or it.startswith(("XDG_", "SALES"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    monkeypatch.setattr("pwd.getpwnam", nobody)


def said(*words: str, **variables: str) -> Result:
    result = CliRunner().invoke(cli, words, env=variables)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


@pytest.mark.parametrize(
    "words", [["tools"], ["call", "list_sequences", "--sandbox"], ["import", LEADS, "--sandbox", "--dry-run"]]
)
def test_what_needs_no_folder_works(words: list[str]) -> None:
    result = said(*words)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", NEEDS)
def test_what_needs_one_says_how_to_name_it(command: str) -> None:
    result = said(*command.split(), SALESHANDY_API_KEY="k")
    assert result.exit_code == 1
    assert result.output == "Error: there is no home folder to keep data in: set SALESHANDY_DATA to a folder.\n"


def test_with_a_folder_that_is_named_it_works(tmp_path: Path) -> None:
    assert said("jobs", "list", SALESHANDY_DATA=str(tmp_path), SALESHANDY_API_KEY="k").exit_code == 0


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("place", ["~/x", "~nobody/x"])
def test_a_path_in_a_home_that_is_not_known_is_told(name: str, place: str, tmp_path: Path) -> None:
    result = said("api", "list_sequences", **{"SALESHANDY_DATA": str(tmp_path), name: place})
    assert result.output == f"Error: {place} is in a home folder that is not known: write the whole path.\n"


@pytest.mark.parametrize("option", ["--files", "--key-file"])
def test_so_is_one_that_an_option_names(option: str, tmp_path: Path) -> None:
    file = str(tmp_path / "settings.json")
    result = said("install", "cursor", "--file", file, option, "~nobody/x", SALESHANDY_DATA=str(tmp_path))
    assert "~nobody/x is in a home folder that is not known" in result.output, result.output


def test_install_needs_a_home_or_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    assert "set HOME, or name the settings file with --file" in said("install", "cursor", "--sandbox", "--yes").output
    done = said("install", "cursor", "--sandbox", "--yes", "--file", str(file))
    assert (done.exit_code, file.exists()) == (0, True), done.output
    assert said("uninstall", "cursor", "--yes", "--file", str(file)).exit_code == 0
    assert not file.exists()


def test_doctor_tells_both_and_goes_on_where_it_can() -> None:
    told = said("doctor", "--offline").output
    assert "set HOME" in told
    assert "set SALESHANDY_DATA to a folder" in told


def test_completion_offers_nothing_that_is_kept() -> None:
    folder = data_folder()
    keep_titles(folder, ["Autumn"])
    assert kept_titles(folder) == kept_jobs(folder) == []
