"""Leads to Email: what is ordered is kept; nothing is delivered."""

from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

CSV = b"\xef\xbb\xbfName,Site\r\nAda,alderloom.example.com\r\n"
FORM = {"columnMapping": '{"First Name": "Name"}', "revealType": "work_email", "totalRecords": "1"}
HOOK = "https://hooks.example.com/lte"


async def sent(http: httpx2.AsyncClient, content: bytes = CSV, **change: str) -> httpx2.Response:
    return await http.post("/leads-to-email", data={**FORM, **change}, files={"file": ("a.csv", content, "text/csv")})


async def test_a_csv_makes_a_workflow(http: httpx2.AsyncClient, box: Sandbox) -> None:
    answer = await sent(http, webhookUrl=HOOK)
    assert answer.status_code == 200
    workflow = box.world.workflows[answer.json()["payload"]["workflowId"]]
    assert (workflow["fileName"], workflow["columnMapping"]) == ("a.csv", {"First Name": "Name"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"columnMapping": "Name"}, "columnMapping must be a JSON object"),
        ({"columnMapping": '{"First Name": "Vorname"}'}, "Columns not in the file: Vorname"),
        ({"totalRecords": "many"}, ["totalRecords must be a number string"]),
        ({"webhookUrl": "hooks"}, ["webhookUrl must be a URL address"]),
        ({"surprise": "1"}, ["property surprise should not exist"]),
    ],
)
async def test_a_form_that_cannot_be_right_is_refused(
    http: httpx2.AsyncClient, change: dict[str, str], says: str | list[str]
) -> None:
    answer = await sent(http, CSV, **change)
    assert (answer.status_code, answer.json()["message"]) == (400, says)


async def test_a_csv_above_50_mb_is_413(http: httpx2.AsyncClient) -> None:
    assert (await sent(http, bytes(50 * 1024 * 1024 + 1))).status_code == 413


async def test_what_is_no_text_is_refused(http: httpx2.AsyncClient) -> None:
    assert (await sent(http, b"\xff\xfe")).json()["message"] == "The file is no CSV"


async def test_domains_make_a_workflow_of_two_leads_each(http: httpx2.AsyncClient, box: Sandbox) -> None:
    body = {"domains": ["alderloom.example.com", {"domain": "birchloom.example.com"}], "webhookUrl": HOOK}
    answer = await http.post("/leads-to-email/domains", json=body)
    workflow = box.world.workflows[answer.json()["payload"]["workflowId"]]
    assert (len(workflow["domains"]), workflow["leadsPerDomain"]) == (2, 2)


@pytest.mark.parametrize("change", [{"domains": ["no domain"]}, {"webhookUrl": "hooks"}, {"leadsPerDomain": 11}])
async def test_domains_that_cannot_be_right_are_refused(http: httpx2.AsyncClient, change: dict[str, Any]) -> None:
    body = {"domains": ["alderloom.example.com"], "webhookUrl": HOOK, **change}
    assert (await http.post("/leads-to-email/domains", json=body)).status_code == 400
