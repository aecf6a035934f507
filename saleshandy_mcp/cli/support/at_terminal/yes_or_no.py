"""Yes-or-no questions at a terminal."""

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
