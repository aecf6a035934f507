"""Ctrl-C at a question of the command line."""

import os
import pty
import signal
from subprocess import Popen, TimeoutExpired

import pytest

from tests.e2e.kit import PATIENCE, PROGRAM, environment

QUESTIONS = {
    "call": ("call", "set_sequence_status", "sequence=SaaS founders", "status=active", "--sandbox"),
}


@pytest.mark.parametrize("command", QUESTIONS)
def test_ctrl_c_at_a_question_ends_the_command_at_once_and_says_what_was_not_done(command: str) -> None:
    outer, inner = pty.openpty()
    with Popen(  # noqa: S603 - our own program
        [*PROGRAM, *QUESTIONS[command]],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=environment(),
        start_new_session=True,
    ) as process:
        os.close(inner)
        said = b""
        while b"[y/N]" not in said and (part := os.read(outer, 4096)):
            said += part
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(PATIENCE) == 130
        except TimeoutExpired:
            process.kill()
            raise
    said = os.read(outer, 65_536)
    os.close(outer)
    assert b"Stopped at the question: what it asks about was not done." in said
    assert b"Traceback" not in said
