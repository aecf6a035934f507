"""The connection: the key, the limits with their headers, waiting and sending again, and what it never does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.responses import JSONResponse

from saleshandy_mcp.core.errors import BadKey, Broken, Mistake, NoKey, SaleshandyError, Throttled
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.integrations.salessheet.call_budget import CallBudget
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet as Client
from saleshandy_mcp.integrations.salessheet.resources.contacts import ListContacts, SaveContactsBatch
from saleshandy_mcp.integrations.salessheet.resources.crm_tasks import ChangeTask, CreateTask, DeleteTask
from saleshandy_mcp.integrations.salessheet.resources.me import GetMe
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from saleshandy_mcp.sandbox.salessheet.keys import ENTERPRISE_KEY, FREE_KEY, KEY, READ_ONLY_KEY, REVOKED_KEY

Connect = Callable[..., Client]
TASK = "POST /salessheet/v1/tasks$"
NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


class Listening:
    """Keeps the headers of what it is sent, and answers with a task."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        await JSONResponse({"id": 7})(scope, receive, send)


async def test_the_key_travels_as_bearer_and_content_type_with_bodies_alone(client: Connect) -> None:
    server = Listening()
    api = client(app=server)
    for request in (
        GetMe(),
        DeleteTask(id="7"),
        CreateTask(fields={"title": "Call"}),
        ChangeTask(id="7", fields={"a": 1}),
    ):
        await api.send(request)
    assert {headers["authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
    assert ["content-type" in headers for headers in server.headers] == [False, False, True, True]
    assert {headers.get("content-type", "application/json") for headers in server.headers} == {"application/json"}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (REVOKED_KEY, "This API key has been revoked.*a key that was just made may need some seconds"),
        ("wrong", "Missing or invalid API key"),
        (FREE_KEY, "not available on the free plan"),
    ],
)
async def test_a_key_that_is_not_accepted_is_told_in_words(key: str, words: str, client: Connect) -> None:
    with pytest.raises(BadKey, match=words):
        await client(key).send(GetMe())


async def test_a_read_only_key_that_writes_is_told_in_words(client: Connect, crm: SalesSheet) -> None:
    before = len(crm.crm.tasks)
    with pytest.raises(BadKey, match="read-only"):
        await client(READ_ONLY_KEY).send(CreateTask(fields={"title": "Call"}))
    assert len(crm.crm.tasks) == before


async def test_a_key_of_the_other_form_is_sent_nowhere_and_told_plainly(client: Connect, crm: SalesSheet) -> None:
    with pytest.raises(Mistake, match="MCP endpoint") as caught:
        await client("ss_live_" + "a" * 43).send(GetMe())
    assert "Settings, Integrations, API" in caught.value.remedy
    assert crm.audit == []


async def test_an_address_without_the_api_is_told_plainly(client: Connect) -> None:
    with pytest.raises(Mistake, match="no REST API of SalesSheet at this address"):
        await client(app=JSONResponse({"message": "Not found"}, 404)).send(GetMe())


async def test_without_a_key_nothing_is_sent(client: Connect, crm: SalesSheet) -> None:
    with pytest.raises(NoKey):
        await client(None).send(GetMe())
    assert crm.audit == []


@pytest.mark.parametrize("request_", [GetMe(), CreateTask(fields={"title": "Call"})], ids=["read", "write"])
async def test_after_429_it_waits_one_two_and_four_seconds(request_: Any, box: Sandbox, client: Connect) -> None:
    began: list[float] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        began.append(box.clock.seconds())
        await JSONResponse({"error": "slow down"}, 429)(scope, receive, send)

    with pytest.raises(Throttled):
        await client(app=app).send(request_)
    assert began == [0, 1, 3, 7]


async def test_a_write_that_was_turned_away_by_the_limit_is_done_once(
    box: Sandbox, api: Client, crm: SalesSheet
) -> None:
    box.faults.set("429-garbage", TASK, times=2)
    before = len(crm.crm.tasks)
    await api.send(CreateTask(fields={"title": "Call"}))
    assert len(crm.crm.tasks) == before + 1


@pytest.mark.parametrize("fault", ["500-executed", "504", "lost-answer", "truncated", "empty", "html"])
async def test_a_write_in_doubt_is_not_sent_again(fault: str, box: Sandbox, api: Client, crm: SalesSheet) -> None:
    box.faults.set(fault, TASK)
    before = len(crm.crm.tasks)
    with pytest.raises(SaleshandyError) as caught:
        await api.send(CreateTask(fields={"title": "Call"}))
    assert caught.value.executed != "no"
    assert len(crm.crm.tasks) == before + 1


async def test_a_read_is_sent_again_after_a_failure(box: Sandbox, api: Client) -> None:
    box.faults.set("500", "GET /salessheet/v1/me", times=2)
    assert await api.send(GetMe())


@pytest.mark.parametrize(("key", "limit"), [(KEY, 100), (ENTERPRISE_KEY, 500)])
async def test_calls_are_paced_by_the_limit_of_the_plan_and_never_refused(
    key: str, limit: int, box: Sandbox, client: Connect, crm: SalesSheet
) -> None:
    api = client(key)
    for _ in range(limit):
        await api.send(GetMe())
    assert box.clock.seconds() == 0
    with pytest.raises(Throttled) as caught:
        await api.send(GetMe())
    assert 0 < (caught.value.after or 0) <= 60
    box.clock.advance(caught.value.after or 0)
    await api.send(GetMe())
    assert {line["status"] for line in crm.audit} == {200}


async def test_what_another_process_uses_up_shows_in_the_headers(client: Connect, crm: SalesSheet) -> None:
    ours, theirs = client(), client()
    for _ in range(98):
        await theirs.send(GetMe())
    await ours.send(GetMe())
    await ours.send(GetMe())
    with pytest.raises(Throttled):
        await ours.send(GetMe())
    assert {line["status"] for line in crm.audit} == {200}


async def test_the_limit_of_a_day_is_kept_without_a_header_for_it(box: Sandbox, api: Client, crm: SalesSheet) -> None:
    for _ in range(5_000):
        await api.send(GetMe())
        box.clock.advance(1)
    with pytest.raises(Throttled) as caught:
        await api.send(GetMe())
    assert (caught.value.after or 0) > 60 * 60
    assert {line["status"] for line in crm.audit} == {200}


def test_what_is_left_of_the_day_is_known() -> None:
    budget = CallBudget(lambda: 0.0)
    assert budget.left_today == 5_000
    budget.wait("GET /me")
    assert budget.left_today == 4_999
    budget.told("GET /me", {"x-ratelimit-limit": "500"}, NOW)
    assert (budget.per_minute, budget.left_today) == (500, 49_999)


@pytest.mark.parametrize("reset", [None, "", "soon", "-1", "0", "99999999999999", "1" * 40])
def test_a_reset_that_makes_no_sense_stops_nobody_for_longer_than_a_minute(reset: str | None) -> None:
    budget = CallBudget(lambda: 0.0)
    headers = {"x-ratelimit-remaining": "0"} | ({} if reset is None else {"x-ratelimit-reset": reset})
    budget.told("GET /me", headers, NOW)
    assert 0 <= budget.wait("GET /me") <= 60


@pytest.mark.parametrize("address", ["http://api.salessheets.ai/v1", "ftp://127.0.0.1/v1", "https://"])
def test_only_https_is_taken_or_this_machine(address: str) -> None:
    with pytest.raises(ValueError, match="SALESSHEET_BASE_URL has to be https"):
        Settings.from_env({"SALESSHEET_BASE_URL": address})


def test_settings_of_the_crm_are_read() -> None:
    chosen = Settings.from_env({"SALESSHEET_API_KEY": "abc", "SALESSHEET_WRITE": "true"})
    assert (chosen.crm_key and chosen.crm_key.get_secret_value(), chosen.crm_write) == ("abc", True)
    assert chosen.crm_base_url == "https://api.salessheets.ai/v1"
    plain = Settings.from_env({})
    assert (plain.crm_key, plain.crm_write) == (None, False)


def test_a_batch_holds_100_records_and_no_more() -> None:
    records: list[dict[str, Any]] = [{"email": "vera@example.com"}]
    assert SaveContactsBatch(records=records * 100)
    with pytest.raises(ValueError, match="at most 100"):
        SaveContactsBatch(records=records * 101)


async def test_an_error_never_holds_the_key(client: Connect) -> None:
    with pytest.raises(Broken) as caught:
        await client(app=JSONResponse({"error": "x"}, 500)).send(ListContacts())
    assert KEY not in repr(caught.value)
