"""From settings and flags to an open desk: the real API, or the sandbox in this process."""

import contextlib
import logging
import sys
from collections.abc import AsyncGenerator, Callable
from datetime import datetime

import click

from saleshandy_mcp.api.action import Desk, wall_clock
from saleshandy_mcp.api.connection import Saleshandy
from saleshandy_mcp.config import Settings
from saleshandy_mcp.server.app import open_desk


def settings() -> Settings:
    """The settings of the environment; what is wrong with them ends the command in a sentence."""
    try:
        return Settings.from_env()
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def log_to_stderr() -> None:
    """Everything that is said aside goes to stderr: stdout belongs to the protocol."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    # At INFO these print whole URLs, and URLs here hold addresses of people.
    for chatty in ("httpx2", "httpcore2", "mcp", "uvicorn", "pyrate_limiter"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


@contextlib.asynccontextmanager
async def chosen_desk(
    chosen: Settings, *, sandbox: bool, files: bool = True, patience: float = 25.0
) -> AsyncGenerator[Desk]:
    """An open desk.

    Args:
        chosen: the settings.
        sandbox: use the emulator in this process, with its own key.
        files: whether imports may read the folder of the settings.
        patience: seconds that an import is waited for within a call.
    """
    api, now = _sandbox() if sandbox else (Saleshandy(chosen.key, base_url=chosen.base_url), wall_clock)
    async with open_desk(api, folder=chosen.files if files else None, patience=patience, now=now) as desk:
        yield desk


def _sandbox() -> tuple[Saleshandy, Callable[[], datetime]]:
    from saleshandy_mcp.sandbox import KEY, Sandbox  # noqa: PLC0415 - most starts do not need it

    box = Sandbox()
    return Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app), box.clock.now
