"""What happened in the demo workspace in the eight weeks before its Monday: mails, tasks, and what people did."""

from collections import Counter
from datetime import datetime, timedelta

from saleshandy_mcp.sandbox.demo.backstory import EVERY_WAITING, PAUSED_SINCE, Course, Load, Traveller, entered, walked
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
# So late in the day nothing goes out any more: what was got that day came before.
SLOTS_ARE_OVER = 18 * HOUR


def add_history(world: World) -> None:
    """Fill the list of events, in the order of time, and what follows from it."""
    for entry in reactions.texts()["outcomes"]:
        row: Row = {"id": hash_id("outcome", entry["name"]), "name": entry["name"]}
        world.outcomes[row["id"]] = {**row, "isDefault": not entry.get("custom"), "sentiment": entry["sentiment"]}
    travellers = _travellers(world)
    answers = _answers(travellers)
    for traveller in travellers:
        if traveller.person["id"] in answers:
            _, entry = answers[traveller.person["id"]]
            traveller.stays = True
            traveller.by = _answered_at(entry) - SLOTS_ARE_OVER if "ago" in entry else None
    load: Load = Counter()
    # Those with the least choice come first.
    for traveller in sorted(travellers, key=lambda row: (row.by is None, row.stays)):
        traveller.plan(load)
    happened = _pauses(world)
    mails = _walks(world, travellers, happened)
    for traveller in travellers:
        sent = mails[traveller.person["id"]]
        for mail in sent:
            happened += _reactions(world, traveller, mail, last=mail is sent[-1])
        if traveller.person["id"] in answers:
            happened += _reply(world, traveller, sent[-1], *answers[traveller.person["id"]])
    for entry in sorted(happened, key=lambda entry: entry["at"]):
        events.record(world, **entry)


def _travellers(world: World) -> list[Traveller]:
    """Everybody who has come anywhere; who waits for the first mail came in on the last evening."""
    found: list[Traveller] = []
    for sequence in [row for row in world.sequences.values() if world.enrolments[row["id"]]]:
        course = Course(world, sequence)
        places = {step["id"]: place for place, step in enumerate(course.steps)}
        for number, (prospect_id, stands) in enumerate(world.enrolments[sequence["id"]].items()):
            person, place = world.prospects[prospect_id], places[stands]
            left = person["bounced"] or person["unsubscribed"]
            if sequence["active"] and place == 0 and number % EVERY_WAITING == 0 and not left:
                world.progress_of(sequence["id"], prospect_id)["entered"] = BASE - timedelta(hours=12)
                continue
            task = world.tasks.get(hash_id("task", stands, prospect_id)) if course.is_task(place) else None
            through = place == len(course.steps) - 1
            # Of those who left, some did so at the end, so that no week is without them.
            by = BASE if left and number % 4 == 1 else None
            found.append(Traveller(course, person, number, place, stays=left or through, task=task, by=by))
    return found


def _answers(travellers: list[Traveller]) -> dict[str, tuple[int, Row]]:
    """Who has answered what: each text once, evenly over the people who did not leave."""
    replies = reactions.texts()["replies"]
    stayed = [row for row in travellers if not (row.person["bounced"] or row.person["unsubscribed"])]
    return {
        stayed[number * len(stayed) // len(replies)].person["id"]: (number, entry)
        for number, entry in enumerate(replies)
    }


def _walks(world: World, travellers: list[Traveller], happened: list[Row]) -> dict[str, list[Row]]:
    """Everybody's mails; their tasks and the ends of their walks are added to what happened."""
    mails: dict[str, list[Row]] = {traveller.person["id"]: [] for traveller in travellers}
    for traveller, index, at in walked(world, travellers):
        course, step = traveller.course, traveller.course.steps[index]
        walk = world.progress_of(course.sequence["id"], traveller.person["id"])
        if step["type"] == EMAIL:
            mail = _letter(traveller, step, walk["subject"], at)
            mails[traveller.person["id"]].append(mail)
            happened.append(mail)
            walk |= {"senderId": mail["sender_id"], "subject": walk["subject"] or mail["subject"]}
        elif index == traveller.place and traveller.task is not None:
            _current_task(traveller, at)
        if index == 0:
            walk["entered"] = entered(course, traveller.start)
    for traveller in travellers:
        happened += _task_events(world, traveller)
        happened += _finish(traveller)
    return mails


def _letter(traveller: Traveller, step: Row, thread: str, at: datetime) -> Row:
    # In those weeks the signatures linked to the site, or nobody could have clicked on anything.
    signature = mailing.signature_of(traveller.sender).replace("Lanternworks", f'<a href="{SITE}">Lanternworks</a>', 1)
    variants = traveller.course.variants[step["id"]]
    variant = variants[traveller.number % len(variants)]
    return {
        "kind": "email-sent",
        "at": at,
        "sequence_id": step["sequenceId"],
        "step_id": step["id"],
        "variant_id": variant["id"],
        "prospect_id": traveller.person["id"],
        "sender_id": traveller.sender["id"],
        **mailing.letter(traveller.person, traveller.sender, variant, thread, traveller.number, signature=signature),
    }


def _current_task(traveller: Traveller, at: datetime) -> None:
    """When the task of the step where somebody stands was done, if it was."""
    task, course = traveller.task or {}, traveller.course
    if tasks.is_open(task):
        return
    recently = BASE - timedelta(days=3 + traveller.number % 2, hours=1 + traveller.number % 5)
    done = recently if course.sequence["active"] and not traveller.stays else at + (1 + traveller.number % 40) * HOUR
    done = min(max(done, at + HOUR), BASE - HOUR)
    task["dueDate"] = done.date().isoformat()
    task["completedAt" if task["completedAt"] else "skippedAt"] = iso(done)


def _task_events(world: World, traveller: Traveller) -> list[Row]:
    """Of tasks that somebody is past, which are stored here, and of the one they have come to."""
    found: list[Row] = []
    rows = [(_past_task(world, traveller, step, done), at) for step, at, done in traveller.passed]
    if traveller.task is not None:
        rows.append((traveller.task, traveller.reached[-1]))
    for task, at in rows:
        place = {"sequence_id": task["sequenceId"], "step_id": task["stepId"], "prospect_id": task["prospectId"]}
        found.append({"kind": "task-created", "at": at, **place, "taskId": task["id"], "status": "dueToday"})
        if not tasks.is_open(task):
            done = datetime.fromisoformat(task["completedAt"] or task["skippedAt"])
            status = "completed" if task["completedAt"] else "skipped"
            kinds = ("task-updated", tasks.UPDATES[tasks.family(task)])
            found += [{"kind": kind, "at": done, **place, "taskId": task["id"], "status": status} for kind in kinds]
    return found


def _past_task(world: World, traveller: Traveller, step: Row, done: datetime) -> Row:
    task = tasks.of_step(world, step, traveller.person["id"], done.date())
    task["skippedAt" if traveller.number % 4 == 0 else "completedAt"] = iso(done)
    world.tasks[task["id"]] = task
    return task


def _finish(traveller: Traveller) -> list[Row]:
    """The last mail, or the last task that is done, ends a walk."""
    course, at = traveller.course, traveller.reached[-1]
    if traveller.place < len(course.steps) - 1 or (traveller.task is not None and tasks.is_open(traveller.task)):
        return []
    if traveller.task is not None:
        at = datetime.fromisoformat(traveller.task["completedAt"] or traveller.task["skippedAt"])
    place = {"sequence_id": course.sequence["id"], "step_id": course.steps[-1]["id"]}
    return [{"kind": "prospect-finished", "at": at, **place, "prospect_id": traveller.person["id"]}]


def _reactions(world: World, traveller: Traveller, mail: Row, *, last: bool) -> list[Row]:
    """What the person did with one mail. Who left did so after the last one, at the step where they stand."""
    person, here = traveller.person, traveller.reached[-1]
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


def _reply(world: World, traveller: Traveller, mail: Row, number: int, entry: Row) -> list[Row]:
    """An answer, read or not, sorted or not; it came when the person stood where they stand."""
    here = {**mail, "at": traveller.reached[-1]}
    hours = (_answered_at(entry) - here["at"]) / HOUR if "ago" in entry else 1 + number * 7 % 40
    facts = {"subject": mailing.answering(mail["subject"]), "content": reactions.written(traveller.person, entry)}
    reply = _after(here, "reply-received", hours, **facts)
    found = [_after(here, "email-opened", hours * 0.9), reply]
    if "outcome" in entry:
        place = {key: reply[key] for key in ("sequence_id", "step_id", "prospect_id", "sender_id")}
        at = reply["at"] + timedelta(minutes=1)
        found.append({"kind": "prospect-outcome-updated", "at": at, **place, **reactions.sorted_into(entry)})
    _remember(world, traveller, entry, reply)
    return found


def _answered_at(entry: Row) -> datetime:
    return BASE - entry["ago"] * HOUR


def _remember(world: World, traveller: Traveller, entry: Row, reply: Row) -> None:
    """Old replies are read; what was answered stands in the box of sent mails."""
    thread_id = threads.thread_id(reply["sequence_id"], reply["prospect_id"])
    if reply["at"] < UNREAD_SINCE or "answer" in entry:
        world.read_at[thread_id] = iso(BASE)
    if "answer" in entry:
        about = {"subject": reply["subject"], "content": paragraphs(entry["answer"])}
        at = min(reply["at"] + timedelta(hours=3), BASE)
        address: str = traveller.person["email"]
        answer = {"threadId": thread_id, "senderId": reply["sender_id"], "to": [address], **about}
        threads.add_mail(world, "reply", at=iso(at), **answer)


def _after(mail: Row, kind: events.Kind, hours: float, **facts: object) -> Row:
    """An event that a mail led to, some hours later, but always before the Monday begins."""
    place = {key: mail[key] for key in ("sequence_id", "step_id", "variant_id", "prospect_id", "sender_id")}
    late = timedelta(hours=hours)
    left: timedelta = BASE - timedelta(minutes=5) - mail["at"]
    # Of a mail of the last hours, things happen in the same order, only faster.
    return {"kind": kind, "at": mail["at"] + (late if late < left else left * (hours / (hours + 10))), **place, **facts}


def _pauses(world: World) -> list[Row]:
    """Why some sequences and mailboxes stand still."""
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
