"""The question before a sequence is started: what it shows, and what makes an agreement to it void."""

from collections.abc import Awaitable, Callable

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.senders.add_email_accounts import AddEmailAccounts
from saleshandy_mcp.features.sequences.create_sequence import CreateSequence
from saleshandy_mcp.features.sequences.create_step import CreateStep
from saleshandy_mcp.features.sequences.set_sequence_status import SetSequenceStatus
from saleshandy_mcp.features.sequences.update_step_variant import UpdateStepVariant
from saleshandy_mcp.policy.approvals import LONGEST
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import Row
from tests.features.questions import bound, question_of, words
from tests.kit import context_over, faulty, line_of, new_box, says

TITLE = "SaaS founders"
START = SetSequenceStatus(sequence=TITLE, status="active")
MAIL = {"subject": "Hi", "content": "Text"}


async def test_the_question_shows_people_senders_schedule_settings_and_steps(box: Sandbox, context: Context) -> None:
    sequence = line_of(box, TITLE)["id"]
    box.world.sequences[sequence]["settings"][8] = '["boss@lanternworks.example.com"]'
    text = words(await question_of(context, START))
    assert text.startswith("Start this sequence? It mails real people.\n")
    assert text.endswith("\nOn yes mails go out by the schedule.")
    for part in (
        f'- sequence: "{TITLE} [{sequence}]", paused',
        '- people in it: "60", they get mail',
        '- sender: "Ada Example <ada@trylanternworks.example.com> [',
        "    | Ada Example Lanternworks, 1 Sample Street, 2100 Copenhagen, Denmark",
        '- each mail also goes to: "cc: boss@lanternworks.example.com"',
        '- schedule: "Mornings, US East (Mon-Thu 8:00-12:00 America/New_York) [',
        '- mailed first: "new people and follow-ups alike"',
        '- settings: "stops on reply, tracks opens, cc boss@lanternworks.example.com, no unsubscribe link or text"',
        '- step 1: "day 1, email [',
        '- step 1 A, subject: "You still answer support yourself?"',
        '- step 2: "day 4, email [',
        '- step 2 A, subject: "", empty, so it goes into the thread of the mail before it',
        '- step 2 B, subject: "Ten articles"',
        '- step 3 A, subject: "Closing the loop"',
    ):
        assert part in text


async def test_the_question_warns_of_what_a_careful_person_would_want_to_know(box: Sandbox, context: Context) -> None:
    box.world.sequences[line_of(box, TITLE)["id"]]["settings"][3] = "0"
    idle = next(row for row in box.world.email_accounts.values() if row["status"] != 1)
    box.world.sequences[line_of(box, TITLE)["id"]]["emailAccountIds"].append(idle["id"])
    content = "Hi {{Frist Name}}, {{City}}, {a|b}"
    await UpdateStepVariant(sequence=TITLE, step="1", content=content).run(context)
    text = words(await question_of(context, START))
    for warning in (
        "{{Frist Name}} is no field of this account; did you mean {{First Name}}?",
        "{a|b} is sent as it stands",
        "no fallback for City: people without it get a gap",
        "no way to unsubscribe",
        "goes on mailing people who have replied",
        f"attached but not active, so not sending: {idle['fromEmail']}",
    ):
        assert warning in text
    box.world.sequences[line_of(box, TITLE)["id"]]["settings"][13] = "1"
    assert "offered no way to unsubscribe" not in words(await question_of(context, START))


async def test_a_sequence_of_nobody_can_be_started_with_a_warning(context: Context) -> None:
    await CreateSequence(title="Spring").run(context)
    await CreateStep.model_validate({"sequence": "Spring", "type": "email", "day": 1, "variants": [MAIL]}).run(context)
    text = words(await question_of(context, SetSequenceStatus(sequence="Spring", status="active")))
    assert '- people in it: "0"' in text
    assert '- warning: "nobody is in it yet"' in text


async def test_a_sequence_with_people_in_it_is_not_warned_of_being_empty(context: Context) -> None:
    assert "nobody is in it yet" not in words(await question_of(context, START))


async def test_a_variant_that_is_not_in_use_is_shown_as_such_and_warns_of_nothing(context: Context) -> None:
    content = "Hi {{Frist Name}}, {{City}}, {a|b}"
    change = UpdateStepVariant(sequence=TITLE, step="2", variant="B", content=content)
    await change.run(context)
    in_use = words(await question_of(context, START))
    await change.model_copy(update={"in_use": False}).run(context)
    unused = words(await question_of(context, START))
    warnings = ("{{Frist Name}} is no field", "no fallback for City", "{a|b} is sent as it stands")
    for warning in warnings:
        assert warning in in_use
        assert warning not in unused
    assert '- step 2 B, subject: "Ten articles"' in in_use
    assert '- step 2 B, not in use, subject: "Ten articles"' in unused


async def test_the_same_world_makes_the_same_question(box: Sandbox, context: Context) -> None:
    first = await question_of(context, START)
    box.clock.advance(120)
    again = await question_of(context, START)
    assert (bound(again), words(again)) == (bound(first), words(first))


def stored(box: Sandbox) -> Row:
    """The sequence as it is stored."""
    return box.world.sequences[line_of(box, TITLE)["id"]]


def sender(box: Sandbox) -> Row:
    return box.world.email_accounts[stored(box)["emailAccountIds"][0]]


async def add_step(_: Sandbox, context: Context) -> None:
    variants = [{"task_note": "Call"}]
    await CreateStep.model_validate({"sequence": TITLE, "type": "call_demo", "day": 30, "variants": variants}).run(
        context
    )


async def reorder_steps(box: Sandbox, _: Context) -> None:
    first, second = (box.world.steps[id_] for id_ in list(line_of(box, TITLE)["prospectsByStep"])[:2])
    first["absoluteDays"], second["absoluteDays"] = second["absoluteDays"], first["absoluteDays"]


async def change_day(box: Sandbox, _: Context) -> None:
    box.world.steps[list(line_of(box, TITLE)["prospectsByStep"])[1]]["absoluteDays"] += 1


async def change_text(_: Sandbox, context: Context) -> None:
    await UpdateStepVariant(sequence=TITLE, step="2", variant="B", content="<p>Other</p>").run(context)


async def change_link_alone(box: Sandbox, _: Context) -> None:
    step = next(iter(line_of(box, TITLE)["prospectsByStep"]))
    box.world.variants_of(step)[0]["payload"]["content"] += '<a href="https://other.example"></a>'


async def change_subject(_: Sandbox, context: Context) -> None:
    await UpdateStepVariant(sequence=TITLE, step="1", subject="Other").run(context)


async def take_out(_: Sandbox, context: Context) -> None:
    await UpdateStepVariant(sequence=TITLE, step="2", variant="B", in_use=False).run(context)


async def add_sender(_: Sandbox, context: Context) -> None:
    await AddEmailAccounts(sequence=TITLE, accounts=["ada@lanternworks.example.com"]).run(context)


async def swap_sender(box: Sandbox, _: Context) -> None:
    other = next(row["id"] for row in box.world.email_accounts.values() if row["fromEmail"].startswith("bo@get"))
    stored(box)["emailAccountIds"] = [other]


async def rename_sender(box: Sandbox, _: Context) -> None:
    sender(box)["fromName"] = "Somebody Else"


async def change_signature(box: Sandbox, _: Context) -> None:
    next(it for it in sender(box)["settings"] if it["code"] == "signature")["value"] = "<p>Other</p>"


async def copy_sender(box: Sandbox, _: Context) -> None:
    sender(box)["settings"].append({"code": "bcc", "value": "spy@other.example"})


async def add_person(_: Sandbox, context: Context) -> None:
    await ImportProspects(sequence=TITLE, rows=[{"Email": "new@n.example.com"}]).run(context)


async def change_setting(box: Sandbox, _: Context) -> None:
    stored(box)["settings"][3] = "0"


async def change_setting_that_no_phrase_tells(box: Sandbox, _: Context) -> None:
    stored(box)["settings"][10] = "1"


async def add_cc(box: Sandbox, _: Context) -> None:
    stored(box)["settings"][8] = '["spy@other.example"]'


async def add_bcc(box: Sandbox, _: Context) -> None:
    stored(box)["settings"][7] = '["spy@other.example"]'


async def change_schedule(box: Sandbox, _: Context) -> None:
    stored(box)["scheduleId"] = next(id_ for id_ in box.world.schedules if id_ != stored(box)["scheduleId"])


async def change_hours(box: Sandbox, _: Context) -> None:
    days = box.world.schedules[stored(box)["scheduleId"]]["timeSlots"]
    next(it for it in days if it["slots"])["slots"][0]["start"]["hour"] = 3


async def change_priority(box: Sandbox, _: Context) -> None:
    stored(box)["priorityDistributionId"] = 2


@pytest.mark.parametrize(
    "meanwhile",
    [
        add_step,
        reorder_steps,
        change_day,
        change_text,
        change_link_alone,
        change_subject,
        take_out,
        add_sender,
        swap_sender,
        rename_sender,
        change_signature,
        copy_sender,
        add_person,
        change_setting,
        change_setting_that_no_phrase_tells,
        add_cc,
        add_bcc,
        change_schedule,
        change_hours,
        change_priority,
    ],
    ids=lambda it: it.__name__,
)
async def test_an_agreement_is_void_when_what_it_was_about_has_changed(
    box: Sandbox, context: Context, meanwhile: Callable[[Sandbox, Context], Awaitable[None]]
) -> None:
    before = bound(await question_of(context, START))
    await meanwhile(box, context)
    assert bound(await question_of(context, START)) != before


async def test_an_agreement_to_one_sequence_is_none_to_another(context: Context) -> None:
    await AddEmailAccounts(sequence="Partner", accounts=["ada@lanternworks.example.com"]).run(context)
    other = await question_of(context, SetSequenceStatus(sequence="Partner", status="active"))
    assert bound(other) != bound(await question_of(context, START))


async def test_where_the_number_of_people_is_not_told_that_is_said(box: Sandbox) -> None:
    unknown = says(200, {"payload": {"prospects": [], "sequenceId": "x"}})
    async with context_over(box, app=faulty(box, "POST /analytics/stats", unknown)) as context:
        assert '- people in it: "not known"' in words(await question_of(context, START))


async def test_ten_long_steps_and_forty_senders_fit_and_every_step_is_shown(box: Sandbox, context: Context) -> None:
    await CreateSequence(title="Long").run(context)
    row = box.world.sequences[line_of(box, "Long")["id"]]
    first = sender(box)
    for place in range(40):
        account = {**first, "id": f"more{place}", "fromEmail": f"x{place}@a-rather-long-name.example.com"}
        account["settings"] = [{"code": "signature", "value": f"<p>{'Lanternworks ' * 40}{place}</p>"}]
        box.world.email_accounts[account["id"]] = account
        row["emailAccountIds"].append(account["id"])
    for place in range(10):
        text = {"subject": f"Subject {place} {'word ' * 20}", "content": f"<p>Step {place}</p>" + "<p>word </p>" * 500}
        day = 3 * place + 1
        await CreateStep.model_validate({"sequence": "Long", "type": "email", "day": day, "variants": [text]}).run(
            context
        )
        box.clock.advance(4)
    text = words(await question_of(context, SetSequenceStatus(sequence="Long", status="active")))
    assert len(text) <= LONGEST
    assert "not shown (digest" not in text
    assert all(f'- step {place + 1} A, subject: "Subject {place} word' in text for place in range(10))
    assert f'- texts in full: get_sequence(sequence="{row["id"]}", whole_text=true)' in text
    assert "- 41 senders (" in text
    assert "x0@a-rather-long-name.example.com" in text
    assert text.endswith("\nOn yes mails go out by the schedule.")


async def test_an_agreement_is_bound_to_the_people_that_imports_of_this_machine_put_in() -> None:
    agreed: list[str] = []
    for name in ("ann", "bob"):
        async with context_over(new_box()) as context:
            await ImportProspects(sequence=TITLE, rows=[{"Email": f"{name}@n.example.com"}]).run(context)
            question = await question_of(context, START)
        assert "- 1 of them by imports from this machine (digest " in words(question)
        agreed.append(bound(question))
    assert agreed[0] != agreed[1]


async def test_where_this_machine_imported_nobody_nothing_is_said_of_imports(context: Context) -> None:
    assert "import" not in words(await question_of(context, START))


@pytest.mark.parametrize("known", [True, False])
async def test_a_schedule_and_a_priority_that_are_not_known_are_left_out(box: Sandbox, *, known: bool) -> None:
    settings: dict[str, object] = {"settings": [], "schedule": None, "priorityDistribution": []}
    call = f"GET /sequences/{line_of(box, TITLE)['id']}/settings"
    app = box.app if known else faulty(box, call, says(200, {"payload": settings}))
    async with context_over(box, app=app) as context:
        text = words(await question_of(context, START))
    assert ("- schedule: " in text, "- mailed first: " in text) == (known, known)
