"""Suggested commands in the words of each shell; a title of strangers stays one word."""

import shlex

import pytest

from saleshandy_mcp.cli.support.shell_words import shell_here, typed

HOSTILE = [
    'x" & calc "',
    "x' ; calc '",
    "$(calc)",
    "%PATH%",
    "`calc`",
    "a|b>c",
    "\u201c; calc; \u201d",
    "\u2019; calc; \u2019",
    "C:\\my lists\\",
    "x^&y",
    "",
]


def words_of_cmd(line: str) -> list[str]:
    """The words that a program gets from cmd: carets and quotes of cmd first, then the quotes of the program."""
    text, quoted, signs = "", False, iter(line)
    for sign in signs:
        if sign == "^" and not quoted:
            text += next(signs)
            continue
        quoted ^= sign == '"'
        assert quoted or sign not in "&|<>%", f"cmd acts on {sign} in {line}"
        text += sign
    return program_words(text)


def program_words(text: str) -> list[str]:
    """The words of a command line as a program of Windows splits it."""
    words, word, quoted, begun, slashes = list[str](), "", False, False, 0
    for sign in text + " ":
        if sign == "\\":
            slashes, begun = slashes + 1, True
            continue
        if sign == '"':
            word += "\\" * (slashes // 2)
            begun = True
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            slashes = 0
            continue
        word, slashes = word + "\\" * slashes, 0
        if sign == " " and not quoted:
            if begun or word:
                words.append(word)
            word, begun = "", False
            continue
        word, begun = word + sign, True
    return words


def words_of_powershell(line: str) -> list[str]:
    """The words that PowerShell makes of a line; it fails where a sign outside of single quotes would act."""
    words, at = list[str](), 0
    singles, doubles = "'\u2018\u2019\u201a\u201b", '"\u201c\u201d\u201e'
    while at < len(line):
        if line[at] == " ":
            at += 1
            continue
        word = ""
        if line[at] in singles:
            at += 1
            while line[at] not in singles or (at + 1 < len(line) and line[at + 1] in singles):
                word += line[at]
                at += 2 if line[at] in singles else 1
            at += 1
        elif line[at] in doubles:
            at += 1
            while line[at] not in doubles:
                assert line[at] not in "$`", f"PowerShell acts on {line[at]} in {line}"
                word += line[at]
                at += 1
            at += 1
        else:
            while at < len(line) and line[at] != " ":
                assert line[at] not in "&|<>;$`(){}@,#" + singles + doubles, f"PowerShell acts on {line[at]} in {line}"
                word += line[at]
                at += 1
        words.append(word)
    return words


@pytest.mark.parametrize("word", HOSTILE)
def test_a_word_stays_one_word_in_each_shell(word: str) -> None:
    words = ["saleshandy-mcp", "call", "get_sequence", f"sequence={word}", word]
    assert shlex.split(typed(words, "sh")) == words
    assert words_of_cmd(typed(words, "cmd")) == words
    assert words_of_powershell(typed(words, "powershell")) == words


@pytest.mark.parametrize("shell", ["cmd", "powershell"])
def test_usual_words_read_the_same_in_both_shells_of_windows(shell: str) -> None:
    words = ["saleshandy-mcp", "approvals", "--data", "C:\\Users\\Ada Example\\data"]
    line = typed(words, "cmd" if shell == "cmd" else "powershell")
    assert line == 'saleshandy-mcp approvals --data "C:\\Users\\Ada Example\\data"'


def test_the_shell_follows_from_the_system() -> None:
    assert shell_here("linux", {}) == shell_here("darwin", {"PROMPT": "x"}) == "sh"
    assert shell_here("win32", {"PROMPT": "$P$G"}) == "cmd"
    assert shell_here("win32", {}) == "powershell"
