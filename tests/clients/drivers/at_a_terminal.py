"""Runs Claude Code with a user: types the request, and the answer to the question that it shows. Prints all it showed.

Usage: at_a_terminal.py JOB COMMAND...; only the standard library is used.
"""

import json
import os
import pty
import re
import select
import sys
import time

ASKED = "requestsyourinput"
KEYS = {"accept": (" ", "\x1b[B", "\r"), "decline": ("\x1b[B", "\x1b[C", "\r"), "cancel": ("\x1b",)}
"""Space ticks the box; below it stand Accept and, to its right, Decline; Escape closes the question."""
PATIENCE = 40


class Terminal:
    def __init__(self, command):
        self.shown = ""
        process, self.far = pty.fork()
        if process == 0:
            os.environ.pop("CI", None)
            os.environ["TERM"] = "xterm-256color"
            os.execvp(command[0], command)  # noqa: S606 - the client that is tried
        self.process = process

    def watch(self, seconds, until=None):
        """Read for so long, or until that is shown."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until and until()):
            if select.select([self.far], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.far, 65536).decode(errors="replace")
                except OSError:
                    return

    def words(self):
        """What was shown, without colours, moves and blanks."""
        return re.sub(r"\s", "", re.sub(r"\x1b(\[[0-9;?>]*[a-zA-Z]|\][^\x07]*\x07)", "", self.shown))

    def type(self, keys):
        os.write(self.far, keys.encode())
        self.watch(1)


def main():
    job, command = json.loads(sys.argv[1]), sys.argv[2:]
    terminal = Terminal(command)
    # It takes some seconds until the servers of the settings are there; a request before that sees no tools.
    terminal.watch(10)
    terminal.type("Start the sequence SaaS founders.")
    terminal.type("\r")
    terminal.watch(PATIENCE, lambda: ASKED in terminal.words() or "Thatisall." in terminal.words())
    if ASKED in terminal.words():
        terminal.watch(job["thinks"])
        for keys in KEYS.get(job["answer"], ()):
            terminal.type(keys)
        terminal.watch(PATIENCE if job["answer"] else 2, lambda: "Thatisall." in terminal.words())
    os.kill(terminal.process, 9)
    print(terminal.words())


main()
