"""What can be tried of bare environments without an installation: the program as it is here, under each old setting."""

import sys
from pathlib import Path

from saleshandy_mcp.client_settings.known_clients import CLIENTS
from tests.packages.environments import Environment, conditions
from tests.packages.looks import look

HERE = (sys.executable, "-m", "saleshandy_mcp")
PLAIN = [it for it in conditions(HERE, "this Python", for_all=False) if not it.around]


def test_under_all_old_settings_at_once_it_starts_lists_calls_installs_and_uninstalls(tmp_path: Path) -> None:
    """`make bare` tries each alone."""
    assert len(PLAIN) == 3
    settings = {name: value for it in PLAIN for name, value in it.variables.items()}
    told = look(Environment("all old settings", HERE, settings), tmp_path, clients=CLIENTS[:1])
    assert told.wrong == []
    assert told.cells == ["yes", "yes", "yes", "restored: 1 of 1"]


def test_what_does_not_start_is_told(tmp_path: Path) -> None:
    told = look(Environment("nothing", (sys.executable, "-c", "raise SystemExit('broken')")), tmp_path, clients=())
    assert told.cells[:3] == ["wrong", "wrong", "wrong"]
    assert "broken" in told.wrong[0]
