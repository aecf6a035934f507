"""The operations of the CRM at the command line."""

import json
from collections.abc import Generator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.api import command_of
from saleshandy_mcp.integrations.salessheet.crm_operations import CRM_OPERATIONS
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.keys import KEY, READ_ONLY_KEY
from tests.served import served as served_at

VERA = json.dumps({"email": "vera@example.com"})


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("SALESSHEET_API_KEY", "SALESSHEET_BASE_URL", "SALESSHEET_WRITE", "SALESHANDY_EFFECTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path))


@pytest.fixture(scope="module")
def served() -> Generator[tuple[Sandbox, str]]:
    """A sandbox on a port of this machine: both APIs at one address."""
    box = Sandbox(limits=False)
    with served_at(box.app) as address:
        yield box, f"{address}/salessheet/v1"


def api(*words: str, **environ: str) -> Result:
    return CliRunner().invoke(cli, ["api", *words], env=environ)


@pytest.mark.parametrize("operation", CRM_OPERATIONS, ids=lambda operation: operation.slug)
def test_every_operation_has_a_command(operation: type[Operation[Any]]) -> None:
    names = [name for option in command_of(operation).params for name in option.opts]
    assert len(names) == len(set(names))
    assert ("--crm-write" in names) == (not operation.route.reads)
    assert f"  {operation.slug}" in api("--help").output


def test_contacts_are_listed_in_the_sandbox() -> None:
    found = json.loads(
        api("salessheet.list_contacts", "--sandbox", "--json", "--filters", '{"cf_plan": "Team"}').stdout
    )
    assert found["total"] == len(found["items"])
    assert {item["custom_fields"]["cf_plan"] for item in found["items"]} == {"Team"}


def test_a_contact_that_exists_is_told_and_not_created() -> None:
    listed = json.loads(api("salessheet.list_contacts", "--sandbox", "--json").stdout)["items"]
    email = next(item["email"] for item in listed if item["email"])
    said = api("salessheet.create_contact", "--sandbox", "--fields", json.dumps({"email": email}))
    assert said.exit_code == 1
    assert "exists already" in said.stderr


def test_deleting_needs_a_yes() -> None:
    said = api("salessheet.delete_task", "--sandbox", "--id", "7")
    assert said.exit_code == 1
    assert "Run this operation of SalesSheet?" in said.stderr
    assert "Nobody can be asked here" in said.stderr


def test_without_a_key_it_is_told_where_to_get_one() -> None:
    said = api("salessheet.get_me")
    assert "Run `saleshandy-mcp login --crm` in a terminal: it asks for the key (in SalesSheet: Settings" in said.stderr
    assert "Or set SALESSHEET_API_KEY, or SALESSHEET_API_KEY_FILE for a file that holds it." in said.stderr


def test_a_key_of_the_other_form_is_told_plainly() -> None:
    said = api("salessheet.get_me", SALESSHEET_API_KEY="ss_live_" + "a" * 43)
    assert "belongs to SalesSheet's MCP endpoint" in said.stderr


def test_over_the_network_writing_needs_the_second_word(served: tuple[Sandbox, str]) -> None:
    box, url = served
    environ = {"SALESSHEET_API_KEY": KEY, "SALESSHEET_BASE_URL": url}
    assert "Ada Example" in api("salessheet.get_me", **environ).stdout
    before = len(box.salessheet.crm.contacts)
    said = api("salessheet.create_contact", "--fields", VERA, **environ)
    assert (said.exit_code, "read only here" in said.stderr) == (1, True)
    assert len(box.salessheet.crm.contacts) == before
    assert api("salessheet.create_contact", "--fields", VERA, "--crm-write", **environ).exit_code == 0
    changed = api("salessheet.list_contacts", "--filters", VERA, "--json", **environ)
    [vera] = json.loads(changed.stdout)["items"]
    fields = json.dumps({"city": "Odense"})
    told = api("salessheet.change_contact", "--id", vera["id"], "--fields", fields, SALESSHEET_WRITE="1", **environ)
    assert "city: Odense" in told.stdout


def test_a_read_only_key_is_told_in_words(served: tuple[Sandbox, str]) -> None:
    environ = {"SALESSHEET_API_KEY": READ_ONLY_KEY, "SALESSHEET_BASE_URL": served[1], "SALESSHEET_WRITE": "1"}
    said = api("salessheet.create_task", "--fields", '{"title": "Call"}', **environ)
    assert "SalesSheet did not accept the API key" in said.stderr
    assert "it is read-only" in said.stderr
    assert "Check SALESSHEET_API_KEY" in said.stderr
