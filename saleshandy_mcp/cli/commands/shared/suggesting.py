"""Names near one that is not known."""

from collections.abc import Iterable

import click


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question with the nearest names, behind a blank; empty where nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - help must not wait for it

    near = get_close_matches(name.replace("-", "_"), list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(near)}?" if near else ""


class Suggesting(click.Group):
    """A group that answers an unknown command with the names near it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            ctx.fail(f"No such command '{name}'.{did_you_mean(name, self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)
