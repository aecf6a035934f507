"""Looking up what became of a batch: what is proven of each row, and with how few calls."""

import pytest

from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.records import Target
from saleshandy_mcp.import_engine.run.reconcile import ONE_BY_ONE, SAMPLE, SEARCH_PAGES, Finding, Reconciler
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import TITLE, carried_out, people, people_at, planned, target
from tests.kit import posts

PRESENT, ABSENT, UNCLEAR = Finding.PRESENT, Finding.ABSENT, Finding.UNCLEAR
LISTED, PLACES = "GET /prospects", "GET /prospects/{contactId}/minimal/sequences"


async def newest(context: Context) -> str:
    """When the newest person was stored."""
    page = await context.api.send(ListProspects(page_size=10))
    return max(it.created_at or "" for it in page.items)


async def stored(box: Sandbox, ledger: Ledger, emails: list[str], where: Target, job: str = "imp_1") -> None:
    box.clock.advance(60)
    planned(ledger, where, emails, job)
    await carried_out(box, ledger, job)


async def findings(context: Context, where: Target, since: str, emails: list[str]) -> list[Finding]:
    found = await Reconciler(context, where, since).batch(dict(enumerate(emails, start=2)))
    assert list(found) == list(range(2, len(emails) + 2))
    return list(found.values())


async def test_who_came_with_the_job_is_found_page_by_page_and_not_one_by_one(
    box: Sandbox, context: Context, ledger: Ledger
) -> None:
    since, where = await newest(context), target(box)
    await stored(box, ledger, people(450), where)
    listed, places = posts(box, LISTED), posts(box, PLACES)
    assert await findings(context, where, since, people(450)) == [PRESENT] * 450
    assert (posts(box, LISTED) - listed, posts(box, PLACES) - places) == (SAMPLE + 5, SAMPLE)


async def test_the_walk_through_the_newest_ends_when_everybody_is_found(
    box: Sandbox, context: Context, ledger: Ledger
) -> None:
    since, where = await newest(context), target(box)
    await stored(box, ledger, people(250, "before.example.com"), where, "imp_1")
    await stored(box, ledger, people(60), where, "imp_2")
    listed = posts(box, LISTED)
    assert await findings(context, where, since, people(60)) == [PRESENT] * 60
    assert posts(box, LISTED) - listed == SAMPLE + 1


async def test_a_batch_of_which_the_sample_is_missing_is_missing(box: Sandbox, context: Context) -> None:
    listed = posts(box, LISTED)
    assert await findings(context, target(box), await newest(context), people(300)) == [ABSENT] * 300
    assert posts(box, LISTED) - listed == SAMPLE + 1  # one of them is ours, for the newest


async def test_the_sample_comes_from_all_over_the_batch(box: Sandbox, context: Context, ledger: Ledger) -> None:
    """One person in ten proves that the batch was carried out, wherever the person stands in it."""
    where = target(box)
    for job, place in (("imp_1", 0), ("imp_2", 45), ("imp_3", 90)):
        since = await newest(context)
        emails = people(100, f"{job}.example.com")
        box.clock.advance(60)
        await stored(box, ledger, [emails[place]], where, job)
        found = await findings(context, where, since, emails)
        assert (found[place] is PRESENT) == (place % 10 == 0)
        assert (found == [ABSENT] * 100) == (place % 10 != 0)


async def test_who_was_stored_at_the_very_moment_is_not_taken_for_new(
    box: Sandbox, context: Context, ledger: Ledger
) -> None:
    where = target(box)
    await stored(box, ledger, people(30), where)
    since = await newest(context)
    assert await findings(context, where, since, people(30)) == [UNCLEAR] * 30


async def test_of_people_who_were_there_before_only_some_are_looked_up_and_the_rest_is_unclear(
    box: Sandbox, context: Context, ledger: Ledger
) -> None:
    where = target(box)
    await stored(box, ledger, people(120), where)
    since = await newest(context)
    listed = posts(box, LISTED)
    assert await findings(context, where, since, people(120)) == [UNCLEAR] * 120
    assert posts(box, LISTED) - listed == SAMPLE + ONE_BY_ONE


async def test_new_people_old_ones_and_missing_ones_of_a_batch_are_told_apart(
    box: Sandbox, context: Context, ledger: Ledger
) -> None:
    where = target(box)
    old = people_at(box, TITLE, 1)[:15]
    since = await newest(context)
    await stored(box, ledger, people(15), where)
    missing = people(15, "missing.example.com")
    found = await findings(context, where, since, [*people(15), *old, *missing])
    assert found == [PRESENT] * 15 + [UNCLEAR] * 15 + [ABSENT] * 15


@pytest.mark.parametrize("account_wide", [False, True])
async def test_a_person_who_is_stored_and_not_in_the_sequence_was_not_put_into_it(
    box: Sandbox, context: Context, ledger: Ledger, *, account_wide: bool
) -> None:
    since = await newest(context)
    await stored(box, ledger, people(3), target(box, account_wide=True))
    where = target(box, account_wide=account_wide)
    assert await findings(context, where, since, people(3)) == [PRESENT if account_wide else ABSENT] * 3


async def test_a_sequence_that_was_renamed_is_known_by_its_id(box: Sandbox, context: Context, ledger: Ledger) -> None:
    since, where = await newest(context), target(box)
    await stored(box, ledger, people(3), where)
    box.world.sequences[where.sequence_id]["title"] = "Renamed"
    assert await findings(context, where, since, people(3)) == [PRESENT] * 3


async def test_an_empty_batch_proves_nothing_and_takes_no_call(box: Sandbox, context: Context) -> None:
    before = posts(box, LISTED)
    assert await Reconciler(context, target(box), "").batch({}) == {}
    assert posts(box, LISTED) == before


async def test_the_walk_through_the_newest_ends_at_people_who_were_there_before(
    box: Sandbox, context: Context, ledger: Ledger
) -> None:
    since, where = await newest(context), target(box)
    await stored(box, ledger, people(60), where)
    listed = posts(box, LISTED)
    found = await findings(context, where, since, [*people(60), "missing@n.example.com"])
    assert found == [PRESENT] * 60 + [ABSENT]
    assert posts(box, LISTED) - listed == 9 + 1 + 1  # a sample of 61 rows, one page, the missing one


async def test_on_the_page_of_the_newest_too_who_was_stored_at_the_very_moment_is_not_new(
    box: Sandbox, context: Context, ledger: Ledger
) -> None:
    where, before = target(box), people(12, "before.example.com")
    await stored(box, ledger, before, where, "imp_1")
    since = await newest(context)
    await stored(box, ledger, people(12), where, "imp_2")
    assert await findings(context, where, since, [*people(12), *before]) == [PRESENT] * 12 + [UNCLEAR] * 12


@pytest.mark.parametrize("others", [14, 250])
async def test_somebody_is_found_behind_others_whose_addresses_contain_theirs(
    box: Sandbox, context: Context, ledger: Ledger, others: int
) -> None:
    since, where = await newest(context), target(box)
    await stored(box, ledger, ["lee@firm.example.com"], where, "imp_1")
    await stored(box, ledger, [f"a{number}.lee@firm.example.com" for number in range(others)], where, "imp_2")
    assert await findings(context, where, since, ["lee@firm.example.com"]) == [PRESENT]


async def test_a_search_that_finds_more_than_can_be_read_proves_nothing(
    box: Sandbox, context: Context, ledger: Ledger
) -> None:
    since, where = await newest(context), target(box)
    await stored(box, ledger, [f"a{number}.lee@firm.example.com" for number in range(SEARCH_PAGES * 100 + 1)], where)
    assert await findings(context, where, since, ["lee@firm.example.com"]) == [UNCLEAR]
