"""The long tail: finding any operation of the API by plain words, and running it by its name."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar

from pydantic import Field

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES, READING, Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.view import View, call
from saleshandy_mcp.policy.effects import would
from saleshandy_mcp.server.schema import input_schema as schema
from saleshandy_mcp.server.tools import arguments
from saleshandy_mcp.server.tools import operation_tool as operations
from saleshandy_mcp.server.tools.ranking import ranked

Reach = Mapping[str, type[Operation[Any]]]
"""Operations by name."""

_SHOWN = 6
_LINES = 12
"""Lines of arguments that a hit shows; asked for by its name it shows all."""


class OperationLine(View):
    name: str
    effect: str
    does: str
    arguments: list[str]
    left_out: int = 0
    run: str


class FoundOperations(View):
    """``found`` is shown; ``others`` are names of further ones that fit less well."""

    query: str
    of: int
    found: list[OperationLine]
    others: list[str]


class _Reaching(Action[Any]):
    """What these three have in common: the operations that the operator lets through."""

    reach: ClassVar[Reach] = {}


class FindOperations(_Reaching):
    """Find any other operation of Saleshandy by plain words: webhooks, notes, tags, fields, domains, subsequences,
    clients, lead lists. Tells name and arguments for run_read_operation or run_write_operation.
    """

    query: Annotated[str, Field(min_length=1, max_length=300, description="Plain words, or an operation's name.")]

    async def run(self, context: Context) -> FoundOperations:
        del context
        exact = self.reach.get(self.query.strip())
        names = (
            [exact.slug()]
            if exact
            else ranked(self.query, {name: schema.description(it) for name, it in self.reach.items()})
        )
        lines = [_line(self.reach[name], whole=exact is not None or len(names) == 1) for name in names[:_SHOWN]]
        return FoundOperations(query=self.query, of=len(self.reach), found=lines, others=names[_SHOWN : 3 * _SHOWN])


class _Run(_Reaching):
    operation: Annotated[str, Field(min_length=1, description="Its name, of find_operations.")]
    arguments: Annotated[dict[str, Any], Field(description="Its arguments by name.")] = {}

    async def prepare(self, context: Context) -> Prepared[operations.OperationAnswer]:
        kind = self._wanted()
        properties = schema.input_schema(kind)
        operation = arguments.read(kind, self.arguments, schema.nested(properties), folder=context.folder)
        return await operations.prepare(operation, context, through=self.slug())

    def _wanted(self) -> type[Operation[Any]]:
        kind = self.reach.get(self.operation)
        if kind is None:
            near = get_close_matches(self.operation, self.reach, n=3, cutoff=0.6)
            near = (
                near
                or ranked(
                    self.operation.replace("_", " "), {it: schema.description(self.reach[it]) for it in self.reach}
                )[:3]
            )
            meant = f"Near: {', '.join(near)}. " if near else ""
            raise Mistake(
                f'operation: there is no "{self.operation}" here',
                f"{meant}Look: {call('find_operations', query=self.operation.replace('_', ' '))}.",
            )
        if kind.route.reads != (self.effects == READING):
            other = RunReadOperation if kind.route.reads else RunWriteOperation
            raise Mistake(f"operation: {self.operation} {_does(kind)}", f"Use {other.slug()}.")
        return kind


class RunReadOperation(_Run):
    """Run an operation that only reads, by the name and with the arguments that find_operations tells."""


class RunWriteOperation(_Run):
    """Run an operation that changes something, by the name and with the arguments that find_operations tells.
    What reaches people, costs credits or deletes asks the user first.
    """

    effects = frozenset(Effect) - READING


def long_tail(reach: Iterable[type[Operation[Any]]]) -> list[type[Action[Any]]]:
    """The tools that reach these operations and no others; none for those that would reach nothing."""
    known = {operation.slug(): operation for operation in reach}
    kinds: list[type[_Reaching]] = [FindOperations] if known else []
    kinds += [RunReadOperation] if any(it.route.reads for it in known.values()) else []
    kinds += [RunWriteOperation] if not all(it.route.reads for it in known.values()) else []
    return [_reaching(kind, known) for kind in kinds]


def _reaching(kind: type[_Reaching], reach: Reach) -> type[_Reaching]:
    # The same name and docstring: for a model it is the same tool whatever it reaches.
    return type(kind.__name__, (kind,), {"reach": reach, "__doc__": kind.__doc__, "__module__": kind.__module__})


def _line(kind: type[Operation[Any]], *, whole: bool) -> OperationLine:
    outline = schema.outline(kind)
    shown = outline if whole else outline[:_LINES]
    runner = RunReadOperation if kind.route.reads else RunWriteOperation
    needed = {line.partition(":")[0]: "…" for line in outline if not line.partition(":")[0].endswith("?")}
    return OperationLine(
        name=kind.slug(),
        effect=_does(kind),
        does=schema.description(kind),
        arguments=shown,
        left_out=len(outline) - len(shown),
        run=call(runner.slug(), operation=kind.slug(), arguments=needed or None),
    )


def _does(kind: type[Operation[Any]]) -> str:
    """What it may do, and whether somebody is asked: "changes data; may reach people, then asks first"."""
    effects = kind.route.effects
    if effects == READING:
        return "only reads"
    worst = effects & CONSEQUENCES
    if not worst:
        return "changes data"
    return f"may {would(worst)}, then asks first" if effects - worst else f"would {would(worst)}, asks first"
