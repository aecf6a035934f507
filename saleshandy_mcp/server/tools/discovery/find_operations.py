"""``find_operations``: any operation of the API, found by plain words."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.server.schema import input_schema as schema
from saleshandy_mcp.server.tools.discovery.reach import Reaching, does
from saleshandy_mcp.server.tools.ranking import ranked
from saleshandy_mcp.untrusted.one_line import one_line

_SHOWN = 6
_LINES = 12
"""Lines of arguments that a hit shows; asked for by its name it shows all."""


class OperationLine(View):
    name: str
    effect: str
    does: str
    arguments: list[str]
    left_out: int = 0
    run: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        yield f"{self.name} ({self.effect}): {self.does}"
        yield from (f"  {line}" for line in self.arguments)
        if self.left_out:
            more = say(NextCall.of("find_operations", query=self.name))
            yield f"  and {counted(self.left_out, 'argument')} more: {more}"
        yield f"  {say(self.run)}"


class FoundOperations(View):
    """``found`` is shown; ``others`` are names of further ones that fit less well."""

    query: str
    of: int
    found: list[OperationLine]
    others: list[str]

    def lines(self, say: Say) -> Iterator[str | None]:
        query = one_line(self.query)
        if not self.found:
            yield f'No operation of {self.of} fits "{query}". Other words: tag, note, webhook, domain.'
            return
        yield f'{counted(len(self.found), "operation")} of {self.of} for "{query}"'
        for it in self.found:
            yield from it.lines(say)
        yield f"Fit less well: {', '.join(self.others)}" if self.others else None


class FindOperations(Reaching):
    """Find any other operation of Saleshandy by plain words: webhooks, notes, tags, fields, domains, subsequences,
    clients, lead lists. Tells name and arguments for run_read_operation or run_write_operation.
    """

    query: Annotated[str, Field(min_length=1, max_length=300, description="Plain words, or an operation's name.")]

    async def run(self, context: Context) -> FoundOperations:
        del context
        exact = self.reach.get(self.query.strip())
        names = (
            [exact.slug]
            if exact
            else ranked(self.query, {name: schema.description(it) for name, it in self.reach.items()})
        )
        lines = [_line(self.reach[name], whole=exact is not None or len(names) == 1) for name in names[:_SHOWN]]
        return FoundOperations(query=self.query, of=len(self.reach), found=lines, others=names[_SHOWN : 3 * _SHOWN])


def _line(kind: type[Operation[Any]], *, whole: bool) -> OperationLine:
    outline = schema.outline(kind)
    shown = outline if whole else outline[:_LINES]
    runner = "run_read_operation" if kind.route.reads else "run_write_operation"
    needed = {line.partition(":")[0]: "…" for line in outline if not line.partition(":")[0].endswith("?")}
    return OperationLine(
        name=kind.slug,
        effect=does(kind),
        does=schema.description(kind),
        arguments=shown,
        left_out=len(outline) - len(shown),
        run=NextCall.of(runner, operation=kind.slug, arguments=needed or None),
    )
