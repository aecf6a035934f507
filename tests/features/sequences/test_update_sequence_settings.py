"""``update_sequence_settings``: settings, copies, priority and schedule, and when a person is asked first."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Broken, Mistake, Rejected
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.sequences.update_sequence_settings import ChangedSettings, UpdateSequenceSettings
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.questions import bound, through_the_gate, words
from tests.kit import context_over, faulty, line_of, lost, posts, says

SENTENCES = [
    "Turn off open tracking for Q3 launch",
    "Send only Monday to Thursday between 9 and 12 Berlin time",
    "Add an unsubscribe link to the sequence",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "update_sequence_settings": {
        "sequence": "SaaS founders",
        "off": ["track_opens"],
        "schedule": "Tue-Thu 9-16 Europe/Berlin",
    },
    "update_sequence_settings_preview": {
        "sequence": "Q3 launch",
        "unsubscribe": "link",
        "bcc": ["crm@lanternworks.example.com"],
    },
}

SETTINGS = "PATCH /sequences/{sequenceId}/settings"
PRIORITY = "PATCH /sequences/{sequenceId}/priority-distribution"
SCHEDULE = "POST /schedules"
PAUSED, ACTIVE = "SaaS founders", "Q3 launch"
LOG = "log@lanternworks.example.com"
BERLIN = "Tue-Thu 8:30-12:00, 14:00-16:00 Europe/Berlin"


def change(sequence: Any = PAUSED, **given: Any) -> UpdateSequenceSettings:
    return UpdateSequenceSettings.model_validate({"sequence": sequence, **given})


async def question_of(context: Context, action: UpdateSequenceSettings) -> Question | None:
    return (await action.prepare(context)).question


async def refused(context: Context, **given: Any) -> str:
    with pytest.raises(Mistake) as refusal:
        await change(**given).prepare(context)
    return refusal.value.words(NextCall.for_model)


def stored(box: Sandbox, title: str = PAUSED) -> dict[str, Any]:
    return box.world.sequences[line_of(box, title)["id"]]


def schedule_of(box: Sandbox, title: str = PAUSED) -> dict[str, Any]:
    return box.world.schedules[stored(box, title)["scheduleId"]]


def told(view: ChangedSettings) -> list[str]:
    return [f"{it.name}: {it.before} → {it.after}" for it in view.changed]


async def test_what_is_given_changes_and_the_rest_stays(box: Sandbox, context: Context) -> None:
    before = dict(stored(box)["settings"])
    view = await change(on=["track_clicks", "unsubscribe_header"], off=["track_opens"], unsubscribe="link").run(context)
    link = '<a href="{{link}}">Unsubscribe</a>'
    assert stored(box)["settings"] == {**before, 1: link, 4: "1", 5: "0", 13: "1"}
    assert told(view) == [
        "track_clicks: off → on",
        "track_opens: on → off",
        "unsubscribe_header: off → on",
        f"unsubscribe: none → link {link}",
    ]
    assert posts(box, SETTINGS) == 1


async def test_all_kinds_of_changes_go_together(box: Sandbox, context: Context) -> None:
    view = await change(off=["stop_on_reply"], priority="new", schedule="Tuesday to Thursday").run(context)
    assert text_of(view) == (
        f"{PAUSED} [{view.id}]: changed 3 settings.\n"
        "stop_on_reply: on → off\n"
        "priority: balanced → new\n"
        "schedule: Mornings, US East (Mon-Thu 8:00-12:00 America/New_York) "
        "→ Tuesday to Thursday (Tue-Thu 8:00-11:00, 14:00-16:00 Europe/London)\n"
        f'See it: get_sequence(sequence="{PAUSED}")'
    )
    assert stored(box)["priorityDistributionId"] == 2
    assert schedule_of(box)["name"] == "Tuesday to Thursday"
    assert (posts(box, SETTINGS), posts(box, PRIORITY)) == (1, 1)


async def test_what_is_set_already_is_not_sent(box: Sandbox, context: Context) -> None:
    given = {"on": ["track_opens"], "cc": [], "unsubscribe": "none", "priority": "balanced", "schedule": "mornings"}
    view = await change(**given).run(context)
    assert text_of(view).startswith(f"Nothing to change: {PAUSED} [{view.id}] has these settings already.")
    prepared = await change(ACTIVE, on=["track_opens"]).prepare(context)
    assert (prepared.question, prepared.effects) == (None, READING)
    assert (posts(box, SETTINGS), posts(box, PRIORITY)) == (0, 0)


async def test_doing_it_twice_is_doing_it_once(box: Sandbox, context: Context) -> None:
    action = change(schedule=BERLIN, bcc=[LOG], on=["strip_styling"])
    assert len((await action.run(context)).changed) == 3
    assert (await action.run(context)).changed == []
    assert (posts(box, SCHEDULE), posts(box, SETTINGS)) == (1, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "nothing to change was given. Give at least one of on, off, unsubscribe, cc, bcc, priority, schedule."),
        ({"off": ["opens"]}, 'off: unknown setting "opens". There is: stop_on_reply,'),
        ({"on": ["track_opens"], "off": ["track_opens"]}, "on, off: track_opens is in both"),
        ({"on": ["plain_text", "strip_styling"]}, "on: strip_styling and plain_text exclude each other"),
        ({"on": ["plain_text"]}, 'plain_text goes only with off=["track_opens", "first_mail_plain"]'),
        ({"unsubscribe": "yes"}, 'unsubscribe: "yes" is nothing that a recipient could follow'),
        ({"cc": [LOG, "me"]}, 'cc[1]: "me" is no email address'),
        ({"schedule": "Evenings"}, 'schedule: nothing is called "Evenings". There is: Mornings, US East'),
        ({"schedule": "mon-fri 9-17 Mars/Base"}, 'schedule: there is no time zone "Mars/Base"'),
        ({"sequence": "Zebra", "on": ["track_opens"]}, 'sequence: nothing is called "Zebra"'),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_sent(
    box: Sandbox, context: Context, given: dict[str, Any], words: str
) -> None:
    assert (await refused(context, **given)).startswith(words)
    assert (posts(box, SETTINGS), posts(box, SCHEDULE)) == (0, 0)


async def test_a_paused_sequence_changes_at_once_and_an_active_one_asks(box: Sandbox, context: Context) -> None:
    prepared = await change(off=["track_opens"], schedule=BERLIN).prepare(context)
    assert (prepared.question, prepared.effects) == (None, {Effect.WRITE})
    action = change(ACTIVE, off=["track_opens"], schedule=BERLIN)
    prepared = await action.prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.SEND}
    text = words(prepared.question)
    assert text.startswith("Change how this sequence sends?\n")
    assert f'- sequence: "{ACTIVE} [{stored(box, ACTIVE)["id"]}]", active\n' in text
    assert '- track_opens now: "on"\n- track_opens then: "off"\n' in text
    assert '- schedule now: "Weekdays, office hours (Mon-Fri' in text
    assert f'- schedule then: "{BERLIN} (made new)"\n' in text
    assert (posts(box, SETTINGS), posts(box, SCHEDULE)) == (0, 0)
    view = await through_the_gate(context, action)
    assert "The sequence is active: what it sends from now on follows this." in text_of(view)
    assert stored(box, ACTIVE)["settings"][5] == "0"


@pytest.mark.parametrize(
    "given", [{"off": ["track_opens"]}, {"schedule": BERLIN}, {"priority": "new"}, {"cc": [LOG]}, {"cc": []}]
)
@pytest.mark.parametrize("title", [PAUSED, ACTIVE])
async def test_what_is_prepared_gets_through_the_gate(
    box: Sandbox, context: Context, title: str, given: dict[str, Any]
) -> None:
    stored(box, title)["settings"][8] = '["other@lanternworks.example.com"]'
    assert len((await through_the_gate(context, change(title, **given))).changed) == 1


@pytest.mark.parametrize("argument", ["cc", "bcc"])
async def test_somebody_new_who_gets_copies_is_always_agreed_to(box: Sandbox, context: Context, argument: str) -> None:
    action = change(**{argument: [LOG]})
    prepared = await action.prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.SEND}
    text = words(prepared.question)
    assert f'- each mail would also go to: "{LOG}"\n- {argument} now: "none"\n- {argument} then: "{LOG}"\n' in text
    assert text.endswith("On yes it is stored; mails follow it once the sequence is started.")
    await through_the_gate(context, action)
    active = await question_of(context, change(ACTIVE, **{argument: [LOG]}))
    assert active is not None
    assert f'- each mail would also go to: "{LOG}"' in words(active)
    assert await question_of(context, change(**{argument: []})) is None
    await change(**{argument: []}).run(context)
    assert stored(box)["settings"][7 if argument == "bcc" else 8] == "[]"


@pytest.mark.parametrize("argument", ["cc", "bcc"])
async def test_an_address_that_changes_from_hidden_to_open_or_back_is_agreed_to(
    context: Context, argument: str
) -> None:
    await change(**{argument: [LOG]}).run(context)
    other = "cc" if argument == "bcc" else "bcc"
    question = await question_of(context, change(**{other: [LOG], argument: []}))
    assert question is not None
    assert "each mail would also go to" not in words(question)


@pytest.mark.parametrize(
    "other", [{"off": ["stop_on_reply"]}, {"schedule": "mornings"}, {"sequence": "Agencies EU"}, {"priority": "new"}]
)
async def test_an_agreement_to_one_change_is_none_to_another(context: Context, other: dict[str, Any]) -> None:
    base = {"sequence": ACTIVE, "off": ["track_opens"]}
    first, second = [await question_of(context, change(**{**base, **it})) for it in ({}, other)]
    assert first is not None
    assert second is not None
    assert bound(first) != bound(second)


async def test_an_agreement_is_void_when_the_hours_of_the_schedule_have_changed_meanwhile(
    box: Sandbox, context: Context
) -> None:
    action = change(ACTIVE, schedule="Tuesday to Thursday")
    first = await question_of(context, action)
    target = next(it for it in box.world.schedules.values() if it["name"] == "Tuesday to Thursday")
    target["timeSlots"][2]["slots"][0]["start"]["hour"] = 3
    second = await question_of(context, action)
    assert first is not None
    assert second is not None
    assert bound(first) != bound(second)


async def test_hours_that_a_schedule_has_already_make_no_new_one(box: Sandbox, context: Context) -> None:
    view = await change(schedule="tue-thu 8-11, 14-16 europe/london").run(context)
    assert schedule_of(box)["name"] == "Tuesday to Thursday"
    assert view.created_schedule is None
    assert posts(box, SCHEDULE) == 0


async def test_new_hours_make_a_schedule_that_is_called_by_them(box: Sandbox, context: Context) -> None:
    view = await change(schedule=BERLIN).run(context)
    made = schedule_of(box)
    assert (made["name"], made["timezone"], made["isDefault"]) == (BERLIN, "Europe/Berlin", False)
    assert [len(day["slots"]) for day in made["timeSlots"]] == [0, 0, 2, 2, 2, 0, 0]
    assert f"Made the schedule {BERLIN} [{made['id']}]." in text_of(view)


async def test_without_a_time_zone_that_of_the_sequence_stays(box: Sandbox, context: Context) -> None:
    await change(schedule="mon 9-17").run(context)
    assert (schedule_of(box)["name"], schedule_of(box)["timezone"]) == (
        "Mon 9:00-17:00 America/New_York",
        "America/New_York",
    )


async def test_where_hours_are_not_told_a_schedule_is_known_by_its_name(box: Sandbox) -> None:
    listed = {"payload": [{"id": "s9", "name": BERLIN, "timezone": "Europe/Berlin"}]}
    async with context_over(box, app=faulty(box, "GET /schedules", says(200, listed))) as context:
        question = await question_of(context, change(ACTIVE, schedule=BERLIN))
    assert question is not None
    assert "(made new)" not in words(question)


@pytest.mark.parametrize(("fault", "words"), [(says(400, {"message": "No"}), "priority: No"), (lost, "is unknown: ")])
async def test_what_of_several_changes_was_not_done_is_told(box: Sandbox, fault: Any, words: str) -> None:
    async with context_over(box, app=faulty(box, PRIORITY, fault, after=1)) as context:  # the settings go well
        view = await change(off=["track_opens"], priority="new").run(context)
        assert [it.name for it in view.changed] == ["track_opens"]
        assert "NOT DONE priority: " in text_of(view)
        assert words in view.not_done[0]


async def test_a_single_change_that_fails_is_a_failure(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, PRIORITY, says(400, {"message": "No"}))) as context:
        with pytest.raises(Rejected):
            await change(priority="new").run(context)
    async with context_over(box, app=faulty(box, SETTINGS, says(500, {"message": "No"}))) as context:
        with pytest.raises(Broken):
            await change(off=["track_opens"], priority="new").run(context)
    assert posts(box, PRIORITY) == 0


async def test_a_schedule_made_before_a_failure_is_found_the_next_time(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, SETTINGS, says(400, {"message": "No"}), times=1)) as context:
        with pytest.raises(Rejected):
            await change(schedule=BERLIN).run(context)
        await change(schedule=BERLIN).run(context)
    assert schedule_of(box)["name"] == BERLIN
    assert posts(box, SCHEDULE) == 1


async def test_what_saleshandy_does_not_tell_is_set_all_the_same(box: Sandbox) -> None:
    little = {"payload": {"settings": [{"code": 3, "value": "1"}], "schedule": None}}
    async with context_over(box, app=faulty(box, "GET /sequences/{sequenceId}", says(200, little), times=1)) as context:
        view = await change(off=["track_opens"], unsubscribe="none", schedule="mornings", priority="new").run(context)
    assert told(view)[:3] == ["track_opens: not told → off", "unsubscribe: not told → none", "priority: not told → new"]
    assert told(view)[3].startswith("schedule: none → Mornings")
