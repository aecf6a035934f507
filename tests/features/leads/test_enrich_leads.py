"""Revealing leads: the price and what stands against it, the job, misses, and what is lost on the way."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Interrupted, Mistake, Rejected, Unreadable
from saleshandy_mcp.features.leads.enrich_leads import EnrichLeads, Enrichment
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.render.leads import render
from tests.kit import context_over, faulty, lost, posts, says

REVEAL = "POST /enrich/contact"
STATUS = "GET /enrich/status/{requestId}"
RESULT = "GET /enrich/status/result/{requestId}"
LIMITS = "GET /enrich/rate-limits"
ASTRID, NO_EMAIL, NO_PHONE = "90403", "90405", "90410"


async def plan_of(context: Context, **given: Any) -> str:
    ready = await EnrichLeads(**given).prepare(context)
    assert ready.plan is not None
    assert ready.plan.effect is Effect.SPEND
    return ready.plan.text


async def refused(context: Context, **given: Any) -> str:
    with pytest.raises(Mistake) as refusal:
        await EnrichLeads(**given).prepare(context)
    return f"{refusal.value.wrong}. {refusal.value.remedy}"


def balance(box: Sandbox, credits_left: float) -> None:
    """Buy or lose credits so that this many are left."""
    spent = sum(number for _, number in box.world.credits["spent"])
    box.world.credits["total"] = spent + credits_left


async def test_the_price_is_agreed_to_before_anything_is_spent(box: Sandbox, context: Context) -> None:
    action = EnrichLeads(leads=[ASTRID, NO_EMAIL])
    assert (action.consequence, action.asks) == (Effect.SPEND, True)
    assert await plan_of(context, leads=[ASTRID, NO_EMAIL]) == (
        "Revealing work emails of 2 leads would cost up to 2 credits; 150 are left.\n"
        "Prices: about 1 for an email, nothing for a miss.\n"
        f"Leads: {ASTRID}, {NO_EMAIL}"
    )
    assert "phones of 1 lead would cost up to 7 credits" in await plan_of(context, leads=[ASTRID], phone=True)
    assert posts(box, REVEAL) == 0


async def test_an_agreement_is_about_these_leads_and_this_price(context: Context) -> None:
    readies = [
        await EnrichLeads.model_validate(given).prepare(context)
        for given in ({"leads": [ASTRID]}, {"leads": [NO_PHONE]}, {"leads": [ASTRID], "phone": True})
    ]
    facts = [ready.plan.facts for ready in readies if ready.plan]
    assert len(facts) == 3
    assert all(facts.count(one) == 1 for one in facts)


async def test_what_was_found_is_told_lead_by_lead_with_what_it_cost(context: Context) -> None:
    told = await EnrichLeads(leads=[ASTRID, NO_EMAIL]).run(context)
    assert render(told) == (
        f"1 of 2 leads revealed, 1 missed (completed-with-errors) · request {told.request}\n"
        f"Astrid Bjerre [{ASTRID}] · Founder · astrid.bjerre@alderloom.example.com (valid)\n"
        f"Nothing found, nothing paid: {NO_EMAIL}\n"
        "Credits: 1 spent, 150 before, 149 left\n"
        'Into a sequence: import_prospects(sequence="…", rows=[{"Email": "…", "First Name": "…", "Last Name": "…"}])'
    )


async def test_phones_cost_more_and_a_lead_may_have_only_one_of_both(context: Context) -> None:
    told = await EnrichLeads(leads=[ASTRID, NO_EMAIL, NO_PHONE], phone=True).run(context)
    text = render(told)
    assert "no email · +12055550104" in text
    assert "michal.baran@duneloom.example.com (valid)\n" in text
    assert (told.spent, told.credits_before, told.credits_left) == (15, 150, 135)


async def test_nothing_but_misses_costs_nothing(context: Context) -> None:
    told = await EnrichLeads(leads=[NO_EMAIL, "77"]).run(context)
    assert (told.contacts, told.missed, told.spent, told.credits_left) == ([], 2, 0, 150)
    text = render(told)
    assert "0 of 2 leads revealed, 2 missed (failed)" in text
    assert "Nothing found, nothing paid: 90405, 77" in text
    assert "import_prospects" not in text


async def test_a_profile_address_is_as_good_as_an_id_and_each_lead_counts_once(context: Context) -> None:
    profile = "linkedin.example.com/in/astrid-bjerre-90403"
    assert "of 2 leads would" in await plan_of(context, leads=[profile, f"https://{profile}", NO_PHONE, NO_PHONE])
    told = await EnrichLeads(leads=[f" {profile} ", "linkedin.example.com/in/nobody"]).run(context)
    assert told.contacts is not None
    assert [it.id for it in told.contacts] == [ASTRID]
    assert told.missed_leads == ["https://linkedin.example.com/in/nobody"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "leads: nobody is named"),
        ({"leads": []}, "leads: nobody is named"),
        ({"leads": [ASTRID, "Astrid"]}, 'leads[1]: "Astrid" is neither a lead id nor a LinkedIn URL'),
        ({"leads": [str(number) for number in range(101)]}, "leads: 101 are named, at most 100 go in a call"),
        ({"request": "abc", "leads": [ASTRID]}, "request: an earlier request is read as it was made"),
        ({"request": "abc", "phone": True}, "request: an earlier request is read as it was made"),
    ],
)
async def test_what_is_no_lead_is_refused_before_any_call(
    box: Sandbox, context: Context, given: dict[str, Any], words: str
) -> None:
    assert (await refused(context, **given)).startswith(words)
    assert box.state()["requests"] == {}


@pytest.mark.parametrize(
    ("left", "phone", "words"),
    [
        (2, False, "leads: revealing 3 costs up to 3 credits, and 2 are left. Name at most 2."),
        (14.5, True, "costs up to 21 credits, and 14.5 are left. Name at most 2, or leave phone out."),
        (5, True, "costs up to 21 credits, and 5 are left. Buy credits in Saleshandy, or leave phone out."),
        (0, False, "costs up to 3 credits, and 0 are left. Buy credits in Saleshandy."),
        (-3, False, "costs up to 3 credits, and -3 are left. Buy credits in Saleshandy."),
    ],
)
async def test_too_few_credits_are_told_before_anybody_is_asked(
    box: Sandbox, context: Context, left: float, words: str, *, phone: bool
) -> None:
    balance(box, left)
    assert words in await refused(context, leads=["1", "2", "3"], phone=phone)
    assert posts(box, REVEAL) == 0


async def test_credits_that_are_not_told_are_not_guessed(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, "GET /credits", says(200, {"payload": {}}))) as context:
        assert "how many are left is not known" in await plan_of(context, leads=[ASTRID])
        told = await EnrichLeads(leads=[ASTRID]).run(context)
    assert "Credits: 1 spent\n" in render(told)


async def test_credits_that_run_out_meanwhile_are_a_refusal(box: Sandbox, context: Context) -> None:
    ready = await EnrichLeads(leads=[ASTRID, NO_PHONE]).prepare(context)
    balance(box, 1)
    with pytest.raises(Rejected, match="Not enough credits"):
        await ready.execute()


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ({"perMinute": {"limit": 30, "remaining": 0}}, "allows this minute are used up. Try again later."),
        ({"perHour": {"remaining": 3}, "perDay": {"remaining": 0}}, "allows this day are used up"),
    ],
)
async def test_a_used_up_limit_is_told_before_anybody_is_asked(
    box: Sandbox, windows: dict[str, Any], words: str
) -> None:
    async with context_over(box, app=faulty(box, LIMITS, says(200, {"payload": windows}))) as context:
        assert words in await refused(context, leads=[ASTRID])


async def test_a_used_up_limit_says_when_it_ends(box: Sandbox) -> None:
    soon = int(box.clock.now().timestamp()) + 40
    windows = {"payload": {"perMinute": {"remaining": 0, "resetAt": soon}}}
    async with context_over(box, app=faulty(box, LIMITS, says(200, windows))) as context:
        assert (await refused(context, leads=[ASTRID])).endswith("Try again in 40 s.")


async def test_an_answer_lost_after_spending_is_not_asked_for_again(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, REVEAL, lost)) as context:
        with pytest.raises(Interrupted) as error:
            await EnrichLeads(leads=[ASTRID]).run(context)
    assert posts(box, REVEAL) == 1
    assert "(there were 150) mean that it ran: run_read_operation(operation=" in str(error.value)


async def test_an_answer_without_an_id_is_not_asked_for_again(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, REVEAL, says(200, {"payload": {}}, passed_on=True))) as context:
        with pytest.raises(Unreadable, match="Fewer credits in a minute"):
            await EnrichLeads(leads=[ASTRID]).run(context)
    assert posts(box, REVEAL) == 1


async def test_a_job_that_takes_long_is_asked_for_again_by_its_id(box: Sandbox) -> None:
    running = {"payload": {"requestId": "x", "status": "in-progress", "totalRecords": 1, "processed": 0}}
    async with context_over(box, app=faulty(box, STATUS, says(200, running), times=7)) as context:
        started = await EnrichLeads(leads=[ASTRID]).run(context)
        assert (started.contacts, started.missed_leads, started.spent) == (None, [], None)
        text = render(started)
        assert text.startswith(f"Request {started.request} of 1 lead: in-progress, 0 looked up. There is no result")
        assert f"free: {started.next}" in text
        again = EnrichLeads(request=started.request)
        assert again.consequence is Effect.READ
        assert (await again.prepare(context)).plan is None
        told = await again.run(context)
    assert told.contacts is not None
    assert told.contacts[0].emails[0].email == "astrid.bjerre@alderloom.example.com"
    assert (posts(box, REVEAL), told.missed, told.credits_before, told.credits_left) == (1, 0, None, 149)


async def test_reading_a_result_again_costs_nothing(context: Context, box: Sandbox) -> None:
    started = await EnrichLeads(leads=[ASTRID]).run(context)
    assert (await EnrichLeads(request=started.request).run(context)).contacts == started.contacts
    assert posts(box, REVEAL) == 1


@pytest.mark.parametrize("call", [STATUS, RESULT])
async def test_a_look_that_fails_does_not_lose_what_was_paid_for(box: Sandbox, call: str) -> None:
    async with context_over(box, app=faulty(box, call, says(404, {"code": 40000, "message": "no"}))) as context:
        told = await EnrichLeads(leads=[ASTRID]).run(context)
        assert told.contacts is None
        assert "Ask again in some seconds, free" in render(told)
    async with context_over(box) as context:
        assert (await EnrichLeads(request=told.request).run(context)).missed == 0


async def test_a_request_nobody_knows_is_refused(context: Context) -> None:
    with pytest.raises(Rejected, match="not found"):
        await EnrichLeads(request="f" * 24).run(context)


async def test_rows_that_do_not_say_whom_they_are_about_leave_the_misses_unnamed(box: Sandbox) -> None:
    rows = [{"first_name": "Jo", "email": "jo@harbour.example.com", "mobile": 4912345}, {"first_name": "Miss"}]
    answer = says(200, {"payload": {"results": rows}})
    async with context_over(box, app=faulty(box, RESULT, answer)) as context:
        told = await EnrichLeads(leads=[ASTRID, NO_PHONE, NO_EMAIL]).run(context)
    assert (told.missed, told.missed_leads) == (2, [])
    assert "\nJo · jo@harbour.example.com · 4912345\n" in render(told)


def test_an_unknown_number_of_leads_is_not_told() -> None:
    view = Enrichment(request="r1", status="not known", next="…")
    assert render(view).startswith("Request r1: not known. There is no result to read yet.")
    assert "revealed (completed)" in render(view.model_copy(update={"contacts": [], "status": "completed"}))
