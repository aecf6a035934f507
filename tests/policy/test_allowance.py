"""What the rules let through: pure judgements, and counts that all processes share."""

import subprocess
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.uses import SequenceSeen, Uses
from saleshandy_mcp.policy.allowance import Allowance
from saleshandy_mcp.policy.rules import RuleRefused, Rules
from saleshandy_mcp.store.state import State, StateTrouble
from tests.policy.kit import Clock

SEEN = {
    "s1": SequenceSeen("Old customers", 12),
    "s2": SequenceSeen("Big list", 900),
    "s3": SequenceSeen("Nobody counts it"),
}
NO_API = cast("Api", None)
"""Judging asks nothing but the look."""


async def look(api: Api, counted: Collection[str]) -> dict[str, SequenceSeen]:
    del api, counted
    return SEEN


def allowance(place: Path, clock: Clock, account: str = "a", **rules: Any) -> Allowance:
    return Allowance(Rules.model_validate(rules), State(lambda: place), account, look, clock)


def named(name: str, value: Any) -> dict[str, Any]:
    return {name: value}


async def take(one: Allowance, *, reaches: bool = True, **uses: Any) -> list[int]:
    return await one.take(Uses(**uses), NO_API, reaches=reaches)


async def refused(one: Allowance, *, reaches: bool = True, **uses: Any) -> str:
    with pytest.raises(RuleRefused) as refusal:
        await take(one, reaches=reaches, **uses)
    return f"{refusal.value.rule}: {refusal.value.wrong}"


COUNTED: dict[str, tuple[dict[str, Any], int]] = {
    "new_recipients_a_day": ({"people": 6}, 24 * 3600),
    "replies_an_hour": ({"mails": 6}, 3600),
    "credits_a_day": ({"credits": 6}, 24 * 3600),
}


@pytest.mark.parametrize("rule", COUNTED)
async def test_a_count_is_kept_until_its_window_is_over(place: Path, clock: Clock, rule: str) -> None:
    uses, window = COUNTED[rule]
    one = allowance(place, clock, **named(rule, 10))
    await take(one, **uses)
    said = await refused(one, **uses)
    assert f"{rule}: the operator's rule {rule} = 10 forbids it: 6 were counted" in said
    assert "this would be 6 more" in said
    clock.now += window - 1
    await refused(one, **uses)
    clock.now += 1
    await take(one, **uses)


@pytest.mark.parametrize("rule", COUNTED)
async def test_exactly_as_much_as_is_allowed_goes_through(place: Path, clock: Clock, rule: str) -> None:
    uses, _ = COUNTED[rule]
    await take(allowance(place, clock, **named(rule, 6)), **uses)
    await refused(allowance(place, clock, **named(rule, 6)), **uses)
    await refused(allowance(place, clock, "other", **named(rule, 0)), **uses)


async def test_tenths_of_credits_add_up(place: Path, clock: Clock) -> None:
    one = allowance(place, clock, credits_a_day=1)
    for _ in range(10):
        await take(one, credits=0.1)
    await refused(one, credits=0.1)


async def test_accounts_are_counted_apart_and_processes_together(place: Path, clock: Clock) -> None:
    await take(allowance(place, clock, "a", replies_an_hour=1), mails=1)
    await refused(allowance(place, clock, "a", replies_an_hour=1), mails=1)
    await take(allowance(place, clock, "b", replies_an_hour=1), mails=1)


_PROCESS = """
import sys
from pathlib import Path
import anyio
from saleshandy_mcp.core.uses import Uses
from saleshandy_mcp.policy.allowance import Allowance
from saleshandy_mcp.policy.rules import RuleRefused, Rules
from saleshandy_mcp.store.state import State

async def main():
    one, passed = Allowance(Rules(replies_an_hour=30), State(lambda: Path(sys.argv[1])), "a", None), 0
    for _ in range(40):
        try:
            await one.take(Uses(mails=1), None, reaches=True)
            passed += 1
        except RuleRefused:
            pass
    print(passed)

anyio.run(main)
"""


def test_two_processes_at_once_get_no_more_than_the_rule_together(place: Path) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", _PROCESS, str(place)], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own words
        for _ in range(2)
    ]
    assert sum(int(it.communicate()[0]) for it in both) == 30


async def test_what_was_not_carried_out_is_given_back(place: Path, clock: Clock) -> None:
    one = allowance(place, clock, replies_an_hour=1, new_recipients_a_day=1)
    one.give_back(await take(one, mails=1, people=1))
    await take(one, mails=1, people=1)


async def test_a_look_ahead_counts_nothing(place: Path, clock: Clock) -> None:
    one = allowance(place, clock, replies_an_hour=1)
    for _ in range(3):
        await one.foresee(Uses(mails=1), NO_API, reaches=True)
    with pytest.raises(RuleRefused):
        await one.foresee(Uses(mails=2), NO_API, reaches=True)


async def test_nothing_is_counted_of_a_request_that_one_of_several_rules_forbids(place: Path, clock: Clock) -> None:
    one = allowance(place, clock, new_recipients_a_day=5, replies_an_hour=0)
    await refused(one, people=5, mails=1)
    await take(one, people=5)


async def test_without_a_file_to_count_in_nothing_goes_through(tmp_path: Path, clock: Clock) -> None:
    tmp_path.joinpath("no folder").write_text("")
    with pytest.raises(StateTrouble):
        await take(allowance(tmp_path / "no folder" / "state.sqlite3", clock, replies_an_hour=5), mails=1)


UNKNOWN: dict[str, dict[str, Any]] = {"new_recipients_a_day": {"people": None}, "credits_a_day": {"credits": None}}


@pytest.mark.parametrize("rule", UNKNOWN)
async def test_what_cannot_be_counted_is_refused_and_said_so(place: Path, clock: Clock, rule: str) -> None:
    assert "cannot be judged here, for it is not known how many" in await refused(
        allowance(place, clock, **named(rule, 1_000_000)), **UNKNOWN[rule]
    )
    await take(allowance(place, clock), **UNKNOWN[rule])


async def test_people_whom_a_subsequence_may_take_up_count_where_the_call_may_mail(place: Path, clock: Clock) -> None:
    one = allowance(place, clock, new_recipients_a_day=5)
    await take(one, reaches=False, taken_up=50)
    await refused(one, taken_up=6)
    await take(one, taken_up=5)


PLACES: dict[str, tuple[str, list[str], list[str]]] = {
    "webhook_hosts": (
        "webhooks",
        [
            "https://hooks.example.com/in?x=1",
            "http://hooks.example.com:8080",
            "https://HOOKS.example.com#a",
            "https://hooks.example.com/@me",
        ],
        [
            "https://evil.example/hooks.example.com",
            "https://hooks.example.com.evil.example/",
            "https://hooks.example.com@evil.example/",
            "https://evil.example\\@hooks.example.com/",
            "https://evil.example/?@hooks.example.com",
            "https://hooks.example.com?@evil.example/",
            "https://hooks.example.com#@evil.example/",
            "https://hooks.example.com:80@evil.example/",
            "https://hooks.example.com:\uff18\uff10/",
            "https://hooks.example.com./",
            "https://hooks.example.com\t.evil.example/",
            "https://hooks.example.com\u3002evil.example/",
            "https://[::1]/",
            "//hooks.example.com",
            "",
        ],
    ),
    "mailbox_hosts": (
        "mail_servers",
        ["hooks.example.com", "Hooks.Example.com"],
        ["evil.example", "hooks.example.com.evil.example", "hooks.example.com\n", "x hooks.example.com", ""],
    ),
    "copy_domains": (
        "copies",
        ["ann@hooks.example.com", "Ann@HOOKS.example.com", " ann@hooks.example.com "],
        [
            "thief@evil.example",
            "thief@sub.hooks.example.com",
            "thief@evil.example,ann@hooks.example.com",
            "thief@evil.example ann@hooks.example.com",
            "<thief@evil.example>ann@hooks.example.com",
            '"thief@evil.example"@hooks.example.com',
            "thief@evil.example;@hooks.example.com",
            "hooks.example.com",
            "",
        ],
    ),
}


@pytest.mark.parametrize("rule", PLACES)
async def test_only_places_that_are_named_are_allowed(place: Path, clock: Clock, rule: str) -> None:
    name, good, bad = PLACES[rule]
    one = allowance(place, clock, **named(rule, ["hooks.example.com"]))
    for it in good:
        await take(one, **named(name, ("hooks.example.com" if rule == "mailbox_hosts" else good[0], it)))
    for it in bad:
        assert await refused(one, **named(name, (good[0], it)))
    await refused(allowance(place, clock, **named(rule, [])), **named(name, (good[0],)))
    await take(allowance(place, clock), **named(name, tuple(bad)))


@pytest.mark.parametrize(
    ("hours", "quiet", "loud"),
    [
        (["20:00-07:00"], ["20:00", "23:59", "00:00", "06:59"], ["07:00", "19:59"]),
        (["12:00-13:00", "22:00-24:00"], ["12:30", "23:59"], ["13:00", "21:59", "00:00"]),
        (["00:00-24:00"], ["00:00", "12:00"], []),
    ],
)
async def test_in_quiet_hours_nothing_reaches_people(
    place: Path, clock: Clock, hours: list[str], quiet: list[str], loud: list[str]
) -> None:
    one = allowance(place, clock, quiet_hours=hours, time_zone="Europe/Berlin")

    def at(time: str) -> None:
        clock.now = datetime.fromisoformat(f"2026-07-01T{time}+02:00").astimezone(UTC).timestamp()

    for time in quiet:
        at(time)
        assert f"it is {time} in Europe/Berlin" in await refused(one)
        await take(one, reaches=False, credits=3)
        with pytest.raises(RuleRefused, match="quiet_hours"):  # before a person is asked for a yes that would not help
            await one.foresee(Uses(), NO_API, reaches=True)
    for time in loud:
        at(time)
        await take(one)
        await one.foresee(Uses(), NO_API, reaches=True)


async def test_a_sequence_that_may_never_start_does_not_by_any_of_its_names(place: Path, clock: Clock) -> None:
    for name in ("Old customers", "  old   CUSTOMERS ", "s1"):
        one = allowance(place, clock, never_start=[name])
        assert 'it names "Old customers"' in await refused(one, starts=("s1",))
        assert 'it names "Old customers"' in await refused(one, starts=("s2", "s1"))
        await take(one, starts=("s2",))


async def test_a_name_that_no_sequence_has_any_more_lets_nothing_start(place: Path, clock: Clock) -> None:
    said = await refused(allowance(place, clock, never_start=["Renamed since"]), starts=("s2",))
    assert 'which sequence "Renamed since" is now' in said


async def test_a_start_is_limited_by_the_people_in_the_sequence(place: Path, clock: Clock) -> None:
    one = allowance(place, clock, recipients_per_start=12)
    await take(one, starts=("s1",))
    assert '900 people are in "Big list"' in await refused(one, starts=("s1", "s2"))
    assert 'not known how many people are in "Nobody counts it"' in await refused(one, starts=("s3",))


@pytest.mark.parametrize("rule", [{"recipients_per_start": 12}, {"never_start": ["Old customers"]}])
async def test_a_sequence_that_is_in_no_list_is_not_started(place: Path, clock: Clock, rule: dict[str, Any]) -> None:
    assert "it is not known which sequence" in await refused(allowance(place, clock, **rule), starts=("subsequence1",))
