"""``audit_deliverability``: what matters most of the account's own domains, from DNS and from what the API tells."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.dns import Dns, DnsSilent, Question, no_dns
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.deliverability.audit_deliverability import AuditDeliverability
from saleshandy_mcp.sandbox import Sandbox
from tests.features.crowd import RUNNING, outside, row
from tests.features.deliverability.audited import MOVED, Listening, add_sender, audited, text_of
from tests.features.texts import cost
from tests.kit import context_over, faulty, new_box, says

SENTENCES = [
    "Are my domains in order: SPF, DKIM and DMARC?",
    "Do my mails land in spam, and why?",
    "Check the deliverability of our senders.",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "audit_deliverability": {},
    "audit_deliverability_domain": {"domain": "lanternworks-mail.example.com", "all_findings": True},
}

TWO_RECORDS = "lanternworks-mail.example.com"


async def test_the_three_worst_come_with_value_limit_and_source_in_few_tokens(context: Context) -> None:
    found = await AuditDeliverability().run(context)
    worst = found.findings[:3]
    assert {it.level for it in worst} == {"lost"}
    assert all(it.link.startswith("https://") for it in worst)
    said = text_of(found)
    assert f"SPF, {TWO_RECORDS} (mail or replies lost): 2 SPF records, exactly 1 is allowed" in said
    assert (
        f"SPF, {MOVED} (mail or replies lost): mailboxes at Microsoft, but no include:spf.protection.outlook.com"
        in said
    )
    assert "Nothing wrong in DNS: lanternworks.example.com" in said
    assert "audit_deliverability(all_findings=true)" in said
    assert cost(said) <= 500


async def test_all_of_them_are_told_on_request_with_records_and_numbers(context: Context) -> None:
    found = await AuditDeliverability(domain=TWO_RECORDS, all_findings=True).run(context)
    said = text_of(found)
    assert all(it.what in said for it in found.findings)
    assert "SPF ⟦v=spf1 ip4:192.0.2.25 ~all⟧ ⟦v=spf1 include:_spf.google.com ~all⟧ · DMARC none" in said
    assert "bo@lanternworks-mail.example.com: 6 a day, 20 sent, 5 % bounced, 3 answered (15.0 %), health 52" in said
    assert found.next is None
    assert "The other" not in said


async def test_only_the_accounts_own_domains_are_asked_for_and_what_their_records_name(box: Sandbox) -> None:
    dns = Listening(box)
    await audited(box, Dns(dns.ask))
    own = {it["fromEmail"].partition("@")[2] for it in box.world.email_accounts.values()}
    outside = {name for name in dns.asked if not any(name == it or name.endswith(f".{it}") for it in own)}
    above = {"_dmarc.example.com"}
    assert outside == above | {
        *("_spf.google.com", "smtp.google.com"),
        *("getlanternworks.mail.protection.outlook.com", "spf.protection.outlook.com"),
        "lanternworks-team.mail.protection.outlook.com",
    }


async def test_another_domain_is_refused_before_anything_is_asked_for(box: Sandbox) -> None:
    dns = Listening(box)
    with pytest.raises(Mistake, match=r'domain: nothing is called "secret.attacker.example"'):
        await audited(box, Dns(dns.ask), domain="secret.attacker.example")
    assert dns.asked == []


@pytest.mark.parametrize("selector", ["a.attacker.example", "S1", "a_b", "", "a" * 64, "ä"])
def test_a_selector_is_one_label_of_small_letters(selector: str) -> None:
    with pytest.raises(ValidationError):
        AuditDeliverability(domain=MOVED, selector=selector)


async def test_a_selector_goes_with_its_domain_and_is_then_looked_at_alone(box: Sandbox) -> None:
    with pytest.raises(Mistake, match="selector: it belongs to one domain"):
        await audited(box, selector="s9")
    dns = Listening(box)
    found = await audited(box, Dns(dns.ask), domain=MOVED, selector="s9")
    assert [name for name in dns.asked if "_domainkey" in name] == [f"s9._domainkey.{MOVED}"]
    assert any(
        it.area == "DKIM" and it.level == "lost" and "no key at s9._domainkey" in it.what for it in found.findings
    )


async def test_without_dns_the_rest_is_told_all_the_same(box: Sandbox) -> None:
    found = await audited(box, no_dns("DNS did not answer (NoNameservers)"))
    assert found.domains == found.in_order == []
    assert {it.area for it in found.findings} == {"domain", "sender", "sequence"}
    assert "Note: DNS was not looked at: DNS did not answer (NoNameservers)" in text_of(found)


async def test_a_name_without_an_answer_is_told_and_nothing_is_made_up_of_it(box: Sandbox) -> None:
    async def ask(question: Question) -> Sequence[str]:
        if question.name.startswith("_dmarc."):
            raise DnsSilent("DNS did not answer (LifetimeTimeout)")
        return await box.dns(question)

    found = await audited(box, Dns(ask))
    assert [it for it in found.findings if it.area == "DMARC"] == []
    assert found.in_order == []
    assert "without an answer (⟦_dmarc." in text_of(found)


async def test_lists_are_asked_only_where_the_operator_named_them(box: Sandbox) -> None:
    dns = Listening(box)
    await audited(box, Dns(dns.ask))
    assert not any(name.endswith("dbl.example.org") for name in dns.asked)
    await audited(box, Dns(dns.ask, ("dbl.example.org",)), domain=MOVED)
    assert [name for name in dns.asked if name.endswith("dbl.example.org")] == [f"{MOVED}.dbl.example.org"]


async def test_where_anybody_can_have_a_mailbox_dns_is_not_asked(box: Sandbox) -> None:
    add_sender(box, "lanternworks@gmail.com")
    dns = Listening(box)
    found = await audited(box, Dns(dns.ask), domain="gmail.com")
    assert dns.asked == []
    assert any(it.where == ["gmail.com"] and "anybody can have a mailbox" in it.what for it in found.findings)


async def test_an_international_domain_is_asked_for_as_dns_has_it(box: Sandbox) -> None:
    add_sender(box, "ada@bücher.example")
    dns = Listening(box)
    await audited(box, Dns(dns.ask), domain="xn--bcher-kva.example")
    assert "xn--bcher-kva.example" in dns.asked


async def test_limits_of_mailboxes_are_held_to_those_of_their_provider(box: Sandbox) -> None:
    for outbox in box.world.outboxes.values():
        outbox["limit"] = 160
    found = await audited(box, domain="trylanternworks.example.com")
    (told,) = (it for it in found.findings if "mails a day" in it.what)
    assert told.what == "limit of 160 mails a day, 150 at most for such a mailbox"
    assert "docs.saleshandy.com" in told.link


async def test_copy_that_is_being_mailed_is_looked_at_and_what_rests_is_not(box: Sandbox) -> None:
    for variant in box.world.variants.values():
        variant["payload"] = {**variant["payload"], "content": "<p>Hello [Your Name]</p>"}
    found = await audited(box)
    (told,) = (it for it in found.findings if "[Your Name]" in it.what)
    active = {it["title"] for it in box.world.sequences.values() if it["active"]}
    assert ({place.partition(", step")[0] for place in told.where}, told.level) == (active, "filtered")


async def test_people_who_wait_longer_than_two_weeks_for_the_quota_are_told(box: Sandbox) -> None:
    for outbox in box.world.outboxes.values():
        outbox["limit"] = 1
    id_ = next(row["id"] for row in box.world.sequences.values() if row["title"] == RUNNING)
    for email in outside(box, RUNNING, 100):
        box.world.enter(box.world.steps_of(id_)[0]["id"], row(box, email)["id"])
    found = await audited(box)
    (told,) = (it for it in found.findings if "at the quota of its senders" in it.what)
    assert told.where == [RUNNING]
    assert re.search(r"the last gets a first mail in \d\d days; 14 is meant", told.what)


async def test_a_sender_without_one_answer_to_hundreds_of_mails_is_told(box: Sandbox) -> None:
    totals = {"Email Address": "ada@lanternworks.example.com", "Total Sent": "400", "Replies": "0", "Setup Score": "55"}
    answer = {"payload": {"EmailAccountId": "x", "Email Analytics": [totals]}}
    async with context_over(box, app=faulty(box, "POST /analytics/emailaccount/stats", says(200, answer))) as context:
        found = await AuditDeliverability(domain="lanternworks.example.com").run(context)
    told = {it.what: it.level for it in found.findings}
    assert told["no answer to 400 mails: from 300 on, fewer than 1 in 100 is almost certain"] == "filtered"
    assert told["setup score 55 of 100, 80 is asked for"] == "filtered"
    assert "the API told no setup score" not in text_of(found)


@pytest.mark.parametrize("call", ["GET /domain", "POST /analytics/emailaccount/stats", "GET /sequences"])
async def test_a_call_that_fails_takes_only_its_own_part_away(box: Sandbox, call: str) -> None:
    async with context_over(box, app=faulty(box, call, says(500, {}))) as context:
        found = await AuditDeliverability().run(context)
    assert any(it.area == "SPF" for it in found.findings)
    assert found.notes


async def test_many_senders_keep_to_twenty_calls_a_minute_of_a_kind_and_say_what_is_left() -> None:
    box = new_box(limits=True)
    for number in range(60):
        add_sender(box, f"x{number}@d{number}.example.com")
    found = await audited(box)
    assert max(box.state()["requests"].values()) <= 20
    assert any("domains not looked up" in it for it in found.notes)
    assert any("bounces of 51 senders were not read" in it for it in found.notes)
    assert cost(text_of(found)) <= 500


async def test_without_a_sender_there_is_nothing_to_audit(box: Sandbox) -> None:
    box.world.email_accounts.clear()
    with pytest.raises(Mistake, match="there is no email account yet"):
        await audited(box)
