"""The real program in surroundings that other systems have: old encodings, no time zones, no home."""

import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from saleshandy_mcp.cli.support.at_terminal.text_streams import make_printable

ROOT = Path(__file__).parents[2]
OLD_ENCODINGS = {
    "cp1252": {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"},
    "ascii": {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
    "LANG=C": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


def run(*words: str, folder: Path, **surroundings: str | None) -> subprocess.CompletedProcess[bytes]:
    """Run a command, its output in pipes. A variable of None is not there."""
    wanted = os.environ | {"SALESHANDY_DATA": str(folder)} | surroundings
    env = {name: value for name, value in wanted.items() if value is not None}
    line = [sys.executable, "-m", "saleshandy_mcp", *words]
    return subprocess.run(line, capture_output=True, check=False, env=env, timeout=120)  # noqa: S603 - our own words


COMMANDS = [
    ["api", "list_sequences", "--sandbox"],
    ["import", str(ROOT / "docs" / "examples" / "leads.csv"), "--sandbox", "--dry-run"],
    ["tools"],
    ["api", "--help"],
]
TRIED = [(name, words) for name in OLD_ENCODINGS for words in COMMANDS if name == "ascii" or words == COMMANDS[-1]]
"""All write through the same streams: each command and each encoding once is enough."""


@pytest.mark.parametrize(
    ("name", "words"),
    TRIED,
    ids=lambda it: it if isinstance(it, str) else it[0] + it[-1],
)
def test_redirected_output_is_utf_8_whatever_the_encoding_of_the_system(
    name: str, words: list[str], tmp_path: Path
) -> None:
    done = run(*words, folder=tmp_path, **OLD_ENCODINGS[name])
    assert done.returncode == 0, done.stderr
    assert not done.stdout.decode("utf-8").isascii()
    done.stderr.decode("utf-8")


class _Terminal(BytesIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_keeps_its_encoding_and_gets_a_sign_for_what_it_does_not_have() -> None:
    screen = _Terminal()
    stream = TextIOWrapper(screen, encoding="cp1252", write_through=True)
    make_printable(stream)
    stream.write("é → ü")
    assert screen.getvalue() == "é ? ü".encode("cp1252")


@pytest.mark.parametrize("words", [["--version"], ["jobs", "--help"], ["call", "--sandbox", "list_sequences"]])
def test_without_a_home_that_can_be_used_what_needs_none_works(words: list[str], tmp_path: Path) -> None:
    for home in (None, "/dev/null/home"):
        done = run(*words, folder=tmp_path, HOME=home, SALESHANDY_DATA=None, XDG_DATA_HOME=None)
        assert done.returncode == 0, done.stderr


def test_a_data_folder_that_cannot_be_made_is_told_in_one_sentence_with_what_to_do(tmp_path: Path) -> None:
    done = run("jobs", "list", folder=tmp_path, SALESHANDY_DATA="/dev/null/data", SALESHANDY_API_KEY="k")
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("Error: ")
    assert "set SALESHANDY_DATA to another folder" in line


def test_without_a_network_a_command_says_that_nothing_was_sent(tmp_path: Path) -> None:
    surroundings = {"SALESHANDY_BASE_URL": "http://127.0.0.1:9/v1", "SALESHANDY_API_KEY": "k"}
    done = run("api", "list_sequences", folder=tmp_path, **surroundings)
    assert done.returncode == 1
    assert b"nothing was sent" in done.stderr.lower()
    assert b"Traceback" not in done.stderr


def test_a_system_without_time_zones_is_told_how_to_get_them(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('quiet_hours = ["20:00-07:00"]\ntime_zone = "Europe/Berlin"\n', encoding="utf-8")
    program = "import sys; sys.modules['tzdata'] = None; from saleshandy_mcp.__main__ import main; main()"
    words = ["call", "--sandbox", "--rules", str(rules), "list_sequences"]
    env = os.environ | {"PYTHONTZPATH": "", "SALESHANDY_DATA": str(tmp_path)}
    line = [sys.executable, "-c", program, *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=env, timeout=120)  # noqa: S603 - ours
    assert done.returncode == 1
    assert "pip install tzdata" in done.stderr
