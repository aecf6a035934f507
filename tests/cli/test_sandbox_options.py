"""``--faults`` and ``--seed``: calls to the sandbox of one command go wrong as told."""

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli

LIST = ("call", "list_sequences", "--sandbox")
PAUSE = ("pause", "Q3 launch", "--sandbox")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


@pytest.mark.parametrize(
    ("command", "fault", "said"),
    [
        (LIST, "403", "did not accept the API key"),
        (("api", "list_sequences", "--sandbox"), "403", "did not accept the API key"),
        (PAUSE, "403@POST /sequences/status", "did not accept the API key"),
        (LIST, "lost-answer@GET /sequences", "connection"),
    ],
)
def test_a_command_meets_the_faults_it_is_given(command: tuple[str, ...], fault: str, said: str) -> None:
    result = run(*command, "--faults", fault)
    assert result.exit_code == 1
    assert said in result.stderr


def test_the_same_seed_gives_the_same_end() -> None:
    ends = [[run(*LIST, "--faults", "403:0.5", "--seed", str(seed)).exit_code for seed in range(8)] for _ in range(2)]
    assert ends[0] == ends[1]
    assert set(ends[0]) == {0, 1}


@pytest.mark.parametrize("option", [("--faults", "403"), ("--seed", "7")])
def test_without_the_sandbox_they_are_refused(option: tuple[str, str]) -> None:
    result = run("call", "list_sequences", *option)
    assert result.exit_code == 2
    assert f"{option[0]} is for the sandbox: add --sandbox." in result.stderr


@pytest.mark.parametrize("command", [LIST, ("sandbox", "--port", "0")])
def test_a_fault_that_does_not_exist_is_told_with_those_that_do(command: tuple[str, ...]) -> None:
    result = run(*command, "--faults", "no-such-fault:0.1")
    assert result.exit_code == 1
    assert "There is no fault 'no-such-fault'. Choose one of: " in result.stderr
    assert "lost-answer" in result.stderr
