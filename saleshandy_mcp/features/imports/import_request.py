"""What somebody wants imported, looked up: the place, the fields, and the plan that the engine draws up of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.api.resources.fields import CreateField, ListFields
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.steps import Step
from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.core.addresses import domain
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.imports.copy_preview import needed
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.ledger import JobLine, Ledger
from saleshandy_mcp.import_engine.ledger.states import JobState, Target
from saleshandy_mcp.import_engine.plan import Drawn, Order
from saleshandy_mcp.import_engine.sources import Source
from saleshandy_mcp.lookups.by_name import all_accounts, all_sequences, find_sequence, find_step, steps_of


@dataclass(frozen=True)
class Wish:
    """In the words of whoever wants it.

    Attributes:
        source: opens the rows.
        name: of the source.
        mark: another one when the rows are others; the plan of the same wish is drawn up once.
        sequence: title or id; empty to store people in the account and enrol nobody.
        step: number or id.
        columns: "Title=Job Title"; "Score=" leaves a column out, "Score=+Lead Score" makes a field of it.
        exact: each column has to be a field.
        again: rows too that an earlier job has imported, or whose fate is unknown.
    """

    source: Callable[[], Source]
    name: str
    mark: str
    sequence: str = ""
    step: str = "1"
    columns: tuple[str, ...] = ()
    conflict_action: ConflictAction = "addMissingFields"
    verify: bool = False
    tags: tuple[str, ...] = ()
    exact: bool = False
    again: bool = False


@dataclass(frozen=True)
class Place:
    """Where people go: a step of a sequence, or the account alone."""

    sequence: Sequence | None = None
    step: Step | None = None

    @property
    def active(self) -> bool:
        return self.sequence is not None and self.sequence.active


async def order_of(wish: Wish, api: Api, account: str) -> tuple[Order, Place]:
    """The wish with everything looked up.

    Raises:
        Mistake: when it cannot be imported as asked.
        SaleshandyError: when something cannot be looked up.
    """
    short = [tag for tag in wish.tags if len(tag) < 3]
    if short:
        raise Mistake(f'tags: "{short[0]}" is too short', "A tag has at least 3 characters.")
    given = _pairs(wish.columns)
    place = await _place(wish, api)
    target = Target(
        sequence_id=place.sequence.id if place.sequence else "",
        sequence=place.sequence.title if place.sequence else "",
        step_id=place.step.id if place.step else "",
        step=(place.step.number or 0) if place.step else 0,
        conflict_action=wish.conflict_action,
        verify=wish.verify,
        tags=list(wish.tags),
    )
    senders = await all_accounts(api)
    labels = [field.label for field in await api.recent(ListFields(system_fields=True))]
    order = Order(
        source=wish.source,
        name=wish.name,
        target=target,
        labels=labels,
        account=account,
        given=given,
        needed=[label for label in needed(place.step.variants) if label in labels] if place.step else [],
        own_domains=frozenset(domain(sender.from_email) for sender in senders),
        exact=wish.exact,
        again=wish.again,
    )
    return order, place


async def draw_up(wish: Wish, context: Context) -> tuple[JobLine, Place]:
    """A plan for the wish; its state is PLANNING when the rows are still being read.

    Raises:
        Mistake: when it cannot be imported as asked.
        SaleshandyError: when what it takes cannot be looked up.
    """
    jobs = jobs_of(context)
    order, place = await order_of(wish, context.api, jobs.account)
    fingerprint = repr((wish.name, wish.mark, order.target, sorted(order.given.items()), wish.again, order.needed))
    return await jobs.draw_up(order, fingerprint, context), place


async def place_of(target: Target, api: Api) -> Place:
    """Where the people of a job go, as it is now.

    Raises:
        Mistake: when the sequence or the step is gone.
    """
    if not target.step_id:
        return Place()
    sequence = next((it for it in await all_sequences(api) if it.id == target.sequence_id), None)
    if sequence is None:
        raise Mistake(f'sequence: "{target.sequence}" is gone', "Import into another one.")
    return Place(sequence, find_step(await steps_of(api, sequence), target.step_id, sequence))


async def set_off(line: JobLine, context: Context, *, may_mail: bool) -> None:
    """Start a job, in the background.

    Raises:
        Mistake: when it cannot be started.
        SaleshandyError: when a field cannot be made.
    """
    jobs = jobs_of(context)
    await make_ready(line, jobs.ledger, context.api)
    jobs.start(line.id, context, may_mail=may_mail)


async def make_ready(line: JobLine, ledger: Ledger, api: Api) -> None:
    """What a plan needs before its first row goes: new fields; and its mapping is kept in mind.

    Raises:
        SaleshandyError: when a field cannot be made.
    """
    if line.state is not JobState.PLANNED:
        return
    drawn = drawn_of(line)
    if drawn.creates:
        there = {field.label for field in await api.send(ListFields(system_fields=True))}
        for label in drawn.creates:
            if label not in there:
                await api.send(CreateField(label=label, field_type="text"))
    ledger.remember(line.account, drawn.memory)


def drawn_of(line: JobLine) -> Drawn:
    plan: dict[str, Any] = line.facts.get("plan") or {}
    return Drawn(**plan)


def jobs_of(context: Context) -> Jobs:
    return context.service(Jobs)


async def _place(wish: Wish, api: Api) -> Place:
    if not wish.sequence:
        return Place()
    sequence = await find_sequence(api, wish.sequence)
    return Place(sequence, find_step(await steps_of(api, sequence), wish.step, sequence))


def _pairs(columns: tuple[str, ...]) -> dict[str, str]:
    given: dict[str, str] = {}
    for pair in columns:
        column, equals, label = pair.rpartition("=")
        if not equals or not column.strip():
            raise Mistake(
                f'map: "{pair}" is no pair',
                'Write "Column=Field"; "Column=" leaves it out, "Column=+Field" creates one.',
            )
        given[column.strip()] = label.strip()
    return given
