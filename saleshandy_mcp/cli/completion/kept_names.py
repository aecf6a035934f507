"""Names of jobs and sequences for completion, from files of this machine. Nothing here calls the API or waits."""

import json
import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from saleshandy_mcp.core.variables import NoHome, set_data_folder, usual_data_folder

_TITLES = "sequence-titles.json"
_DAY = 86_400
_OLDEST = 30 * _DAY
"""Seconds after which titles are not offered any more."""
_MOST_JOBS = 50


def data_folder() -> Path:
    """The data folder, without the rest of the settings. Where none is known, a place that holds nothing."""
    try:
        return set_data_folder() or usual_data_folder()
    except NoHome:
        return Path(os.devnull)


def kept_jobs(folder: Path) -> list[tuple[str, str]]:
    """The newest jobs of the import ledger, each with its state; empty where the ledger cannot be read at once."""
    ledger = (folder / "imports.sqlite3").absolute()
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True, timeout=0)) as db:
        return db.execute("SELECT id, state FROM jobs ORDER BY made DESC LIMIT ?", (_MOST_JOBS,)).fetchall()
    return []


def keep_titles(folder: Path, titles: Iterable[str], now: float | None = None) -> None:
    """Write the titles of all sequences down, with the time. A folder that cannot be written to is no error here."""
    document = {"at": time.time() if now is None else now, "titles": sorted(titles)}
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = folder / _TITLES
        place.touch(mode=0o600)
        place.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def kept_titles(folder: Path, now: float | None = None) -> list[tuple[str, str]]:
    """The titles that were last seen, each with how old they are; empty when that is long ago."""
    try:
        document = json.loads((folder / _TITLES).read_text(encoding="utf-8"))
        age = (time.time() if now is None else now) - document["at"]
        titles: list[str] = document["titles"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    days = int(age // _DAY)
    seen = "seen today" if days < 1 else f"seen {days} day{'s' if days > 1 else ''} ago"
    return [(title, seen) for title in titles] if age <= _OLDEST else []
