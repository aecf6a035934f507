"""Commands that are suggested arrive as they were meant, in each shell."""

import re
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.cli.support.at_terminal.shell_words import command_line
from saleshandy_mcp.cli.support.at_terminal.terminal import shell_at_hand
from saleshandy_mcp.cli.support.calls_as_commands import as_command, read_value
from saleshandy_mcp.core.view import NextCall

AWKWARD = [
    *(
        "",
        " ",
        "'",
        '"',
        "\\",
        "\\\\",
        "it's",
        'say "hi"',
        "$HOME",
        "$(id)",
        "`id`",
        "%PATH%",
        "50% off",
        "a\\",
        "a b\\",
    ),
    *(
        "a\\'b",
        '\\"',
        "!!",
        "#",
        "~",
        "*",
        "=ls",
        "a;b",
        "a|b",
        "a&b",
        "<a>",
        "(a)",
        "{a,b}",
        "[a]",
        "^",
        "a\tb",
        "a\nb",
    ),
    *("-n", "--", "Grüße, 東京 🎉", "\u2018curly\u2019 \u201aquotes\u201b", "e\u0301"),
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.sampled_from(AWKWARD)
ONE_LINE = TEXTS.filter(lambda text: not re.search(r"[\r\n]", text))


def words_in(shell: str, line: str) -> list[str]:
    """What a real shell makes of it."""
    script = f"printf '%s\\0' {line}"
    done = subprocess.run([shell, "-c", script], capture_output=True, check=True)  # noqa: S603 - our own script
    return done.stdout.decode("utf-8").split("\0")[:-1]


@pytest.mark.parametrize("shell", ["sh", "bash"])
@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=20, max_size=60))
def test_a_real_shell_takes_each_word_as_it_is(shell: str, words: list[str]) -> None:
    given = ["x", *words, *AWKWARD]
    assert words_in(shell, command_line(given, "sh")) == given


@given(TEXTS)
def test_fish_reads_it_as_sh_does_for_no_backslash_stands_in_quotes(word: str) -> None:
    line = command_line([word], "sh")
    for quoted in re.findall(r"'[^']*'", re.sub(r"\\.", "", line)):
        assert "\\" not in quoted
    assert not line.startswith(("~", "="))


def taken_apart(line: str) -> list[str]:
    """A command line as programs of Windows take it apart, by the rules of CommandLineToArgvW."""
    words, word, quoted, begun, place = list[str](), "", False, False, 0
    while place < len(line):
        slashes = len(re.match(r"\\*", line[place:])[0])  # type: ignore[index]
        place += slashes
        mark = line[place : place + 1]
        word += "\\" * (slashes // 2 if mark == '"' else slashes)
        begun = begun or bool(slashes)
        if mark == '"' and slashes % 2:
            word += '"'
        elif mark == '"':
            quoted, begun = not quoted, True
        elif mark in {" ", "\t"} and not quoted:
            words, word, begun = [*words, word] if begun else words, "", False
        else:
            word, begun = word + mark, begun or bool(mark)
        place += 1
    return [*words, word] if begun else words


def read_by_cmd(line: str) -> str:
    """What cmd hands on at its prompt: a caret makes the next character an ordinary one."""
    assert not re.search(r"(?<!\^)%", line), "cmd replaces %NAME%, in quotation marks too"
    bare = re.sub(r"\^.", "", line)
    assert not re.search(r'["<>&|()]', bare), "cmd acts on these"
    return re.sub(r"\^(.)", r"\1", line)


def read_by_powershell(line: str) -> list[str]:
    """The words that PowerShell sees: in single quotes, of any form, a doubled quote is one."""
    quotes = "'\u2018\u2019\u201a\u201b"
    words = re.findall(f"[{quotes}]((?:[^{quotes}]|([{quotes}])\\2)*)[{quotes}](?= |$)|([^ {quotes}]+)(?= |$)", line)
    return [bare or re.sub(f"([{quotes}])\\1", r"\1", quoted) for quoted, _, bare in words]


def handed_on_by_5_1(words: list[str]) -> str:
    return " ".join(f'"{word}"' if re.search(r"\s", word) else word for word in words)


@given(st.lists(ONE_LINE, min_size=1, max_size=5))
def test_cmd_takes_each_word_as_it_is(words: list[str]) -> None:
    given = ["saleshandy-mcp", *words]
    assert taken_apart(read_by_cmd(command_line(given, "cmd"))) == given


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_powershell_takes_each_word_as_it_is(words: list[str]) -> None:
    given = ["saleshandy-mcp", *words]
    assert read_by_powershell(command_line(given, "pwsh")) == given


@given(st.lists(ONE_LINE, min_size=1, max_size=5))
def test_programs_that_windows_powershell_starts_get_each_word_as_it_is(words: list[str]) -> None:
    given = ["saleshandy-mcp", *words]
    assert taken_apart(handed_on_by_5_1(read_by_powershell(command_line(given, "powershell")))) == given


VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS
    | st.booleans()
    | st.integers()
    | st.sampled_from(["5", "true", "null", "[1]", '{"a": 1}', '"x"', " 5", "1e9"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["sequence", "query", "where", "text"]), VALUES, min_size=1))
def test_a_proposed_call_comes_back_with_the_same_arguments(arguments: dict[str, Any]) -> None:
    line = as_command(NextCall(tool="find_prospects", arguments=arguments))
    assert "\n" not in line
    _, call, tool, *given = words_in("sh", line)
    assert (call, tool) == ("call", "find_prospects")
    assert {name: read_value(value) for name, _, value in (word.partition("=") for word in given)} == arguments


@pytest.mark.parametrize(
    ("system", "environ", "shell"),
    [
        ("posix", {"SHELL": "/usr/bin/fish"}, "sh"),
        ("posix", {"PSModulePath": "/home/ada/.local/share/powershell/Modules"}, "pwsh"),
        ("nt", {"PSModulePath": r"C:\Windows\system32\WindowsPowerShell\v1.0\Modules"}, "cmd"),
        ("nt", {"PSModulePath": r"C:\Users\ada\Documents\WindowsPowerShell\Modules;C:\Windows"}, "powershell"),
        ("nt", {"PSModulePath": r"C:\Users\ada\OneDrive\Documents\PowerShell\Modules;C:\Windows"}, "pwsh"),
        ("nt", {"MSYSTEM": "MINGW64", "PSModulePath": r"C:\Users\ada\Documents\PowerShell\Modules"}, "sh"),
    ],
)
def test_the_shell_at_hand_is_told_by_the_environment(system: str, environ: dict[str, str], shell: str) -> None:
    assert shell_at_hand(system, environ) == shell
