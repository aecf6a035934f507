"""The folder for what is kept on this machine. Completion asks for it at each Tab, so this file loads little."""

import os
from collections.abc import Mapping
from pathlib import Path

from saleshandy_mcp.core.variables import DATA


def set_data_folder(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The folder that the environment names; None when it names none."""
    return Path(environ[DATA]).expanduser() if environ.get(DATA, "").strip() else None


def usual_data_folder() -> Path:
    """The folder that the system has for data of programs."""
    # PLC0415: only needed where something is kept.
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("saleshandy-mcp", appauthor=False)
