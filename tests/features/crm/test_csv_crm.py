"""All tools of the CRM work over another CRM, whose fields have other names: a folder of CSV files."""

import csv
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.crm.find_crm_records import FindCrmRecords
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.save_crm_records import SaveCrmRecords
from saleshandy_mcp.features.crm.sync_to_crm import SyncToCrm
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.sandbox import Sandbox
from tests.features.crm.csv_crm import csv_link
from tests.kit import context_over

FILES = {
    "contacts": """\
id,Given Name,Surname,E-mail address,Employer,Do not email
1,Vera,Holt,vera.holt@northlamp.example.com,Northlamp,
2,Otis,Brandt,otis.brandt@millbrook.example.com,Millbrook,
3,Ines,Falk,ines.falk@quaygate.example.com,Quaygate,yes
4,Theo,Lund,theo.lund@oldharbour.example.com,Oldharbour,
""",
    "deals": """\
id,Name,Deal stage,Person,Value
d1,Northlamp pilot,s2,1,900
d2,Millbrook pilot,s2,2,1200
d3,Quaygate pilot,s2,3,300
d4,Oldharbour pilot,s3,4,300
""",
    "stages": "id,name,pipeline\ns1,New,Sales\ns2,Offer,Sales\ns3,Lost,Sales\n",
    "activities": "id,Subject,Person,Date,Description\na1,First call,1,2026-01-05,Went well\n",
    "tasks": "id,Title,Person,Due,Notes,Owner\nt1,Send the offer,1,2026-01-06,,ada\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
async def context(box: Sandbox, folder: Path) -> AsyncGenerator[Context]:
    async with context_over(box, crm=csv_link(folder)) as context:
        yield context


def rows(folder: Path, kind: str) -> list[dict[str, str]]:
    with (folder / f"{kind}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


async def test_contacts_are_found_by_the_stage_of_their_deals(context: Context) -> None:
    told = await FindCrmRecords(where=["stage=Offer"]).run(context)
    assert [(it.title, it.opted_out) for it in told.records] == [
        ("Vera Holt", False),
        ("Otis Brandt", False),
        ("Ines Falk", True),
    ]


async def test_a_contact_is_changed_and_one_that_is_there_is_not_made_twice(context: Context, folder: Path) -> None:
    records = [{"id": "1", "employer": "Northlamp Ltd"}, {"e-mail address": "OTIS.BRANDT@millbrook.example.com"}]
    told = await SaveCrmRecords(kind="contacts", records=records).run(context)
    assert [it.outcome for it in told.records] == ["changed", "left out"]
    assert rows(folder, "contacts")[0]["Employer"] == "Northlamp Ltd"


async def test_contacts_go_into_a_sequence_and_what_happens_comes_back_once(
    context: Context, box: Sandbox, folder: Path
) -> None:
    report = await ImportCrmContacts(sequence="Agencies EU").run(context)
    assert isinstance(report, ImportReport)
    assert (report.imported, report.skipped) == (2, 2)
    box.clock.advance(14 * 86_400)
    told = await SyncToCrm(sequence="Agencies EU").run(context)
    written = rows(folder, "activities")[1:]
    assert len(written) == told.records["activities"] > 0
    assert {it["Person"] for it in written} <= {"1", "2"}
    assert all("[saleshandy " in it["Description"] and it["Date"] for it in written)
    assert not (await SyncToCrm(sequence="Agencies EU").run(context)).records
