"""The file of the CRM: what an older version of this program has written in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.store.sqlite_file import Migration


class BeforeAccounts(CrmLedger):
    """As it was when opt-outs were kept without the account that they were read for."""

    migrations: ClassVar[Sequence[Migration]] = CrmLedger.migrations[:2]


def test_opt_outs_of_an_unknown_account_are_forgotten_and_all_else_stays(tmp_path: Path) -> None:
    old, new = (kind(lambda: tmp_path / "crm.sqlite3") for kind in (BeforeAccounts, CrmLedger))
    old.link("imp_1", [("ann@example.com", "c1")])
    old.end("event", "a1", "2026-11-16")
    with old.changing() as db:
        db.execute("INSERT INTO opt_outs VALUES ('bea@example.com')")
        db.execute("INSERT INTO read_at VALUES ('opt-outs', '2026-11-16')")
    old.close()
    assert new.opt_outs("an account") == (set(), "")
    assert new.contacts_of(["imp_1"]) == {"ann@example.com": ["c1"]}
    assert new.state_of(["event"]) == {"event": "written"}
    new.close()
