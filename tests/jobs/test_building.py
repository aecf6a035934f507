"""Jobs around a sequence: build it, start it, stop it, change what and when it sends."""

import json

from saleshandy_mcp.sandbox import Sandbox
from tests.jobs.conftest import Job
from tests.jobs.kit import id_of, sequence_of, token_in
from tests.kit import line_of

ADA, BO = "ada@lanternworks.example.com", "bo@getlanternworks.example.com"
AUTUMN = "Autumn support teams"
STEPS = (
    {
        "type": "email",
        "day": 1,
        "variants": [
            {
                "subject": "Ten questions at {{Company|'your company'}}",
                "content": "Hi,\n\nshall I draft three answers?",
            },
            {"subject": "Three drafts?", "content": "Hi {{First Name|'there'}},\n\nthree drafts, no call?"},
        ],
    },
    {"type": "linkedin_connection", "day": 3, "variants": [{"content": "Happy to be connected."}]},
    {"type": "email", "day": 5, "variants": [{"subject": "", "content": "One number, in case it helps."}]},
    {"type": "call_follow_up", "day": 9, "variants": [{"task_note": "Ask who writes the help texts."}]},
)
PEOPLE = [
    {"Email": "kim@newharbour.example.com", "First Name": "Kim", "Company": "New Harbour"},
    {"Email": "lee@oldquay.example.com", "First Name": "Lee", "Company": "Old Quay"},
]


async def test_build_a_sequence_from_a_spec_and_leave_it_inactive(job: Job, box: Sandbox) -> None:
    built = {"sequences": "+1", "steps": "+4", "variants": "+5", "schedules": "+1"}
    filled = {"imports": "+1", "prospects": "+2", "enrolments": "+2"}
    async with job(calls=7, changes={**built, **filled}) as seller:
        await seller.call("create_sequence", title=AUTUMN, accounts=[ADA, BO])
        for step in STEPS:
            await seller.call("create_step", sequence=AUTUMN, **step)
        how = {"off": ["track_opens"], "unsubscribe": "link", "schedule": "Mon-Thu 9:00-16:00 Europe/Berlin"}
        await seller.call("update_sequence_settings", sequence=AUTUMN, **how)
        filled_in = await seller.call("import_prospects", sequence=AUTUMN, rows=PEOPLE)
    assert "2 imported" in filled_in
    line = line_of(box, AUTUMN)
    assert (line["active"], line["steps"], line["prospects"]) == (False, 4, 2)
    assert line["emailAccounts"] == [ADA, BO]
    schedule = box.world.schedules[sequence_of(box, AUTUMN)["scheduleId"]]
    assert schedule["timezone"] == "Europe/Berlin"


async def test_start_a_sequence_once_the_person_has_seen_what_would_go_out(job: Job, box: Sandbox) -> None:
    people = line_of(box, "SaaS founders")["prospects"]
    question = f'people in it: "{people}", they get mail'
    async with job(calls=1, changes={"sequences": "~1 active"}, asks=(question,)) as seller:
        await seller.call("set_sequence_status", sequence="SaaS founders", status="active")
    assert line_of(box, "SaaS founders")["active"]


async def test_a_start_that_the_person_declines_changes_nothing(job: Job, box: Sandbox) -> None:
    async with job(calls=1, asks=("offered no way to unsubscribe",), answers="no") as seller:
        said = await seller.call("set_sequence_status", sequence="SaaS founders", status="active")
    assert said.startswith("Not done: the user was asked and did not agree. Nothing was changed.")
    assert not line_of(box, "SaaS founders")["active"]


async def test_stop_all_mail_at_once_without_a_question(job: Job, box: Sandbox) -> None:
    active = [line["title"] for line in box.state()["sequences"] if line["active"]]
    stopped = {"sequences": f"~{len(active)} active", "events": f"+{len(active)}"}
    async with job(calls=1, changes=stopped) as seller:
        said = await seller.call("set_sequence_status", sequence="all", status="paused")
    assert all(title in said for title in active)
    assert not any(line["active"] for line in box.state()["sequences"])


async def test_a_sequence_that_could_not_send_gets_senders_and_is_started(job: Job, box: Sandbox) -> None:
    changes = {"sequences": "~1 active emailAccountIds"}
    async with job(calls=4, changes=changes, asks=('sequence: "Webinar in May',)) as seller:
        start = {"sequence": "webinar in may", "status": "active"}
        why = await seller.refused("set_sequence_status", **start)
        able = await seller.call("list_email_accounts", query="getlanternworks", status="active")
        await seller.follow(why, "Attach one first:", accounts=[id_of(BO, able)])
        await seller.call("set_sequence_status", **start)
    line = line_of(box, "Webinar in May")
    assert line["active"]
    assert BO in line["emailAccounts"]


async def test_a_name_that_fits_two_senders_is_settled_by_an_id_of_the_answer(job: Job, box: Sandbox) -> None:
    async with job(calls=2, changes={"sequences": "~1 emailAccountIds"}) as seller:
        two = await seller.refused("add_email_accounts", sequence="SaaS founders", accounts=["ada@"])
        await seller.call("add_email_accounts", sequence="SaaS founders", accounts=[id_of(ADA, two)])
    assert ADA in line_of(box, "SaaS founders")["emailAccounts"]


async def test_a_title_that_is_taken_leads_to_the_sequence_that_has_it(job: Job, box: Sandbox) -> None:
    title = "Partner programme (draft)"
    before = line_of(box, title)["steps"]
    async with job(calls=2, changes={"steps": "+1", "variants": "+1"}) as seller:
        taken = await seller.refused("create_sequence", title=title.upper())
        mail = {"subject": "One page", "content": "Shall I send the page?"}
        await seller.call("create_step", sequence=id_of(title, taken), type="email", day=20, variants=[mail])
    assert line_of(box, title)["steps"] == before + 1


async def test_change_a_subject_of_an_active_sequence_for_a_client_that_cannot_ask(job: Job, box: Sandbox) -> None:
    async with job(calls=2, changes={"variants": "~1 payload"}, answers=None) as seller:
        change = {"sequence": "Q3 launch", "step": "1", "variant": "B", "subject": "Three answers for {{Company}}?"}
        preview = await seller.call("update_step_variant", **change)
        assert "Three drafts for {{Company}}?" in preview
        assert "Three answers for {{Company}}?" in preview
        await seller.call("update_step_variant", **change, confirm=token_in(preview))
    (step, *_) = box.world.steps_of(sequence_of(box, "Q3 launch")["id"])
    subjects = [it["payload"]["subject"] for it in box.world.variants_of(step["id"])]
    assert subjects[1] == "Three answers for {{Company}}?"


async def test_change_when_an_active_sequence_sends_in_a_persons_words(job: Job, box: Sandbox) -> None:
    changes = {"schedules": "+1", "sequences": "~1 scheduleId"}
    hours = "Mon-Thu 9:00-16:00 Europe/Berlin"
    async with job(calls=1, changes=changes, asks=(f'schedule then: "{hours}',)) as seller:
        await seller.call("update_sequence_settings", sequence="Agencies EU", schedule="mon-thu 9-16 Europe/Berlin")
    schedule = box.world.schedules[sequence_of(box, "Agencies EU")["scheduleId"]]
    open_days = [entry["day"] for entry in schedule["timeSlots"] if entry["slots"]]
    assert (schedule["name"], open_days) == (hours, [1, 2, 3, 4])


async def test_a_copy_of_each_mail_goes_to_the_crm_once_the_person_agreed(job: Job, box: Sandbox) -> None:
    crm = "crm@lanternworks.example.com"
    changes = {"sequences": "~1 settings"}
    async with job(calls=1, changes=changes, asks=(f'each mail would also go to: "{crm}"',)) as seller:
        await seller.call("update_sequence_settings", sequence="SaaS founders", bcc=[crm])
    assert json.dumps([crm]) in sequence_of(box, "SaaS founders")["settings"].values()
