"""A start is known early only where the real command line takes it for the same, without a word."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.serve import _approval  # pyright: ignore[reportPrivateUsage] - how the command reads it
from saleshandy_mcp.cli.support.connection import rules_of, with_rules
from saleshandy_mcp.cli.support.connection import settings as read_settings
from saleshandy_mcp.cli.support.selection_options import crm_settings
from saleshandy_mcp.cli.support.selection_options import selection as read_selection
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.opening import start
from saleshandy_mcp.opening.start import name_of, selection
from saleshandy_mcp.policy.approval_channels import shows_card
from saleshandy_mcp.server.tools.selection import TOOLSETS

KEY = "sh_0123456789abcdef"
toolsets = st.one_of(st.sampled_from([*TOOLSETS, "crm", "", " inbox ", "nothing", "inbox,tasks", "default,"]))
effects = st.one_of(
    st.sampled_from([*Effect, "", "all", "read,", "READ"]),
    st.lists(st.sampled_from([*Effect]), max_size=3).map(",".join),
)
approvals = st.sampled_from(["auto", "person", "terminal", "page", "token", "deny", "", "never", "AUTO"])
words = st.sampled_from(["", "0", "1", "true", "no", "yes", "maybe", "on", " True "])
keys = st.sampled_from([KEY, "", "your-api-key-here", "${KEY}", "Bearer abcdefghijkl", '"quoted"', "k", "a b"])
options = st.lists(
    st.one_of(
        st.sampled_from(["--sandbox", "--read-only", "--crm", "--crm-write", "--quiet", "--no", "--quiet=1", "x"]),
        st.tuples(st.just("--toolsets"), toolsets),
        st.tuples(st.just("--effects"), effects),
        st.tuples(st.just("--approval"), approvals),
        st.tuples(st.just("--log-level"), st.sampled_from(["info", "debug", "loud", ""])),
        st.tuples(st.just("--transport"), st.sampled_from(["stdio", "http"])),
        st.tuples(st.just("--tools"), st.just("list_tags")),
    ),
    max_size=3,
)
VARIABLES: dict[str, st.SearchStrategy[str]] = {
    "SALESHANDY_API_KEY": keys,
    "SALESHANDY_API_KEY_FILE": st.sampled_from(["", "/nowhere/key", "key"]),
    "SALESHANDY_SANDBOX": words,
    "SALESHANDY_TOOLSETS": toolsets,
    "SALESHANDY_EFFECTS": effects,
    "SALESHANDY_READ_ONLY": words,
    "SALESHANDY_APPROVAL": approvals,
    "SALESHANDY_FILES": st.sampled_from(["", "/", "/nowhere", "relative", "~"]),
    "SALESHANDY_DATA": st.sampled_from(["", "relative"]),
    "SALESHANDY_TOOLS": st.just("list_tags"),
    "SALESHANDY_RULES": st.just("/nowhere"),
    "SALESHANDY_BASE_URL": st.just("ftp://example.com"),
    "SALESHANDY_OTHER": st.just("1"),
    "SALESSHEET_API_KEY": keys,
    "SALESSHEET_WRITE": words,
    "SALESSHEET_MCP": st.just("/nowhere"),
}
variables = st.fixed_dictionaries({}, optional=VARIABLES)


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    given = draw(options)
    joined = [[it] if isinstance(it, str) else ["=".join(it)] if draw(st.booleans()) else [*it] for it in given]
    flat = [part for parts in joined for part in parts]
    return ["serve", *flat] if flat or draw(st.booleans()) else []


def real_name(arguments: list[str], environ: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The name by what the command itself reads.

    Raises:
        click.ClickException: when it refuses the start.
    """
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    command = cli.get_command(click.Context(cli), "serve")
    assert command
    with command.make_context("serve", [*(arguments[1:])]) as context:
        given: dict[str, Any] = context.params
        assert given["transport"] == "stdio"
        chosen = with_rules(read_settings(sandbox=given["sandbox"]), given["rules"])
        chosen = crm_settings(chosen, crm=given["crm"], crm_write=given["crm_write"])
        assert rules_of(chosen, lasting=not given["sandbox"]) is None
        picked = ("toolsets", "tools", "exclude_tools", "effects", "read_only")
        found = read_selection(chosen, **{name: given[name] for name in picked})
        assert (found.tools, found.excluded, chosen.crm_mcp) == ((), (), None)
        (toolset,) = found.toolsets or ("default",)
        approval = _approval(chosen, given["approval"])
        return name_of(toolset, found.effects, cards=shows_card(approval), crm=found.crm)


@given(command_lines(), variables)
def test_a_start_has_the_name_of_what_the_command_reads_or_none(arguments: list[str], given: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        home = {"HOME": "/nowhere", "XDG_DATA_HOME": ""}
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        found = selection(arguments, home | given)
        if found is not None:
            assert found == real_name(arguments, home | given, monkeypatch)


@pytest.mark.parametrize(
    ("arguments", "environ", "name"),
    [
        ([], {"SALESHANDY_API_KEY": KEY}, "default read+write+send+spend+delete cards"),
        (["serve", "--sandbox", "--read-only"], {}, "default read cards"),
        (["serve", "--toolsets=inbox", "--approval", "token"], {}, "inbox read+write+send+spend+delete"),
        (["serve"], {"SALESSHEET_API_KEY": KEY}, "default read+write+send+spend+delete cards crm"),
        (["serve", "--effects", "write, read"], {}, "default read+write cards"),
    ],
)
def test_usual_starts_are_known(arguments: list[str], environ: dict[str, str], name: str, tmp_path: Path) -> None:
    assert selection(arguments, {"SALESHANDY_DATA": str(tmp_path), **environ}) == name


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["demo"],
        ["serve", "--transport", "http"],
        ["serve", "--quiet", "--quiet"],
        ["serve", "--rules", "x"],
    ],
)
def test_any_other_command_or_option_is_left_to_the_command_line(arguments: list[str], tmp_path: Path) -> None:
    assert selection(arguments, {"SALESHANDY_DATA": str(tmp_path)}) is None


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (KEY, True),
        (f"\ufeff{KEY}\n", False),
        (f" {KEY}\r\n", True),
        ("", False),
        ("two keys", False),
        ("x" * 1_500, False),
    ],
)
def test_a_key_in_a_file_is_looked_at(content: str, *, known: bool, tmp_path: Path) -> None:
    place = tmp_path / "key"
    place.write_bytes(content.encode())
    data = {"SALESHANDY_DATA": str(tmp_path)}
    assert bool(selection([], {**data, "SALESHANDY_API_KEY_FILE": str(place)})) == known
    assert bool(selection([], {**data, "SALESSHEET_API_KEY_FILE": str(place)})) == known
    assert selection([], {**data, "SALESHANDY_API_KEY_FILE": str(place), "SALESHANDY_API_KEY": KEY}) is None
    assert selection([], {**data, "SALESHANDY_API_KEY_FILE": f"{place}.gone"}) is None


def test_a_key_that_comes_through_a_pipe_is_left_in_it(tmp_path: Path) -> None:
    os.mkfifo(place := tmp_path / "key")
    assert selection([], {"SALESHANDY_DATA": str(tmp_path), "SALESHANDY_API_KEY_FILE": str(place)}) is None


@pytest.mark.parametrize("name", ["keyring", "rules.toml"])
def test_a_file_that_can_change_what_is_offered_is_left_to_the_real_server(name: str, tmp_path: Path) -> None:
    environ = {"SALESHANDY_DATA": str(tmp_path)}
    assert selection([], environ)
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    assert selection([], environ) is None


@pytest.mark.parametrize("home", ["/home/ann", "", "relative"])
@pytest.mark.parametrize("chosen", ["", "/data", "relative"])
def test_the_usual_folder_is_that_of_the_system(home: str, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(start, "_look_at", looked.append)
    environ = {"HOME": home, "XDG_DATA_HOME": chosen}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for system, known in (("linux", Unix), ("darwin", MacOS), ("win32", None)):
        monkeypatch.setattr(start.sys, "platform", system)
        looked.clear()
        if selection([], environ) is not None:
            assert known
            assert looked == [known("saleshandy-mcp", appauthor=False).user_data_dir]


def test_what_answers_first_loads_little_of_python() -> None:
    # One process of its own: this one has long loaded everything.
    said = "import sys; import saleshandy_mcp.opening.early_answers; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    modules = {*loaded.stdout.split()}
    slow = {"pathlib", "dataclasses", "inspect", "asyncio", "logging", "importlib.metadata", "platformdirs", "click"}
    assert not modules & {*slow, "pydantic", "mcp", "anyio"}
    assert len({it for it in modules if it.startswith("saleshandy_mcp.")}) <= 8
