"""Commands whose work stands in another module, which is loaded when the command runs.

Help and completion load declarations alone, and they stay quick.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import click


class DoneBy:
    """The function of a command: calls another one by its place.

    Attributes:
        place: module and function below ``saleshandy_mcp.cli``, such as ``jobs.show_job``.
    """

    def __init__(self, place: str, described: Callable[..., None]) -> None:
        self.place, self.__doc__, self.__name__ = place, described.__doc__, described.__name__

    def load(self) -> Callable[..., Any]:
        module, _, name = self.place.rpartition(".")
        return getattr(import_module(f"saleshandy_mcp.cli.{module}"), name)

    def __call__(self, **given: Any) -> Any:
        """Do it; a group with a command of its own is not called for the commands below it."""
        if click.get_current_context().invoked_subcommand is None:
            self.load()(**given)


def done_by(place: str) -> Callable[[Callable[[], None]], DoneBy]:
    """Let a command be done by the function at this place. What is decorated only gives the text of ``--help``."""
    return lambda described: DoneBy(place, described)
