"""Revealing leads: the price and what stands against it, the job, misses, and what is lost on the way."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Interrupted, Mistake, Rejected, Unreadable
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.leads.enrich_leads import EnrichLeads
from saleshandy_mcp.features.leads.enrichment_result import Enrichment
from saleshandy_mcp.features.leads.search_leads import SearchLeads
from saleshandy_mcp.features.leads.seen_leads import SeenLeads
from saleshandy_mcp.policy.effects import judge
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.questions import bound, question_of, through_the_gate, words
from tests.kit import context_over, faulty, lost, posts, says

SENTENCES = [
    "Reveal the email addresses of these five leads",
    "What would it cost in credits to get their phone numbers?",
]
EXAMPLES: dict[str, dict[str, Any]] = {"enrich_leads_preview": {"leads": ["90403", "90405"], "phone": True}}

REVEAL = "POST /enrich/contact"
STATUS = "GET /enrich/status/{requestId}"
RESULT = "GET /enrich/status/result/{requestId}"
LIMITS = "GET /enrich/rate-limits"
ASTRID, NO_EMAIL, NO_PHONE = "90403", "90405", "90410"


async def asked(context: Context, **given: Any) -> str:
    """The question as a model reads it."""
    return words(await question_of(context, EnrichLeads(**given)))


async def agreement(context: Context, **given: Any) -> str:
    """What an agreement to the call is bound to."""
    return bound(await question_of(context, EnrichLeads(**given)))


async def revealed(context: Context, **given: Any) -> Enrichment:
    return await through_the_gate(context, EnrichLeads(**given))


async def refused(context: Context, **given: Any) -> str:
    with pytest.raises(Mistake) as refusal:
        await EnrichLeads(**given).prepare(context)
    return f"{refusal.value.wrong}. {refusal.value.remedy}"


def balance(box: Sandbox, credits_left: float) -> None:
    """Buy or lose credits so that this many are left."""
    spent = sum(number for _, number in box.world.credits["spent"])
    box.world.credits["total"] = spent + credits_left


async def test_the_price_is_agreed_to_before_anything_is_spent(box: Sandbox, context: Context) -> None:
    prepared = await EnrichLeads(leads=[ASTRID, NO_EMAIL]).prepare(context)
    assert prepared.effects == {Effect.SPEND}
    assert judge(prepared, frozenset(Effect))
    assert await asked(context, leads=[ASTRID, NO_EMAIL]) == (
        "Spend credits to reveal these leads?\n"
        f'- 2 leads: "{ASTRID}, {NO_EMAIL}"\n'
        "- work emails are revealed\n"
        '- cost: "up to 2 credits", about 1 for an email, nothing for a miss\n'
        '- credits left: "150"\n'
        "On yes the credits are spent."
    )
    with_phone = await asked(context, leads=[ASTRID], phone=True)
    assert "- work emails and phones are revealed\n" in with_phone
    assert '- cost: "up to 7 credits", about 1 for an email, 7 with a phone, nothing for a miss\n' in with_phone
    assert posts(box, REVEAL) == 0


async def test_leads_that_a_search_has_shown_are_named_in_the_question(context: Context) -> None:
    await SearchLeads(job_titles=["Founder"]).run(context)
    assert f'- 2 leads: "Astrid Bjerre, Founder, Alderloom [{ASTRID}], {NO_EMAIL}"' in await asked(
        context, leads=[ASTRID, NO_EMAIL]
    )


def test_names_are_kept_of_the_newest_leads_alone() -> None:
    seen = SeenLeads()
    seen.remember([("1", "Ada"), ("2", "")])
    seen.remember((str(number), f"n{number}") for number in range(10, 5009))
    assert (seen.named("1"), seen.named("2"), seen.named("5008")) == ("1", "2", "n5008 [5008]")


async def test_what_risky_means_is_said_where_an_address_is(context: Context, box: Sandbox) -> None:
    lead = box.world.leads[int(ASTRID)]
    assert "risky:" not in text_of(await revealed(context, leads=[ASTRID]))
    lead["verification"] = "risky"
    assert "risky: the address may not take mail" in text_of(await revealed(context, leads=[ASTRID]))


async def test_an_agreement_is_about_these_leads_and_this_price(context: Context) -> None:
    agreements = {
        await agreement(context, **given)
        for given in ({"leads": [ASTRID]}, {"leads": [NO_PHONE]}, {"leads": [ASTRID], "phone": True})
    }
    assert len(agreements) == 3


async def test_an_agreement_about_many_leads_is_about_each_of_them(box: Sandbox, context: Context) -> None:
    balance(box, 1000)
    leads = [str(number) for number in range(90000, 90100)]
    assert await agreement(context, leads=leads) != await agreement(context, leads=[*leads[:-1], "1"])
    assert "- 100 leads (698 characters):\n    | 90000, 90001, " in await asked(context, leads=leads)


async def test_what_was_found_is_told_lead_by_lead_with_what_it_cost(context: Context) -> None:
    told = await revealed(context, leads=[ASTRID, NO_EMAIL])
    assert text_of(told) == (
        f"1 of 2 leads revealed, 1 missed (completed-with-errors) · request {told.request}\n"
        f"Astrid Bjerre [{ASTRID}] · Founder · astrid.bjerre@alderloom.example.com (valid)\n"
        f"Nothing found, nothing paid: {NO_EMAIL}\n"
        "Credits: 1 spent, 150 before, 149 left\n"
        'Into a sequence: import_prospects(sequence="…", rows=[{"Email": "…", "First Name": "…", "Last Name": "…"}])'
    )


async def test_phones_cost_more_and_a_lead_may_have_only_one_of_both(context: Context) -> None:
    told = await revealed(context, leads=[ASTRID, NO_EMAIL, NO_PHONE], phone=True)
    text = text_of(told)
    assert "no email · +12055550104" in text
    assert "michal.baran@duneloom.example.com (valid)\n" in text
    assert (told.spent, told.credits_before, told.credits_left) == (15, 150, 135)


async def test_nothing_but_misses_costs_nothing(context: Context) -> None:
    told = await revealed(context, leads=[NO_EMAIL, "77"])
    assert (told.contacts, told.missed, told.spent, told.credits_left) == ([], 2, 0, 150)
    text = text_of(told)
    assert "0 of 2 leads revealed, 2 missed (failed)" in text
    assert "Nothing found, nothing paid: 90405, 77" in text
    assert "import_prospects" not in text


async def test_a_profile_address_is_as_good_as_an_id_and_each_lead_counts_once(context: Context) -> None:
    profile = "linkedin.example.com/in/astrid-bjerre-90403"
    assert "- 2 leads: " in await asked(context, leads=[profile, f"https://{profile}", NO_PHONE, NO_PHONE])
    told = await revealed(context, leads=[f" {profile} ", "linkedin.example.com/in/nobody"])
    assert told.contacts is not None
    assert [it.id for it in told.contacts] == [ASTRID]
    assert told.missed_leads == ["https://linkedin.example.com/in/nobody"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, "leads: no lead is given"),
        ({"leads": []}, "leads: no lead is given"),
        ({"leads": [ASTRID, "Astrid"]}, 'leads[1]: "Astrid" is neither a lead id nor a LinkedIn URL'),
        ({"leads": [str(number) for number in range(101)]}, "leads: 101 are named, at most 100 go in a call"),
        ({"request": "abc", "leads": [ASTRID]}, "request: an earlier request is read as it was made"),
        ({"request": "abc", "phone": True}, "request: an earlier request is read as it was made"),
    ],
)
async def test_what_is_no_lead_is_refused_before_any_call(
    box: Sandbox, context: Context, given: dict[str, Any], wrong: str
) -> None:
    assert (await refused(context, **given)).startswith(wrong)
    assert box.state()["requests"] == {}


@pytest.mark.parametrize(
    ("left", "phone", "wrong"),
    [
        (2, False, "leads: revealing 3 costs up to 3 credits, and 2 are left. Name at most 2."),
        (14.5, True, "costs up to 21 credits, and 14.5 are left. Name at most 2, or leave phone out."),
        (5, True, "costs up to 21 credits, and 5 are left. Buy credits in Saleshandy, or leave phone out."),
        (0, False, "costs up to 3 credits, and 0 are left. Buy credits in Saleshandy."),
        (-3, False, "costs up to 3 credits, and -3 are left. Buy credits in Saleshandy."),
    ],
)
async def test_too_few_credits_are_told_before_anybody_is_asked(
    box: Sandbox, context: Context, left: float, wrong: str, *, phone: bool
) -> None:
    balance(box, left)
    assert wrong in await refused(context, leads=["1", "2", "3"], phone=phone)
    assert posts(box, REVEAL) == 0


async def test_credits_that_are_not_told_are_not_guessed(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, "GET /credits", says(200, {"payload": {}}))) as context:
        assert '- credits left: "not known"\n' in await asked(context, leads=[ASTRID])
        told = await revealed(context, leads=[ASTRID])
    assert "Credits: 1 spent\n" in text_of(told)


async def test_credits_that_run_out_meanwhile_are_a_refusal(box: Sandbox, context: Context) -> None:
    prepared = await EnrichLeads(leads=[ASTRID, NO_PHONE]).prepare(context)
    balance(box, 1)
    with pytest.raises(Rejected, match="Not enough credits"):
        await prepared.execute()


@pytest.mark.parametrize(
    ("windows", "wrong"),
    [
        ({"perMinute": {"limit": 30, "remaining": 0}}, "allows this minute are used up. Try again later."),
        ({"perHour": {"remaining": 3}, "perDay": {"remaining": 0}}, "allows this day are used up"),
    ],
)
async def test_a_used_up_limit_is_told_before_anybody_is_asked(
    box: Sandbox, windows: dict[str, Any], wrong: str
) -> None:
    async with context_over(box, app=faulty(box, LIMITS, says(200, {"payload": windows}))) as context:
        assert wrong in await refused(context, leads=[ASTRID])


async def test_a_used_up_limit_says_when_it_ends(box: Sandbox) -> None:
    soon = int(box.clock.now().timestamp()) + 40
    windows = {"payload": {"perMinute": {"remaining": 0, "resetAt": soon}}}
    async with context_over(box, app=faulty(box, LIMITS, says(200, windows))) as context:
        assert (await refused(context, leads=[ASTRID])).endswith("Try again in 40 s.")


async def test_an_answer_lost_after_spending_is_not_asked_for_again(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, REVEAL, lost)) as context:
        with pytest.raises(Interrupted) as error:
            await revealed(context, leads=[ASTRID])
    assert posts(box, REVEAL) == 1
    assert "(there were 150) mean that it ran" in str(error.value)
    assert error.value.next == NextCall.of("run_read_operation", operation="get_credits")


async def test_an_answer_without_an_id_is_not_asked_for_again(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, REVEAL, says(200, {"payload": {}}, passed_on=True))) as context:
        with pytest.raises(Unreadable, match="Fewer credits in a minute"):
            await revealed(context, leads=[ASTRID])
    assert posts(box, REVEAL) == 1


async def test_a_job_that_takes_long_is_asked_for_again_by_its_id(box: Sandbox) -> None:
    running = {"payload": {"requestId": "x", "status": "in-progress", "totalRecords": 1, "processed": 0}}
    async with context_over(box, app=faulty(box, STATUS, says(200, running), times=7)) as context:
        started = await revealed(context, leads=[ASTRID])
        assert (started.contacts, started.missed_leads, started.spent) == (None, [], None)
        text = text_of(started)
        assert text.startswith(f"Request {started.request} of 1 lead: in-progress, 0 looked up. There is no result")
        assert f'free: enrich_leads(request="{started.request}")' in text
        again = EnrichLeads(request=started.request)
        prepared = await again.prepare(context)
        assert (prepared.effects, prepared.question) == (READING, None)
        told = await prepared.execute()
    assert told.contacts is not None
    assert told.contacts[0].emails[0].email == "astrid.bjerre@alderloom.example.com"
    assert (posts(box, REVEAL), told.missed, told.credits_before, told.credits_left) == (1, 0, None, 149)


async def test_reading_a_result_again_costs_nothing(context: Context, box: Sandbox) -> None:
    started = await revealed(context, leads=[ASTRID])
    assert (await revealed(context, request=started.request)).contacts == started.contacts
    assert posts(box, REVEAL) == 1


@pytest.mark.parametrize("call", [STATUS, RESULT])
async def test_a_look_that_fails_does_not_lose_what_was_paid_for(box: Sandbox, call: str) -> None:
    async with context_over(box, app=faulty(box, call, says(404, {"code": 40000, "message": "no"}))) as context:
        told = await revealed(context, leads=[ASTRID])
        assert told.contacts is None
        assert "Ask again in some seconds, free" in text_of(told)
    async with context_over(box) as context:
        assert (await revealed(context, request=told.request)).missed == 0


async def test_a_request_nobody_knows_is_refused(context: Context) -> None:
    with pytest.raises(Rejected, match="not found"):
        await revealed(context, request="f" * 24)


async def test_rows_that_do_not_say_whom_they_are_about_leave_the_misses_unnamed(box: Sandbox) -> None:
    rows = [{"first_name": "Jo", "email": "jo@harbour.example.com", "mobile": 4912345}, {"first_name": "Miss"}]
    answer = says(200, {"payload": {"results": rows}})
    async with context_over(box, app=faulty(box, RESULT, answer)) as context:
        told = await revealed(context, leads=[ASTRID, NO_PHONE, NO_EMAIL])
    assert (told.missed, told.missed_leads) == (2, [])
    assert "\nJo · jo@harbour.example.com · 4912345\n" in text_of(told)


def test_an_unknown_number_of_leads_is_not_told() -> None:
    view = Enrichment(request="r1", status="not known", next=NextCall.of("search_leads"))
    assert text_of(view).startswith("Request r1: not known. There is no result to read yet.")
    assert "revealed (completed)" in text_of(view.model_copy(update={"contacts": [], "status": "completed"}))
