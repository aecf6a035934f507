"""Resolves an import request: the destination, the labels of the fields, and the plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from saleshandy_mcp.api.resources.fields import DROPDOWN, TYPED, CreateField, ListFields
from saleshandy_mcp.api.resources.prospects import import_causes
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.steps import Step
from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.core.addresses import domain
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect, Facts, StepActive, effects_of
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.crm_opt_outs import crm_opt_outs
from saleshandy_mcp.features.imports.copy_preview import needed
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.records import JobRecord, Target
from saleshandy_mcp.import_engine.ledger.states import JobState
from saleshandy_mcp.import_engine.read_as import AS_IT_IS, ReadAs
from saleshandy_mcp.import_engine.resolved_import import ResolvedImport
from saleshandy_mcp.import_engine.sources import Source
from saleshandy_mcp.integrations.crm import CrmAccess
from saleshandy_mcp.lookups.by_name import all_accounts, all_sequences, find_sequence, find_step, steps_of
from saleshandy_mcp.lookups.facts import look


@dataclass(frozen=True)
class ImportRequest:
    """An import as somebody asks for it.

    Attributes:
        source: opens the rows.
        name: of the source.
        mark: changes when the rows change; the same request with the same mark is planned once.
        sequence: title or id; empty to store people in the account and enroll nobody.
        step: number or id.
        columns: "Title=Job Title"; "Score=" leaves a column out, "Score=+Lead Score" makes a field of it.
        conflict_action: what happens to people who are stored already.
        verify: whether addresses are verified.
        tags: for every row.
        exact: whether each column has to be a field.
        again: whether rows are sent too that a previous job imported, or whose outcome is unknown.
        read_as: how the table is to be read.
        stored: whether these are people of the account, who have their values there.
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
    read_as: ReadAs = AS_IT_IS
    stored: bool = False


@dataclass(frozen=True)
class Destination:
    """Where people go: a step of a sequence, or the account alone. ``fallbacks`` are those of fields, by label."""

    sequence: Sequence | None = None
    step: Step | None = None
    fallbacks: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def active(self) -> bool:
        """Whether the sequence is sending."""
        return self.sequence is not None and self.sequence.active


async def resolve(request: ImportRequest, api: Api, account: str) -> tuple[ResolvedImport, Destination]:
    """The request with every name looked up.

    Raises:
        Mistake: when it cannot be imported as asked.
        SaleshandyError: when something cannot be looked up.
    """
    short = [tag for tag in request.tags if len(tag) < 3]
    if short:
        raise Mistake(f'tags: "{short[0]}" is too short', "A tag has at least 3 characters.")
    given = _pairs(request.columns)
    destination = await _destination(request, api)
    sequence, step = destination.sequence, destination.step
    target = Target(
        sequence_id=sequence.id if sequence else "",
        sequence=sequence.title if sequence else "",
        step_id=step.id if step else "",
        step=(step.number or 0) if step else 0,
        conflict_action=request.conflict_action,
        verify=request.verify,
        tags=list(request.tags),
    )
    senders = await all_accounts(api)
    fields = await api.recent(ListFields(system_fields=True))
    labels = [it.label for it in fields]
    fallbacks = {it.label: it.fallback_text for it in fields if it.fallback_text}
    resolved = ResolvedImport(
        source=request.source,
        name=request.name,
        target=target,
        labels=labels,
        account=account,
        given=given,
        needed=[it for it in needed(step.variants) if it in labels and it not in fallbacks]
        if step and not request.stored
        else [],
        own_domains=frozenset(domain(sender.from_email) for sender in senders),
        exact=request.exact,
        again=request.again,
        read_as=request.read_as,
        typed={it.label: it.field_type for it in fields if it.field_type in {*TYPED, DROPDOWN}},
        # What people add of their own are openers and the like; names, companies and cities are of one line.
        paragraphs=frozenset(it.label for it in fields if not it.is_default and it.field_type in {"text", "long-text"}),
    )
    return resolved, replace(destination, fallbacks=fallbacks)


async def plan_import(request: ImportRequest, context: Context) -> tuple[JobRecord, Destination]:
    """A plan for the request; its state is PLANNING while the rows are still being read.

    Raises:
        Mistake: when it cannot be imported as asked.
        SaleshandyError: when something cannot be looked up.
    """
    jobs = jobs_of(context)
    resolved, destination = await resolve(request, context.api, jobs.account)
    if context.find(CrmAccess):
        resolved = replace(resolved, opt_outs=crm_opt_outs)
    given = sorted(resolved.given.items())
    asked = (request.name, request.mark, resolved.target, given, request.again, resolved.needed, request.read_as)
    fingerprint = repr(asked)
    return await jobs.plan(resolved, fingerprint, context), destination


async def destination_of(target: Target, api: Api) -> Destination:
    """Where the people of a job go, as it is now.

    Raises:
        Mistake: when the sequence or the step is gone.
    """
    if not target.step_id:
        return Destination()
    sequence = next((it for it in await all_sequences(api) if it.id == target.sequence_id), None)
    if sequence is None:
        raise Mistake(f'sequence: "{target.sequence}" is gone', "Import into another one.")
    return Destination(sequence, find_step(await steps_of(api, sequence), target.step_id, sequence))


async def effects_of_import(
    target: Target, few: list[str] | None, destination: Destination, api: Api
) -> frozenset[Effect]:
    """What sending rows does, in the account as it is now.

    Args:
        target: where they go, and how.
        few: the addresses, when they are at most ``FEW``; None when they are more.
        destination: where they go, as it is now.
        api: to look with.
    """
    causes = import_causes(
        target.conflict_action, few, active=target.step_id or None, verify=target.verify, tags=target.tags
    )
    known: Facts = {StepActive(target.step_id): destination.active}
    return effects_of(causes, await look(api, causes, known))


async def start_job(record: JobRecord, context: Context, *, may_mail: bool) -> None:
    """Start a job, in the background.

    Raises:
        Mistake: when it cannot be started.
        SaleshandyError: when a field cannot be created.
    """
    jobs = jobs_of(context)
    await create_fields(record, jobs.ledger, context.api)
    jobs.start(record.id, context, may_mail=may_mail)


async def create_fields(record: JobRecord, ledger: Ledger, api: Api) -> None:
    """Create the fields that a plan needs before its first row is sent, and remember its columns.

    Raises:
        SaleshandyError: when a field cannot be created.
    """
    if record.state is not JobState.PLANNED:
        return
    facts = record.facts.plan
    if facts.creates:
        there = {field.label for field in await api.send(ListFields(system_fields=True))}
        for label in facts.creates:
            if label not in there:
                await api.send(CreateField(label=label, field_type="text"))
    ledger.remember(record.account, facts.memory)


def jobs_of(context: Context) -> Jobs:
    """The imports of the account.

    Raises:
        Mistake: when they are not available in this context.
    """
    return context.service(Jobs)


async def _destination(request: ImportRequest, api: Api) -> Destination:
    if not request.sequence:
        return Destination()
    sequence = await find_sequence(api, request.sequence)
    return Destination(sequence, find_step(await steps_of(api, sequence), request.step, sequence))


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
