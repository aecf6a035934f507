"""What happens when a step is due for a person: a mail goes out, a task is created, or the sequence ends."""

from datetime import datetime

from saleshandy_mcp.sandbox.simulation import events, mailing, quota, reactions, seeded_random, tasks
from saleshandy_mcp.sandbox.simulation.schedule_of_events import DueEvent
from saleshandy_mcp.sandbox.world.tables import Row, World


def carry_out(world: World, event: DueEvent) -> None:
    due = event.step
    person = world.prospects[due.prospect_id]
    if due.step_id is None:
        sequence_id, prospect_id = due.place
        last = world.enrolments[sequence_id][prospect_id]
        events.record(world, "prospect-finished", sequence_id=sequence_id, step_id=last, prospect_id=prospect_id)
        return
    step = world.steps[due.step_id]
    world.enrolments[due.sequence_id][due.prospect_id] = due.step_id
    if event.sender is None:
        tasks.add(world, tasks.of_step(world, step, due.prospect_id, event.at.date()))
    else:
        _send(world, step, person, event.sender, event.at)


def _send(world: World, step: Row, person: Row, sender: Row, at: datetime) -> None:
    sequence = world.sequence_of(step)
    so_far = world.progress_of(sequence["id"], person["id"])
    variants = [row for row in world.variants_of(step["id"]) if row["status"] == 1]
    turn = seeded_random.number(world, "variant", step["id"], person["id"])
    variant = variants[turn % len(variants)]
    fallbacks = {label: row.get("fallbackText") or "" for label, row in world.labels().items()}
    letter = mailing.letter(person, sender, variant, so_far["subject"], turn // len(variants), fallbacks=fallbacks)
    letter["content"] += mailing.footer(sequence["settings"])
    mail = events.record(
        world,
        "email-sent",
        sequence_id=sequence["id"],
        step_id=step["id"],
        variant_id=variant["id"],
        prospect_id=person["id"],
        sender_id=sender["id"],
        **letter,
    )
    so_far["senderId"] = sender["id"]
    if letter["newThread"]:
        so_far["subject"] = letter["subject"]
    quota.count(world.outboxes[sender["id"]], at)
    reactions.plan(world, mail, at)
