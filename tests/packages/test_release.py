"""What a release is made of: true on every index, safe while the name is nobody's."""

import json
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from manifests.releasing.__main__ import write_bundle
from manifests.releasing.bundle import ENTRY, START, manifest, project
from manifests.releasing.index_page import index_page, project_urls, registry_name
from manifests.releasing.registry_entry import server_json
from saleshandy_mcp import __version__
from saleshandy_mcp.client_settings import package

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLACE = "https://github.com/someone/outreach"
"""An invented repository."""
RELATIVE = re.compile(r"\]\((?!https?://|#)")


def bundle_manifest() -> dict[str, Any]:
    return json.loads(manifest(__version__, "Long.", [("get_stats", "Numbers.")]))


@pytest.mark.parametrize("repository", [None, PLACE])
def test_the_page_of_an_index_has_no_relative_link(repository: str | None) -> None:
    assert RELATIVE.search(README)
    page = index_page(README, package.NAME, repository)
    assert not RELATIVE.search(page)
    assert "<!-- settings" not in page
    assert "SALESHANDY_FILES" in page


def test_without_a_repository_the_page_says_where_its_pages_are() -> None:
    page = index_page(README, package.NAME, None)
    assert "the source has no public address yet" in page
    assert "mcp-name" not in page
    assert "![" not in page
    assert project_urls(None) == {}


def test_with_a_repository_links_and_pictures_lead_into_it() -> None:
    page = index_page(README, package.NAME, PLACE)
    assert f"({PLACE}/blob/main/docs/safety.md)" in page
    assert f"({PLACE}/raw/main/docs/pictures/sandbox-window.png)" in page
    assert f"<!-- mcp-name: io.github.someone/{package.NAME} -->" in page
    assert all(address.startswith(PLACE) for address in project_urls(PLACE).values())


def test_a_repository_elsewhere_has_no_name_in_the_registry() -> None:
    assert registry_name(package.NAME, "https://git.example.com/someone/outreach") is None


@pytest.mark.parametrize(("repository", "published"), [(None, True), (PLACE, False), (None, False)])
def test_nothing_is_registered_before_repository_and_package_are_public(
    repository: str | None,
    published: bool,  # noqa: FBT001 - pytest passes by name
) -> None:
    assert server_json(package.NAME, __version__, repository, published=published) is None


def test_the_entry_of_the_registry_keeps_to_its_schema() -> None:
    """As read on 2026-11-28 in the draft of the registry's own schema, which names this version of it."""
    text = server_json(package.NAME, __version__, PLACE, published=True)
    told = json.loads(text or "{}")
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", told["name"])
    assert f"mcp-name: {told['name']} -->" in index_page(README, package.NAME, PLACE)
    assert told.keys() >= {"name", "description", "version"}
    assert 1 <= len(told["description"]) <= 100
    assert 1 <= len(told["title"]) <= 100
    assert told["repository"].keys() == {"url", "source"}
    (python,) = told["packages"]
    assert told["version"] == python["version"] == __version__
    assert python.keys() >= {"registryType", "identifier", "transport"}
    assert python["transport"] == {"type": "stdio"}
    variables = python["environmentVariables"]
    assert {it.get("format", "string") for it in variables} <= {"string", "number", "boolean", "filepath"}
    assert [it["name"] for it in variables if it.get("isSecret")] == ["SALESHANDY_API_KEY"]


def test_the_bundle_asks_for_the_key_as_a_secret_and_replaces_every_variable() -> None:
    told = bundle_manifest()
    asked = told["user_config"]
    assert asked["api_key"]["sensitive"]
    assert {name for name, it in asked.items() if it.get("sensitive")} == {"api_key"}
    assert all("default" in it for it in asked.values())
    used = re.findall(r"\$\{user_config\.(\w+)\}", json.dumps(told["server"]))
    assert sorted(used) == sorted(asked)
    assert set(told["server"]["mcp_config"]["env"]) <= set(re.findall(r"SALES\w+", README))


def test_the_bundle_installs_the_wheel_that_lies_in_it() -> None:
    wheel = "a-1-py3-none-any.whl"
    told = tomllib.loads(project(__version__, wheel, ["click==8.3.0"]))
    assert told["project"]["dependencies"] == [package.NAME]
    assert told["tool"]["uv"]["sources"] == {package.NAME: {"path": wheel}}
    assert told["tool"]["uv"]["constraint-dependencies"] == ["click==8.3.0"]


def test_the_entry_of_the_bundle_starts_the_program(tmp_path: Path) -> None:
    (tmp_path / ENTRY).write_text(START)
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(tmp_path / ENTRY), "--version"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert __version__ in ran.stdout


def test_the_sdist_holds_every_file_at_the_top_so_that_its_own_tests_find_them() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    kept = [it.removeprefix("/") for it in settings["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]]
    always = {"pyproject.toml"}
    files = {it.name for it in ROOT.iterdir() if it.is_file() and not it.name.startswith(".")} - always
    assert [name for name in sorted(files) if not any(fnmatch(name, pattern) for pattern in kept)] == []


def test_the_facts_are_short_enough_for_registries() -> None:
    assert len(package.SUMMARY) <= 100
    assert "\n" not in package.SUMMARY


def test_the_version_stands_in_one_place_more_and_is_the_same() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (told["name"], told["version"]) == (package.NAME, __version__)


def test_the_bundle_holds_every_file_that_its_manifest_names(tmp_path: Path) -> None:
    wheel = tmp_path / "invented-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"")
    folder = tmp_path / "bundle"
    folder.mkdir()
    write_bundle(folder, wheel)
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {told["icon"], told["server"]["entry_point"], wheel.name, "pyproject.toml"} <= {
        it.name for it in folder.iterdir()
    }
