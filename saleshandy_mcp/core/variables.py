"""The names of the environment variables, and the folder for data. Help and completion use them: this loads little."""

import os
from collections.abc import Mapping
from pathlib import Path

KEY = "SALESHANDY_API_KEY"
KEY_FILE = f"{KEY}_FILE"
BASE_URL = "SALESHANDY_BASE_URL"
FILES = "SALESHANDY_FILES"
DATA = "SALESHANDY_DATA"
KEEP_PLANS = "SALESHANDY_KEEP_PLANS"
TOOLSETS = "SALESHANDY_TOOLSETS"
TOOLS = "SALESHANDY_TOOLS"
EXCLUDE_TOOLS = "SALESHANDY_EXCLUDE_TOOLS"
EFFECTS = "SALESHANDY_EFFECTS"
READ_ONLY = "SALESHANDY_READ_ONLY"
APPROVAL = "SALESHANDY_APPROVAL"
SANDBOX = "SALESHANDY_SANDBOX"
RULES = "SALESHANDY_RULES"
BLOCKLISTS = "SALESHANDY_BLOCKLISTS"
CRM_KEY = "SALESSHEET_API_KEY"
CRM_BASE_URL = "SALESSHEET_BASE_URL"
CRM_WRITE = "SALESSHEET_WRITE"
CRM_MCP = "SALESSHEET_MCP"


class NoHome(ValueError):
    """A path stands on a home folder that nobody knows. The message says what to set or write instead."""


def whole_path(path: str | Path) -> Path:
    """A path with its ``~`` replaced by the home folder.

    Raises:
        NoHome: when that folder is not known.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise NoHome(f"{path} is in a home folder that is not known: write the whole path") from None


def set_data_folder(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The folder that the environment names; None when it names none."""
    return whole_path(environ[DATA].strip()) if environ.get(DATA, "").strip() else None


def usual_data_folder() -> Path:
    """The folder that the system has for data of programs.

    Raises:
        NoHome: when it is in a home folder that is not known.
    """
    # PLC0415: only needed where something is kept.
    from platformdirs import user_data_path  # noqa: PLC0415

    try:
        return user_data_path("saleshandy-mcp", appauthor=False)
    except RuntimeError:
        raise NoHome(f"there is no home folder to keep data in: set {DATA} to a folder") from None
