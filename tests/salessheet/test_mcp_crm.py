"""The other form of SalesSheet: the tools of the CRM over an MCP endpoint whose tools are mapped by a file."""

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import SecretStr
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.find_crm_records import FindCrmRecords
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.save_crm_records import SaveCrmRecords
from saleshandy_mcp.features.crm.sync_to_crm import SyncToCrm
from saleshandy_mcp.integrations.crm import CrmRecord, Query, Stage
from saleshandy_mcp.integrations.salessheet.crm_operations import CRM_OPERATIONS
from saleshandy_mcp.integrations.salessheet.mcp_crm import McpCrm, mcp_link
from saleshandy_mcp.integrations.salessheet.mcp_endpoint import McpEndpoint, endpoint_client
from saleshandy_mcp.integrations.salessheet.mcp_mapping import McpMapping
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.action_tool import text_of
from saleshandy_mcp.server.tools.selection import Selection
from tests.kit import context_over, new_box
from tests.served import served

Rows = dict[str, list[dict[str, Any]]]
MAPPING = """
[contacts]
list = {tool = "people_read", rows = "people", page = "blad", size = "aantal", filters = "waar"}
get = {tool = "person_read", id = "nummer", row = "person"}
create = {tool = "person_make", fields = "values", row = "person"}
change = {tool = "person_edit", id = "nummer", fields = "values", row = "person"}

[deals]
list = {tool = "things_read", rows = "things", also = {what = "deals"}}

[activities]
list = {tool = "things_read", rows = "things", also = {what = "activities"}}
create = {tool = "activity_make", row = "made"}

[tasks]
list = {tool = "things_read", rows = "things", also = {what = "tasks"}}
create = {tool = "task_make", row = "made"}

[stages]
tool = "stages_read"
rows = "stages"
pipeline = "of"
"""


@pytest.fixture
def rows() -> Rows:
    people = [
        ("1", "Vera", "vera.holt@northlamp.example.com", False),
        ("2", "Otis", "otis.brandt@millbrook.example.com", False),
        ("3", "Ines", "ines.falk@quaygate.example.com", True),
    ]
    return {
        "contacts": [
            {"id": a, "first_name": b, "email": c, "opted_out": d, "company": "Northlamp"} for a, b, c, d in people
        ],
        "deals": [{"id": "d1", "title": "Pilot", "stage_id": "s2", "contact_id": "1"}],
        "activities": [{"id": "a1", "subject": "Call", "contact_id": "1", "date": "2026-01-05", "body": "Well"}],
        "tasks": [{"id": "t1", "title": "Send", "contact_id": "1", "due_date": "2026-01-06", "note": ""}],
    }


@pytest.fixture
def server(rows: Rows) -> MCPServer[Any]:
    """A CRM of its own kind: none of its names is known to the driver."""
    server: MCPServer[Any] = MCPServer("crm")
    people = rows["contacts"]

    @server.tool()
    def people_read(blad: int = 1, aantal: int = 2, waar: dict[str, str] | None = None) -> dict[str, Any]:
        fit = [it for it in people if all(str(it.get(name)) == value for name, value in (waar or {}).items())]
        return {"people": fit[(blad - 1) * min(aantal, 2) : blad * min(aantal, 2)]}

    @server.tool()
    def person_read(nummer: str) -> dict[str, Any]:
        return {"person": next(it for it in people if it["id"] == nummer)}

    @server.tool()
    def person_make(values: dict[str, Any]) -> dict[str, Any]:
        if "@" not in str(values.get("email")):
            raise ToolError("email is not valid")
        people.append({"id": str(len(people) + 1), **values})
        return {"person": people[-1]}

    @server.tool()
    def person_edit(nummer: str, values: dict[str, Any]) -> dict[str, Any]:
        person = next(it for it in people if it["id"] == nummer)
        person.update(values)
        return {"person": person}

    @server.tool()
    def things_read(what: str) -> dict[str, Any]:
        return {"things": rows[what]}

    @server.tool()
    def stages_read() -> dict[str, Any]:
        return {
            "stages": [{"id": "s2", "name": "Proposal", "of": "Sales"}, {"id": "s3", "name": "Lost", "of": "Sales"}]
        }

    @server.tool()
    def activity_make(subject: str, contact_id: str, date: str = "", body: str = "") -> dict[str, Any]:
        made = {"id": f"a{len(rows['activities']) + 1}", "subject": subject, "contact_id": contact_id}
        rows["activities"].append({**made, "date": date, "body": body})
        return {"made": made}

    @server.tool()
    def task_make(title: str, contact_id: str, due_date: str = "", note: str = "") -> dict[str, Any]:
        rows["tasks"].append({"id": "t2", "title": title, "contact_id": contact_id, "due_date": due_date, "note": note})
        return {"made": rows["tasks"][-1]}

    return server


def mapped(tmp_path: Path, text: str = MAPPING) -> McpMapping:
    (tmp_path / "crm.toml").write_text(text, encoding="utf-8")
    return McpMapping.read(tmp_path / "crm.toml")


@pytest.fixture
def endpoint(server: MCPServer[Any], tmp_path: Path) -> McpEndpoint:
    return McpEndpoint(mapped(tmp_path), lambda: Client(server))


@pytest.fixture
def crm(endpoint: McpEndpoint) -> McpCrm:
    return McpCrm(endpoint, writable=True)


async def test_records_are_read_page_by_page(crm: McpCrm) -> None:
    assert [it.id async for it in crm.every("contacts", 100)] == ["1", "2", "3"]
    assert [it.id async for it in crm.every("contacts", 2)] == ["1", "2"]
    first = await crm.page("contacts", Query(filters={"first_name": "Otis"}))
    assert ([it.id for it in first.records], first.more) == (["2"], True)
    whole = await crm.page("deals", Query())
    assert (whole.total, whole.more) == (1, False)
    assert (await crm.page("deals", Query(page=2))).records == []


async def test_one_record_and_the_stages_are_read(crm: McpCrm) -> None:
    assert (await crm.get("contacts", "2")).fields["first_name"] == "Otis"
    assert await crm.get("deals", "d1") == CrmRecord("d1", {"title": "Pilot", "stage_id": "s2", "contact_id": "1"})
    assert (await crm.stages())[0] == Stage("s2", "Proposal", "Sales")
    for kind in ("contacts", "deals"):
        with pytest.raises(Mistake, match=f"{kind}: there is none with the id 99"):
            await crm.get(kind, "99")


async def test_contacts_are_found_by_their_own_address(crm: McpCrm, rows: Rows) -> None:
    wanted = ["vera.holt@northlamp.example.com", "nobody@lake.example.com"]
    assert [*(await crm.contacts_by_email(wanted, "email"))] == wanted[:1]
    rows["contacts"] += [{"id": f"n{it}", "email": f"n{it}@x.example.com"} for it in range(30)]
    many = [f"N{it}@x.example.com" for it in range(25)]
    assert len(await crm.contacts_by_email(many, "email")) == 25


async def test_saving_tells_of_each_what_became_of_it(crm: McpCrm, rows: Rows) -> None:
    items = [{"email": "new@lake.example.com"}, {"email": "no"}, {"id": "1", "city": "Odense"}]
    done = await crm.save("contacts", items, email="email")
    assert [(it.outcome, it.id) for it in done] == [("created", "4"), ("unknown", None), ("updated", "1")]
    assert "email is not valid" in done[1].reasons[0]
    assert rows["contacts"][0]["city"] == "Odense"
    (none,) = await crm.save("deals", [{"title": "x"}], email="")
    assert (none.outcome, "no tool that creates them is named" in none.reasons[0]) == ("not sent", True)


async def test_where_it_is_read_only_nothing_is_saved(endpoint: McpEndpoint, rows: Rows) -> None:
    with pytest.raises(Mistake, match="read only here"):
        await McpCrm(endpoint, writable=False).save("contacts", [{"email": "new@lake.example.com"}], email="")
    assert len(rows["contacts"]) == 3


async def test_all_tools_of_the_crm_work_over_it(endpoint: McpEndpoint, rows: Rows, tmp_path: Path) -> None:
    box = new_box()
    async with context_over(box, folder=tmp_path, crm=mcp_link(endpoint, writable=True)) as context:
        found = text_of(await FindCrmRecords(kind="contacts", where=["stage=Proposal"]).run(context))
        assert "Vera" in found
        assert "Otis" not in found
        await ImportCrmContacts(sequence="Agencies EU").run(context)
        box.clock.advance(14 * 86_400.0)
        told = await SyncToCrm(sequence="Agencies EU").run(context)
        assert set(told.became) == {"written"}
        assert sum("[saleshandy " in str(it) for it in rows["activities"]) == told.records["activities"] > 0
        again = await SyncToCrm(sequence="Agencies EU").run(context)
        assert again.records == {}
        record = {"id": "1", "company": "Northlamp Ltd"}
        await SaveCrmRecords(kind="contacts", records=[record]).run(context)
    assert rows["contacts"][0]["company"] == "Northlamp Ltd"


async def test_the_operations_of_the_other_form_are_not_offered_beside_it(endpoint: McpEndpoint) -> None:
    async with (
        context_over(new_box(), crm=mcp_link(endpoint, writable=True)) as context,
        Client(build_server(context, Selection(crm=True))) as client,
    ):
        listed = {it.name for it in (await client.list_tools()).tools}
        found = await client.call_tool("find_operations", {"query": "list contacts deals pipelines"})
        run = await client.call_tool("run_read_operation", {"operation": CRM_OPERATIONS[0].slug})
    assert "find_crm_records" in listed
    assert not {it.slug for it in CRM_OPERATIONS} & set(str(found.content[0]).replace("\\n", " ").split())
    assert run.is_error


@pytest.mark.parametrize(
    ("ours", "theirs", "said", "there"),
    [
        ("people_read", "people_list", 'the endpoint has no tool "people_list"', "person_read(nummer)"),
        ('"blad"', '"page"', 'the tool "people_read" has no argument "page"', "people_read(aantal, blad, waar)"),
        ('id = "nummer"', 'id = "id"', 'the tool "person_read" has no argument "id"', "person_read(nummer)"),
        ("what =", "kind =", 'the tool "things_read" has no argument "kind"', "things_read(what)"),
    ],
)
async def test_what_the_endpoint_does_not_have_is_told_before_the_first_call(
    server: MCPServer[Any], tmp_path: Path, ours: str, theirs: str, said: str, there: str
) -> None:
    mapping = mapped(tmp_path, MAPPING.replace(ours, theirs))
    with pytest.raises(Mistake, match="SALESSHEET_MCP") as caught:
        await McpCrm(McpEndpoint(mapping, lambda: Client(server)), writable=True).page("contacts", Query())
    assert said in str(caught.value)
    assert there in caught.value.remedy


async def test_what_is_not_mapped_is_told(server: MCPServer[Any], tmp_path: Path) -> None:
    crm = McpCrm(McpEndpoint(mapped(tmp_path, ""), lambda: Client(server)), writable=True)
    with pytest.raises(Mistake, match="contacts: no tools of the MCP endpoint are named"):
        await crm.page("contacts", Query())
    assert await crm.stages() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contacts = 1", "contacts"),
        ("[contacts]\nlist = {tool = 'x', guess = true}", "contacts.list.guess"),
        ("[contacts]\nget = {tool = 'x'}", "contacts.list"),
        ("endpoint = 'http://crm.example.com/mcp'", "https"),
        ("[", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        mapped(tmp_path, text)
    with pytest.raises(ValueError, match="cannot be read"):
        McpMapping.read(tmp_path / "none.toml")


async def test_over_http_the_key_goes_along_and_another_one_is_told(server: MCPServer[Any], tmp_path: Path) -> None:
    app = server.streamable_http_app()

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope.get("headers", [])).get(b"authorization")
        if scope["type"] == "http" and given != b"Bearer ss_live_right":
            await PlainTextResponse("no", 401)(scope, receive, send)
            return
        await app(scope, receive, send)

    with served(guarded) as address:
        mapping = mapped(tmp_path, f'endpoint = "{address}/mcp"\n{MAPPING}')

        def over(key: str | None) -> McpCrm:
            opened = endpoint_client(mapping, SecretStr(key) if key else None)
            return McpCrm(McpEndpoint(mapping, opened), writable=True)

        assert [it.id async for it in over("ss_live_right").every("contacts", 9)] == ["1", "2", "3"]
        with pytest.raises(Mistake, match="did not accept the key"):
            await over("ss_live_wrong").page("contacts", Query())
        with pytest.raises(Mistake, match="no API key of SalesSheet is set"):
            await over(None).page("contacts", Query())
    with pytest.raises(Mistake, match="could not be used"):
        await over("ss_live_right").page("contacts", Query())
    (lost,) = await over("ss_live_right").save("contacts", [{"email": "a@x.example.com"}], email="")
    assert lost.outcome == "not sent"
