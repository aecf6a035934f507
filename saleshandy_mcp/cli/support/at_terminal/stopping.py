"""A command that a person stops with Ctrl-C: it ends at once, with a code of its own and a word on what was done."""

from collections.abc import Generator
from contextlib import contextmanager

import click

INTERRUPTED = 130
"""The code of a command that a person stopped."""
AT_QUESTION = "Stopped at the question; nothing was done."
WAITING = "Stopped."


class Interrupted(click.ClickException):
    """A person stopped the command; the message says what was done."""

    exit_code = INTERRUPTED

    def show(self, file: object = None) -> None:
        del file
        click.echo(f"\n{self.format_message()}", err=True)


@contextmanager
def told_what_was_done(done: list[str], doubtful: list[str]) -> Generator[None]:
    """When the work inside is cancelled, say which operations were carried out until then.

    Args:
        done: their names; read when it happens.
        doubtful: names of those whose outcome is unknown.
    """
    from anyio import get_cancelled_exc_class  # noqa: PLC0415 - help and completion load none of it

    try:
        yield
    except get_cancelled_exc_class():
        parts = [f"Carried out: {', '.join(done)}."] if done else []
        parts += [f"The outcome is unknown of: {', '.join(doubtful)}."] if doubtful else []
        click.echo(f"\n{' '.join(parts) or 'Nothing was changed.'}", err=True)
        raise


@contextmanager
def told_when_stopped(words: str) -> Generator[None]:
    """Ctrl-C at a question or a wait inside ends the command with these words."""
    try:
        yield
    except (click.Abort, KeyboardInterrupt):
        raise Interrupted(words) from None
