"""What stands before every handler: key, route, limits, validation."""

import httpx2
import pytest

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.routes import ROUTES


@pytest.mark.parametrize("headers", [{"x-api-key": "wrong"}, {"x-api-key": "", "Authorization": f"Bearer {KEY}"}])
async def test_a_wrong_key_is_a_400_with_code_1001(http: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    answer = await http.get("/sequences", headers=headers)
    assert answer.status_code == 400
    assert answer.json() == {"error": True, "type": "auth", "code": 1001, "message": "Invalid token", "payload": None}


async def test_a_path_outside_the_contract_is_not_found(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/user")
    assert answer.status_code == 404
    assert answer.json() == {"statusCode": 404, "message": "Cannot GET /v1/user", "error": "Not Found"}


async def test_a_method_outside_the_contract_is_not_found(http: httpx2.AsyncClient) -> None:
    answer = await http.delete("/sequences")
    assert answer.status_code == 404
    assert answer.json()["message"] == "Cannot DELETE /v1/sequences"


async def test_what_is_not_emulated_says_so(http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ROUTES, ("GET", "/dnc"), raising=False)
    answer = await http.get("/dnc?sort=ASC&sortBy=total")
    assert answer.status_code == 501
    assert answer.json()["message"] == "The sandbox does not emulate GET /dnc yet."


async def test_the_prefix_of_the_official_command_line_is_an_alias(http: httpx2.AsyncClient) -> None:
    alias = await http.get("http://sandbox/api/open-api/v1/sequences")
    assert alias.json() == (await http.get("/sequences")).json()


async def test_a_twenty_first_call_of_one_endpoint_within_a_minute_is_refused(
    box: Sandbox, http: httpx2.AsyncClient
) -> None:
    box.limits_on = True
    for _ in range(20):
        assert (await http.get("/fields")).status_code == 200
    refused = await http.get("/fields")
    assert refused.status_code == 400
    assert refused.json() == {"code": 40000, "message": "Rate Limit exceeded"}
    assert (await http.get("/schedules")).status_code == 200


async def test_the_window_slides_and_refused_calls_do_not_count(box: Sandbox, http: httpx2.AsyncClient) -> None:
    box.limits_on = True
    for _ in range(20):
        await http.get("/fields")
    box.clock.advance(59)
    assert (await http.get("/fields")).status_code == 400
    box.clock.advance(1)
    assert (await http.get("/fields")).status_code == 200
    assert box.state()["requests"] == {"GET /fields": 21}


async def test_each_answer_tells_what_is_left_and_when_the_limit_is_whole_again(
    box: Sandbox, http: httpx2.AsyncClient
) -> None:
    box.limits_on = True
    first = (await http.get("/fields")).headers
    assert (first["x-ratelimit-limit"], first["x-ratelimit-remaining"]) == ("20", "19")
    assert (first["date"], first["x-ratelimit-reset"]) == (
        "Mon, 16 Nov 2026 08:00:00 GMT",
        "Mon, 16 Nov 2026 08:01:00 GMT",
    )
    box.clock.advance(30)
    for _ in range(18):
        await http.get("/fields")
    last = await http.get("/fields")
    assert last.headers["x-ratelimit-remaining"] == "0"
    assert last.headers["x-ratelimit-reset"] == "Mon, 16 Nov 2026 08:01:00 GMT"
    assert (await http.get("/fields")).headers["x-ratelimit-remaining"] == "0"
    box.clock.advance(30)
    assert (await http.get("/fields")).status_code == 200


async def test_without_limits_no_answer_tells_of_them(http: httpx2.AsyncClient) -> None:
    assert not [name for name in (await http.get("/fields")).headers if name.startswith("x-ratelimit")]


async def test_limits_count_path_templates_and_not_paths(box: Sandbox, http: httpx2.AsyncClient) -> None:
    box.limits_on = True
    answers = [await http.get(f"/sequences/{number}/steps") for number in range(21)]
    assert answers[19].json()["code"] == 40100
    assert answers[20].json()["code"] == 40000


async def test_limits_are_on_by_default_and_can_be_switched_off() -> None:
    assert Sandbox(clock=Clock(tick=lambda: 0.0)).limits_on is True
    assert Sandbox(limits=False).limits_on is False


async def test_a_body_that_is_not_json_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/sequences", content=b"{title")
    assert answer.status_code == 400
    assert answer.json() == {"statusCode": 400, "message": ["body must be valid JSON"], "error": "Bad Request"}


async def test_a_body_that_is_no_object_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/sequences", json=["title"])
    assert answer.json()["message"] == ["body must be an object"]


async def test_a_body_above_90_megabytes_is_too_large(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/sequences", content=b" " * (90 * 1024 * 1024 + 1))
    assert answer.status_code == 413


async def test_unknown_body_properties_are_refused_with_their_path(http: httpx2.AsyncClient) -> None:
    variant = {"payload": {"subject": "x"}, "foo": 1}
    body = {"type": 9, "absoluteDays": 1, "variants": [variant], "sequenceId": "x"}
    answer = await http.post("/sequences/x/steps", json=body)
    assert answer.status_code == 400
    assert sorted(answer.json()["message"]) == [
        "property sequenceId should not exist",
        "variants.0.property foo should not exist",
    ]


async def test_unknown_query_properties_are_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/sequences", params={"limit": 5, "pageSize": 2})
    assert answer.json()["message"] == ["property limit should not exist"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({}, "title should not be empty"),
        ({"title": ""}, "title must be longer than or equal to 1 characters"),
        ({"title": "x" * 256}, "title must be shorter than or equal to 255 characters"),
        ({"title": 3}, "title must be a string"),
        ({"title": "x", "scheduleId": None}, "scheduleId must be a string"),
        ({"title": "x", "emailAccountIds": "y"}, "emailAccountIds must be an array"),
        ({"title": "x", "emailAccountIds": [1, 2]}, "each value in emailAccountIds must be a string"),
    ],
)
async def test_validation_speaks_the_words_of_the_api(
    http: httpx2.AsyncClient, body: dict[str, object], complaint: str
) -> None:
    answer = await http.post("/sequences", json=body)
    assert answer.status_code == 400
    assert answer.json() == {"statusCode": 400, "message": [complaint], "error": "Bad Request"}


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("pageSize=ten", "pageSize must be an integer number"),
        ("pageSize=1001", "pageSize must not be greater than 1000"),
        ("sort=asc", "sort must be one of the following values: ASC, DESC"),
    ],
)
async def test_query_values_are_read_by_their_declared_type(
    http: httpx2.AsyncClient, query: str, complaint: str
) -> None:
    answer = await http.get(f"/sequences?{query}")
    assert answer.json()["message"] == [complaint]
