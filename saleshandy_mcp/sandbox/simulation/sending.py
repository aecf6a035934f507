"""What happens when a step is due for a person: a mail goes out, a task arises, or the walk is over."""

from datetime import datetime

from saleshandy_mcp.sandbox.simulation import events, mailing, quota, reactions, seeded_random, tasks
from saleshandy_mcp.sandbox.simulation.schedule_of_events import Happening
from saleshandy_mcp.sandbox.world.tables import Row, World


def happen(world: World, happening: Happening) -> None:
    item = happening.item
    person = world.prospects[item.prospect_id]
    if item.step_id is None:
        sequence_id, prospect_id = item.place
        last = world.enrolments[sequence_id][prospect_id]
        events.record(world, "prospect-finished", sequence_id=sequence_id, step_id=last, prospect_id=prospect_id)
        return
    step = world.steps[item.step_id]
    world.enrolments[item.sequence_id][item.prospect_id] = item.step_id
    if happening.sender is None:
        tasks.add(world, tasks.of_step(world, step, item.prospect_id, happening.at.date()))
    else:
        _send(world, step, person, happening.sender, happening.at)


def _send(world: World, step: Row, person: Row, sender: Row, at: datetime) -> None:
    sequence = world.sequences[step["sequenceId"]]
    walk = world.progress_of(sequence["id"], person["id"])
    variants = [row for row in world.variants_of(step["id"]) if row["status"] == 1]
    turn = seeded_random.number(world, "variant", step["id"], person["id"])
    variant = variants[turn % len(variants)]
    letter = mailing.letter(person, sender, variant, walk["subject"], turn // len(variants))
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
    walk["senderId"] = sender["id"]
    if letter["newThread"]:
        walk["subject"] = letter["subject"]
    quota.count(world.outboxes[sender["id"]], at)
    reactions.expect(world, mail, at)
