"""Yes-or-no questions at a terminal."""

import sys

import click


def agrees(question: str) -> bool:
    """Whether the person says yes. What is neither yes nor no is asked again; the end of input counts as no.

    Raises:
        click.Abort: when the person pressed Ctrl-C.
    """
    try:
        return click.confirm(question, default=False, err=True)
    except click.Abort as ended:
        # click raises it for both.
        if not isinstance(ended.__context__, EOFError):
            raise
        click.echo(err=True)
        return False


def agree_to_deletion(question: str, *, yes: bool) -> None:
    """Return when a person has agreed, now or by ``--yes``.

    Raises:
        click.ClickException: when nobody has.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.ClickException("nobody can be asked here, so nothing was deleted: give --yes to go ahead.")
    if not agrees(question):
        raise click.ClickException("nothing was deleted.")
