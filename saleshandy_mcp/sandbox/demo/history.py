"""The events of the demo workspace in the eight weeks before its Monday: mails, tasks, and what people did."""

from collections import Counter
from datetime import datetime, timedelta

from saleshandy_mcp.sandbox.demo.backstory import (
    EVERY_WAITING,
    PAUSED_SINCE,
    Load,
    PastPerson,
    SequencePlans,
    entered,
    steps_taken,
)
from saleshandy_mcp.sandbox.simulation import events, mailing, reactions, seeded_random, tasks, threads
from saleshandy_mcp.sandbox.simulation.merge import paragraphs
from saleshandy_mcp.sandbox.world.clock import BASE, iso
from saleshandy_mcp.sandbox.world.rows import EMAIL
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

UNREAD_SINCE = BASE - timedelta(days=5)
SITE = "https://lanternworks.example.com/drafts"
EXPIRED = "550 5.4.7 Message expired: it could not be delivered for days"
SUSPENDED, DISCONNECTED = 2, 0
HOUR = timedelta(hours=1)
# After this time of day no slot is open, so a mail of that day was sent before.
SLOTS_ARE_OVER = 18 * HOUR


def add_history(world: World) -> None:
    """Record all events of the past in the order of time, and store what follows from them."""
    for entry in reactions.texts()["outcomes"]:
        row: Row = {"id": hash_id("outcome", entry["name"]), "name": entry["name"]}
        world.outcomes[row["id"]] = {**row, "isDefault": not entry.get("custom"), "sentiment": entry["sentiment"]}
    people = _travellers(world)
    answers = _answers(people)
    for who in people:
        if who.person["id"] in answers:
            _, entry = answers[who.person["id"]]
            who.stays = True
            who.by = _answered_at(entry) - SLOTS_ARE_OVER if "ago" in entry else None
    load: Load = Counter()
    # People with the fewest plans choose first.
    for who in sorted(people, key=lambda row: (row.by is None, row.stays)):
        who.plan(load)
    happened = _pauses(world)
    mails = _mails(world, people, happened)
    for who in people:
        sent = mails[who.person["id"]]
        for mail in sent:
            happened += _reactions(world, who, mail, last=mail is sent[-1])
        if who.person["id"] in answers:
            happened += _reply(world, who, sent[-1], *answers[who.person["id"]])
    for entry in sorted(happened, key=lambda entry: entry["at"]):
        events.record(world, **entry)


def _travellers(world: World) -> list[PastPerson]:
    """Everybody who has got a step. People who wait for the first mail entered on the last evening."""
    found: list[PastPerson] = []
    for sequence in [row for row in world.sequences.values() if world.enrolments[row["id"]]]:
        plans = SequencePlans(world, sequence)
        places = {step["id"]: place for place, step in enumerate(plans.steps)}
        for number, (prospect_id, step_id) in enumerate(world.enrolments[sequence["id"]].items()):
            person, place = world.prospects[prospect_id], places[step_id]
            if sequence["active"] and place == 0 and number % EVERY_WAITING == 0 and not _gone(person):
                world.progress_of(sequence["id"], prospect_id)["entered"] = BASE - timedelta(hours=12)
            else:
                found.append(_past_person(world, plans, person, number, place))
    return found


def _past_person(world: World, plans: SequencePlans, person: Row, number: int, place: int) -> PastPerson:
    task = world.tasks.get(hash_id("task", plans.steps[place]["id"], person["id"])) if plans.is_task(place) else None
    through = place == len(plans.steps) - 1
    # Some of those who left did so at the end, so that every week has somebody who left.
    by = BASE if _gone(person) and number % 4 == 1 else None
    return PastPerson(plans, person, number, place, stays=_gone(person) or through, task=task, by=by)


def _gone(person: Row) -> bool:
    return bool(person["bounced"] or person["unsubscribed"])


def _answers(people: list[PastPerson]) -> dict[str, tuple[int, Row]]:
    """Prospect id -> number and text of the answer. Each text is taken once, spread over the people who stayed."""
    replies = reactions.texts()["replies"]
    stayed = [row for row in people if not _gone(row.person)]
    return {
        stayed[number * len(stayed) // len(replies)].person["id"]: (number, entry)
        for number, entry in enumerate(replies)
    }


def _mails(world: World, people: list[PastPerson], happened: list[Row]) -> dict[str, list[Row]]:
    """The mails of each person. Events of mails, tasks and ends are added to `happened`."""
    mails: dict[str, list[Row]] = {who.person["id"]: [] for who in people}
    for who, index, at in steps_taken(world, people):
        plans, step = who.plans, who.plans.steps[index]
        so_far = world.progress_of(plans.sequence["id"], who.person["id"])
        if step["type"] == EMAIL:
            mail = _letter(who, step, so_far["subject"], at)
            mails[who.person["id"]].append(mail)
            happened.append(mail)
            so_far |= {"senderId": mail["sender_id"], "subject": so_far["subject"] or mail["subject"]}
        elif index == who.place and who.task is not None:
            _current_task(who, at)
        if index == 0:
            so_far["entered"] = entered(plans, who.start)
    for who in people:
        happened += _task_events(world, who)
        happened += _finish(who)
    return mails


def _letter(who: PastPerson, step: Row, thread: str, at: datetime) -> Row:
    # Signatures of the past hold a link to the site, so that people could click on something.
    signature = mailing.signature_of(who.sender).replace("Lanternworks", f'<a href="{SITE}">Lanternworks</a>', 1)
    variants = who.plans.variants[step["id"]]
    variant = variants[who.number % len(variants)]
    return {
        "kind": "email-sent",
        "at": at,
        "sequence_id": step["sequenceId"],
        "step_id": step["id"],
        "variant_id": variant["id"],
        "prospect_id": who.person["id"],
        "sender_id": who.sender["id"],
        **mailing.letter(who.person, who.sender, variant, thread, who.number, signature=signature),
    }


def _current_task(who: PastPerson, at: datetime) -> None:
    """Set when the task of the current step was done, if it was done."""
    task, plans = who.task or {}, who.plans
    if tasks.is_open(task):
        return
    recently = BASE - timedelta(days=3 + who.number % 2, hours=1 + who.number % 5)
    done = recently if plans.sequence["active"] and not who.stays else at + (1 + who.number % 40) * HOUR
    done = min(max(done, at + HOUR), BASE - HOUR)
    task["dueDate"] = done.date().isoformat()
    task["completedAt" if task["completedAt"] else "skippedAt"] = iso(done)


def _task_events(world: World, who: PastPerson) -> list[Row]:
    """The events of all tasks of a person. Tasks of earlier steps are stored here."""
    found: list[Row] = []
    rows = [(_past_task(world, who, step, done), at) for step, at, done in who.passed]
    if who.task is not None:
        rows.append((who.task, who.reached[-1]))
    for task, at in rows:
        place = {"sequence_id": task["sequenceId"], "step_id": task["stepId"], "prospect_id": task["prospectId"]}
        found.append({"kind": "task-created", "at": at, **place, "taskId": task["id"], "status": "dueToday"})
        if not tasks.is_open(task):
            done = datetime.fromisoformat(task["completedAt"] or task["skippedAt"])
            status = "completed" if task["completedAt"] else "skipped"
            kinds = ("task-updated", tasks.UPDATES[tasks.family(task)])
            found += [{"kind": kind, "at": done, **place, "taskId": task["id"], "status": status} for kind in kinds]
    return found


def _past_task(world: World, who: PastPerson, step: Row, done: datetime) -> Row:
    task = tasks.of_step(world, step, who.person["id"], done.date())
    task["skippedAt" if who.number % 4 == 0 else "completedAt"] = iso(done)
    world.tasks[task["id"]] = task
    return task


def _finish(who: PastPerson) -> list[Row]:
    """The event of a person who finished: with the last mail, or when the last task was done."""
    plans, at = who.plans, who.reached[-1]
    if who.place < len(plans.steps) - 1 or (who.task is not None and tasks.is_open(who.task)):
        return []
    if who.task is not None:
        at = datetime.fromisoformat(who.task["completedAt"] or who.task["skippedAt"])
    place = {"sequence_id": plans.sequence["id"], "step_id": plans.steps[-1]["id"]}
    return [{"kind": "prospect-finished", "at": at, **place, "prospect_id": who.person["id"]}]


def _reactions(world: World, who: PastPerson, mail: Row, *, last: bool) -> list[Row]:
    """What the person did with one mail. People who left did so after the last mail, at the current step."""
    person, here = who.person, who.reached[-1]
    if last and person["bounced"]:
        late = here > mail["at"]
        reason = EXPIRED if late else reactions.BOUNCE
        return [_after({**mail, "at": here}, "email-bounced", 1 if late else 0.02, reason=reason)]
    draw = seeded_random.of(world, mail["prospect_id"], mail["step_id"])
    leaves = last and person["unsubscribed"]
    if not leaves and draw.random() > reactions.OPENED:
        return []
    found = [_after(mail, "email-opened", 0.1 + 8 * draw.random())]
    while draw.random() < reactions.OPENED_AGAIN:
        found.append(_after(mail, "email-opened", 9 + 30 * draw.random()))
    if draw.random() < reactions.CLICKED:
        found.append(_after(mail, "email-link-clicked", 8.5, link=SITE))
    if leaves:
        found.append(_after({**mail, "at": here}, "prospect-unsubscribed", 9))
    return found


def _reply(world: World, who: PastPerson, mail: Row, number: int, entry: Row) -> list[Row]:
    """The events of an answer. It came when the person was at the current step."""
    here = {**mail, "at": who.reached[-1]}
    hours = (_answered_at(entry) - here["at"]) / HOUR if "ago" in entry else 1 + number * 7 % 40
    facts = {"subject": mailing.reply_subject(mail["subject"]), "content": reactions.written(who.person, entry)}
    reply = _after(here, "reply-received", hours, **facts)
    found = [_after(here, "email-opened", hours * 0.9), reply]
    if "outcome" in entry:
        place = {key: reply[key] for key in ("sequence_id", "step_id", "prospect_id", "sender_id")}
        at = reply["at"] + timedelta(minutes=1)
        found.append({"kind": "prospect-outcome-updated", "at": at, **place, **reactions.outcome_facts(entry)})
    _remember(world, who, entry, reply)
    return found


def _answered_at(entry: Row) -> datetime:
    return BASE - entry["ago"] * HOUR


def _remember(world: World, who: PastPerson, entry: Row, reply: Row) -> None:
    """Mark old threads as read, and store the mail of the team that answers the reply, if there is one."""
    thread_id = threads.thread_id(reply["sequence_id"], reply["prospect_id"])
    if reply["at"] < UNREAD_SINCE or "answer" in entry:
        world.read_at[thread_id] = iso(BASE)
    if "answer" in entry:
        about = {"subject": reply["subject"], "content": paragraphs(entry["answer"])}
        at = min(reply["at"] + timedelta(hours=3), BASE)
        address: str = who.person["email"]
        answer = {"threadId": thread_id, "senderId": reply["sender_id"], "to": [address], **about}
        threads.add_mail(world, "reply", at=iso(at), **answer)


def _after(mail: Row, kind: events.Kind, hours: float, **facts: object) -> Row:
    """An event that follows a mail by some hours, and always comes before the Monday begins."""
    place = {key: mail[key] for key in ("sequence_id", "step_id", "variant_id", "prospect_id", "sender_id")}
    late = timedelta(hours=hours)
    left: timedelta = BASE - timedelta(minutes=5) - mail["at"]
    # After a mail of the last hours the same things happen in the same order, only faster.
    return {"kind": kind, "at": mail["at"] + (late if late < left else left * (hours / (hours + 10))), **place, **facts}


def _pauses(world: World) -> list[Row]:
    """The events that paused sequences and accounts."""
    paused = [row for row in world.sequences.values() if not row["active"] and world.enrolments[row["id"]]]
    at = PAUSED_SINCE
    return [
        *({"kind": "sequence-paused", "sequence_id": row["id"], "at": at} for row in paused),
        *(_mailbox("email-account-disconnected", row) for row in _accounts(world, DISCONNECTED)),
        *(_mailbox("email-account-paused", row) for row in _accounts(world, SUSPENDED)),
    ]


def _accounts(world: World, status: int) -> list[Row]:
    return [row for row in world.email_accounts.values() if row["status"] == status]


def _mailbox(kind: events.Kind, row: Row) -> Row:
    return {"kind": kind, "sender_id": row["id"], "at": PAUSED_SINCE}
