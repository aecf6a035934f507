"""The calls of a public article about the API, as plain HTTP, with the answers it describes."""

import httpx2

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox

JOHN = {
    "First Name": "John",
    "Last Name": "Smith",
    "Email": "john@example.com",
    "Company": "ACME Inc",
    "Job Title": "CEO",
}


async def test_sequences_are_listed_with_their_ids_titles_and_steps(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/sequences", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    first = answer.json()["payload"][0]
    assert first["title"] == "Q3 launch"
    assert first["steps"][0] == {"id": first["steps"][0]["id"], "name": "Step 1"}


async def test_a_get_with_a_content_type_is_accepted_although_the_article_says_406(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/sequences", headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


async def test_the_dialect_of_the_article_answers_406_to_it() -> None:
    transport = httpx2.ASGITransport(app=Sandbox(dialect="article", clock=Clock(tick=lambda: 0.0)).app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://sandbox/v1", headers={"x-api-key": KEY}
    ) as http:
        answer = await http.get("/sequences", headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["statusCode"]) == (406, 406)
        assert (await http.get("/sequences")).status_code == 200
        assert (await http.post("/sequences", json={"title": "New"})).status_code == 201


async def test_a_prospect_is_imported_into_a_step(http: httpx2.AsyncClient, box: Sandbox) -> None:
    listed = (await http.get("/sequences")).json()["payload"]
    body = {
        "prospectList": [JOHN],
        "stepId": listed[0]["steps"][0]["id"],
        "verifyProspects": True,
        "conflictAction": "noUpdate",
    }
    started = await http.post("/sequences/prospects/import-with-field-name", json=body)
    assert started.status_code == 201
    request_id = started.json()["payload"]["requestId"]

    async def status() -> dict[str, object]:
        return (await http.get(f"/prospects/import-status/{request_id}")).json()["payload"]

    assert await status() == {"isCompleted": False, "failedProspectsURL": None, "reportURL": None}
    box.clock.advance(4)
    assert await status() == {"isCompleted": True, "failedProspectsURL": None, "reportURL": None}
    assert box.state()["imports"][0]["imported"] == 1


async def test_a_conflict_action_the_article_warns_of_is_refused(http: httpx2.AsyncClient) -> None:
    body = {"prospectList": [JOHN], "stepId": "x", "verifyProspects": True, "conflictAction": "skip"}
    answer = await http.post("/sequences/prospects/import-with-field-name", json=body)
    assert answer.status_code == 400
    assert answer.json()["message"] == [
        "conflictAction must be one of the following values: overwrite, noUpdate, addMissingFields, upsert"
    ]


async def test_email_accounts_are_listed_and_added_to_a_sequence(http: httpx2.AsyncClient) -> None:
    emails = (await http.post("/email-accounts", json={"page": 1, "pageSize": 20})).json()["payload"]["emails"]
    draft = (await http.get("/sequences", params={"sequenceName": "draft"})).json()["payload"][0]
    ids = [email["id"] for email in emails if email["status"] == 1][:2]
    answer = await http.post(f"/sequences/{draft['id']}/email-accounts/add", json={"emailAccountIds": ids})
    assert answer.status_code == 200


async def test_a_step_answers_its_variants_with_subject_and_content(http: httpx2.AsyncClient) -> None:
    sequence = (await http.get("/sequences")).json()["payload"][0]
    answer = await http.get(f"/sequences/{sequence['id']}/steps/{sequence['steps'][0]['id']}")
    variants = answer.json()["payload"]
    assert len(variants) == 2
    assert variants[0]["payload"]["subject"] == "The same ten questions at {{Company}}"
    assert variants[0]["payload"]["content"].startswith("<p>Hi {{First Name|'there'}},</p>")


async def test_the_status_word_of_the_article_is_refused_with_the_words_that_work(http: httpx2.AsyncClient) -> None:
    sequence = (await http.get("/sequences", params={"sequenceName": "founders"})).json()["payload"][0]
    answer = await http.post("/sequences/status", json={"sequenceIds": [sequence["id"]], "status": "active"})
    assert answer.status_code == 400
    assert answer.json() == {
        "statusCode": 400,
        "message": ["status must be one of the following values: resume, pause"],
        "error": "Bad Request",
    }
    answer = await http.post("/sequences/status", json={"sequenceIds": [sequence["id"]], "status": "resume"})
    assert answer.status_code == 200
    assert (await http.get("/sequences", params={"sequenceName": "founders"})).json()["payload"][0]["active"] is True
