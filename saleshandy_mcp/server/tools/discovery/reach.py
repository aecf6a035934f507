"""The operations that the operator lets through, and what the three tools that reach them have in common."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial
from typing import Annotated, Any, ClassVar

from pydantic import Field

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES, READING
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.policy.effects import would
from saleshandy_mcp.server.schema import input_schema as schema
from saleshandy_mcp.server.tools import arguments, operation_tool
from saleshandy_mcp.server.tools.discovery.searching import search
from saleshandy_mcp.untrusted.one_line import one_line

Reach = Mapping[str, type[Operation[Any]]]
"""Operations by name."""
_LONGEST = 100
"""Characters of a name that nothing has, in an answer: those of operations are shorter."""


class Reaching(Action[Any]):
    """A tool over the operations that the operator lets through."""

    reach: ClassVar[Reach] = {}


class RunOperation(Reaching):
    """Runs one operation by its name; subclasses say whether it reads or writes."""

    operation: Annotated[str, Field(min_length=1, description="Its name, of find_operations.")]
    arguments: Annotated[dict[str, Any], Field(description="Its arguments by name.")] = {}

    async def prepare(self, context: Context) -> Prepared[operation_tool.OperationAnswer]:
        kind = self._wanted()
        operation = arguments.read(kind, self.arguments, partial(schema.input_schema, kind), context.folder)
        return await operation_tool.prepare(operation, context, through=self.slug)

    def _wanted(self) -> type[Operation[Any]]:
        kind = self.reach.get(self.operation)
        if kind is None:
            named = one_line(self.operation, _LONGEST)
            words = named.replace("_", " ")
            found = search(words, self.reach)
            near = get_close_matches(named, self.reach, n=3, cutoff=0.6) or found.names[:3]
            meant = f"No operation can {found.limits[0].what}. " if found.limits else ""
            meant += f"Near: {', '.join(near)}. " if near else ""
            raise Mistake(
                f'operation: there is no "{named}" here',
                f"{meant}Look",
                next=NextCall.of("find_operations", query=words),
            )
        if kind.route.reads != (self.effects == READING):
            other = "run_read_operation" if kind.route.reads else "run_write_operation"
            raise Mistake(f"operation: {self.operation} {does(kind)}", f"Use {other}.")
        return kind


def does(kind: type[Operation[Any]]) -> str:
    """What it may do, and whether somebody is asked: "changes data; may reach people, then asks first"."""
    effects = kind.route.effects
    if effects == READING:
        return "only reads"
    worst = effects & CONSEQUENCES
    if not worst:
        return "changes data"
    return f"may {would(worst)}, then asks first" if effects - worst else f"would {would(worst)}, asks first"
