"""``send_test_email``: one variant to colleagues, filled in for a person, after a yes."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.sequences.send_test_email import SendTestEmail
from saleshandy_mcp.sandbox import Sandbox
from tests.features.crowd import inside
from tests.features.questions import question_of, through_the_gate, words

EXAMPLES: dict[str, dict[str, Any]] = {
    "send_test_email": {"sequence": "SaaS founders", "step": 2, "variant": "B", "to": ["colleague@acme.example"]}
}

TITLE = "SaaS founders"


def to_colleague(**given: Any) -> SendTestEmail:
    return SendTestEmail.model_validate({"sequence": TITLE, "to": ["colleague@acme.example"], **given})


async def test_the_question_shows_the_mail_as_the_person_would_get_it(box: Sandbox, context: Context) -> None:
    (email,) = inside(box, TITLE, 1)
    person = box.world.prospect(email)
    assert person is not None
    text = words(await question_of(context, to_colleague(step="2", variant="B", person=email)))
    assert '- to: "colleague@acme.example"' in text
    assert f"Hi {person['values']['First Name']}," in text
    assert person["values"]["Company"] in text
    assert "Ada Example Lanternworks" in text, "the signature of the sender"
    assert "{{" not in text


async def test_for_nobody_fallbacks_and_gaps_are_shown(context: Context) -> None:
    done = await through_the_gate(context, to_colleague(step="2", variant="B"))
    assert done.gaps == ["Company"]
    assert (done.variant, done.sender) == ("step 2 B", "ada@trylanternworks.example.com")


async def test_a_mail_in_the_thread_has_the_subject_of_the_thread(context: Context) -> None:
    done = await through_the_gate(context, to_colleague(step="2"))
    assert done.subject == "Re: You still answer support yourself?"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"sequence": "Q3 launch", "step": "2"}, "is no email"),
        ({"variant": "Z"}, 'has no variant "Z"'),
        ({"sequence": "Webinar in May"}, "no active email account"),
        ({"person": "nobody@n.example.com"}, "not found"),
    ],
)
async def test_what_cannot_be_sent_is_a_mistake(context: Context, given: dict[str, str], wrong: str) -> None:
    with pytest.raises(Mistake, match=wrong):
        await to_colleague(**given).prepare(context)
