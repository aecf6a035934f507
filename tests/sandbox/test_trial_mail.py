"""Test mails are kept, and reach nobody."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

IdOf = Callable[[str], str]
ADA = "ada@lanternworks.example.com"


def letter(sender_id: str, **changes: Any) -> dict[str, Any]:
    return {"to": [ADA], "fromEmailAccountId": sender_id, "subject": "Test", "content": "<p>Test</p>"} | changes


async def test_a_test_mail_is_stored_and_counts_nowhere(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: IdOf, sender_id: IdOf
) -> None:
    events = len(box.world.events)
    answer = await http.post(f"/sequences/{sequence_id('Q3 launch')}/test-email", json=letter(sender_id(ADA)))
    assert answer.json() == {"message": "Test email sent successfully"}
    assert (box.world.mails[-1]["kind"], box.world.mails[-1]["to"]) == ("test", [ADA])
    assert len(box.world.events) == events


@pytest.mark.parametrize(
    ("title", "sender", "changes", "code"),
    [
        ("Q3 launch", "bo@getlanternworks.example.com", {}, 1001),
        ("Webinar in May", "events@lanternworks-events.example.com", {}, 40201),
        ("Q3 launch", ADA, {"to": ["nobody"]}, None),
        ("Q3 launch", ADA, {"to": []}, None),
    ],
)
async def test_a_test_mail_from_a_wrong_mailbox_or_to_no_address_is_refused(
    http: httpx2.AsyncClient,
    sequence_id: IdOf,
    sender_id: IdOf,
    title: str,
    sender: str,
    changes: dict[str, Any],
    code: int | None,
) -> None:
    path = f"/sequences/{sequence_id(title)}/test-email"
    answer = await http.post(path, json=letter(sender_id(sender), **changes))
    assert (answer.status_code, answer.json().get("code")) == (400, code)
