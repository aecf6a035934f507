"""``crm-fields`` shows what the fields of the CRM's contacts are for, and keeps what a person sets."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli
from saleshandy_mcp.sandbox.salessheet.keys import KEY
from tests.kit import new_box
from tests.served import served

Said = Callable[..., Result]


@pytest.fixture
def said(tmp_path: Path) -> Generator[Said]:
    with served(new_box().app) as address:
        env = {
            "SALESHANDY_DATA": str(tmp_path),
            "SALESSHEET_API_KEY": KEY,
            "SALESSHEET_BASE_URL": f"{address}/salessheet/v1",
        }

        def call(*words: str) -> Result:
            return CliRunner(env=env).invoke(cli, ["crm-fields", *words])

        yield call


def test_fields_are_shown_set_kept_and_forgotten(said: Said) -> None:
    assert "email (address): email" in said().output
    assert "not confirmed yet" in said().output
    assert said("opted_out=cf_source").exit_code == 0
    kept = said().output
    assert "SalesSheet, confirmed:" in kept
    assert "opted_out (opt-out): custom_fields.cf_source" in kept
    assert "tags (tags): none" in said("tags=").output
    assert "not confirmed yet" in said("--forget").output


def test_what_is_wrong_is_one_sentence(said: Said) -> None:
    told = said("email=emial")
    assert told.exit_code == 1
    assert 'email: no field "emial" was seen in contacts. Near it: email' in told.output
