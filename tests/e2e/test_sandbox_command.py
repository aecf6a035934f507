"""The sandbox as a process: any HTTP client can work with it over a real socket."""

import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import anyio
import httpx2
import pytest

from tests.e2e.conftest import Start
from tests.e2e.kit import PATIENCE, Program

JOHN = {"First Name": "John", "Last Name": "Smith", "Email": "john@example.com", "Company": "ACME Inc"}
CALLS_A_MINUTE = 20


@pytest.fixture
async def http(sandbox: tuple[Program, str]) -> AsyncGenerator[httpx2.AsyncClient]:
    headers = {"x-api-key": "sandbox-key"}
    with anyio.fail_after(PATIENCE):
        async with httpx2.AsyncClient(base_url=f"{sandbox[1]}/v1", headers=headers, trust_env=False) as http:
            yield http


def control(sandbox: tuple[Program, str], name: str) -> str:
    return f"{sandbox[1]}/sandbox/{name}"


async def test_it_says_how_to_reach_it_and_all_of_it_is_true(sandbox: tuple[Program, str]) -> None:
    program, address = sandbox
    last = await program.out.line(lambda line: line.startswith("Use it from here: "))
    said = dict(word.split("=") for word in last.split()[-2:])
    assert said == {"SALESHANDY_BASE_URL": f"{address}/v1", "SALESHANDY_API_KEY": "sandbox-key"}
    state = await program.out.line(lambda line: line.startswith("State: "))
    async with httpx2.AsyncClient(trust_env=False) as http:
        listed = await http.get(
            f"{said['SALESHANDY_BASE_URL']}/sequences", headers={"x-api-key": said["SALESHANDY_API_KEY"]}
        )
        assert listed.status_code == 200
        assert (await http.get(state.split()[1])).json()["requests"] == {"GET /sequences": 1}


async def test_a_prospect_is_imported_as_the_article_shows(
    sandbox: tuple[Program, str], http: httpx2.AsyncClient
) -> None:
    sequence = (await http.get("/sequences", headers={"Accept": "application/json"})).json()["payload"][0]
    body = {
        "prospectList": [JOHN],
        "stepId": sequence["steps"][0]["id"],
        "verifyProspects": True,
        "conflictAction": "noUpdate",
    }
    started = await http.post("/sequences/prospects/import-with-field-name", json=body)
    assert started.status_code == 201
    await http.post(control(sandbox, "clock"), json={"advance": 60})
    request_id = started.json()["payload"]["requestId"]
    ended = (await http.get(f"/prospects/import-status/{request_id}")).json()["payload"]
    assert ended["isCompleted"] is True
    assert (await http.get(control(sandbox, "state"))).json()["imports"][0]["imported"] == 1


async def test_senders_are_attached_and_a_sequence_is_started_as_the_article_shows(http: httpx2.AsyncClient) -> None:
    emails = (await http.post("/email-accounts", json={"page": 1, "pageSize": 20})).json()["payload"]["emails"]
    sequence = (await http.get("/sequences", params={"sequenceName": "founders"})).json()["payload"][0]
    attached = await http.post(
        f"/sequences/{sequence['id']}/email-accounts/add", json={"emailAccountIds": [emails[0]["id"]]}
    )
    assert attached.status_code == 200
    variants = await http.get(f"/sequences/{sequence['id']}/steps/{sequence['steps'][0]['id']}")
    assert "subject" in variants.json()["payload"][0]["payload"]
    started = await http.post("/sequences/status", json={"sequenceIds": [sequence["id"]], "status": "resume"})
    assert started.status_code == 200
    assert (await http.get("/sequences", params={"sequenceName": "founders"})).json()["payload"][0]["active"] is True


async def test_a_failure_report_is_fetched_from_the_link_that_the_status_gives(
    sandbox: tuple[Program, str], http: httpx2.AsyncClient
) -> None:
    sequence = (await http.get("/sequences")).json()["payload"][0]
    body = {"stepId": sequence["steps"][0]["id"], "verifyProspects": True, "conflictAction": "noUpdate"}
    rows = [JOHN, JOHN | {"Email": "rohan.sethi@oakhollow.example.com"}, JOHN | {"Email": "no address"}]
    started = await http.post("/sequences/prospects/import-with-field-name", json=body | {"prospectList": rows})
    await http.post(control(sandbox, "clock"), json={"advance": 60})
    request_id = started.json()["payload"]["requestId"]
    ended = (await http.get(f"/prospects/import-status/{request_id}")).json()["payload"]
    report = await http.get(ended["failedProspectsURL"])
    assert report.status_code == 200
    assert "no address" in report.text


async def test_a_wrong_key_gets_in_nowhere(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/sequences", headers={"x-api-key": "another"})
    assert answer.status_code == 400
    assert answer.json()["message"] == "Invalid token"


async def test_limits_hold_and_can_be_switched_off_while_it_runs(
    sandbox: tuple[Program, str], http: httpx2.AsyncClient
) -> None:
    answers = [await http.get("/sequences") for _ in range(CALLS_A_MINUTE + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert (answers[-1].status_code, answers[-1].json()["message"]) == (400, "Rate Limit exceeded")
    await http.post(control(sandbox, "limits"), json={"on": False})
    assert (await http.get("/sequences")).status_code == 200


async def test_without_limits_nothing_is_counted_against_anyone(start: Start) -> None:
    program = await start("sandbox", "--port", "0", "--no-limits")
    first = await program.out.line(lambda line: line.startswith("Saleshandy sandbox: "))
    async with httpx2.AsyncClient(headers={"x-api-key": "sandbox-key"}, trust_env=False) as http:
        answers = [(await http.get(f"{first.split()[-1]}/sequences")).status_code for _ in range(CALLS_A_MINUTE + 1)]
    assert answers == [200] * (CALLS_A_MINUTE + 1)


async def test_reset_brings_the_demo_workspace_back(sandbox: tuple[Program, str], http: httpx2.AsyncClient) -> None:
    await http.post("/sequences", json={"title": "New"})
    assert (await http.get(control(sandbox, "state"))).json()["counts"]["sequences"] == 6
    assert (await http.post(control(sandbox, "reset"))).json()["counts"]["sequences"] == 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_also_with_a_client_connected(
    sandbox: tuple[Program, str], http: httpx2.AsyncClient, number: signal.Signals
) -> None:
    await http.get("/sequences")
    sandbox[0].process.send_signal(number)
    await sandbox[0].end()
    assert "Traceback" not in sandbox[0].err.said


async def test_a_workspace_that_is_kept_in_a_file_is_there_again_after_a_stop(start: Start, tmp_path: Path) -> None:
    headers = {"x-api-key": "sandbox-key"}
    file = str(tmp_path / "workspace.json")
    for titles in ([], ["Kept"]):
        program = await start("sandbox", "--port", "0", "--state", file)
        address = (await program.out.line(lambda line: line.startswith("Saleshandy sandbox: "))).split()[-1]
        async with httpx2.AsyncClient(base_url=address, headers=headers, trust_env=False) as http:
            found = (await http.get("/sequences", params={"sequenceName": "Kept"})).json()["payload"]
            assert [it["title"] for it in found] == titles
            await http.post("/sequences", json={"title": "Kept"})
        program.process.send_signal(signal.SIGTERM)
        with anyio.fail_after(PATIENCE):
            await program.process.wait()


async def test_a_file_that_holds_no_workspace_is_refused(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no workspace", encoding="utf-8")
    program = await start("sandbox", "--port", "0", "--state", str(file))
    assert await program.err.line(lambda line: "cannot be used" in line)


async def test_the_dialect_of_the_written_reference_can_be_chosen(start: Start) -> None:
    program = await start("sandbox", "--port", "0", "--dialect", "docs")
    address = (await program.out.line(lambda line: line.startswith("Saleshandy sandbox: "))).split()[-1]
    async with httpx2.AsyncClient(base_url=address, headers={"x-api-key": "sandbox-key"}, trust_env=False) as http:
        assert "emails" in (await http.post("/email-accounts", json={})).json()
