"""``find_operations``: any operation of the API, found by plain words."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.server.schema import input_schema as schema
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit
from saleshandy_mcp.server.tools.discovery.reach import Reaching, does
from saleshandy_mcp.server.tools.discovery.searching import Found, search
from saleshandy_mcp.untrusted.one_line import one_line

_SHOWN = 6
_SHOWN_BESIDE_A_LIMIT = 3
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


class LimitLine(View):
    """What the API cannot do, and the way round it."""

    what: str
    instead: str
    next: NextCall | None

    def lines(self, say: Say) -> Iterator[str | None]:
        yield f"No operation can {self.what}. {self.instead}"
        yield f"  {say(self.next)}" if self.next else None


class FoundOperations(View):
    """``found`` is shown; ``others`` are names of further ones that fit less well."""

    query: str
    of: int
    limits: list[LimitLine]
    found: list[OperationLine]
    others: list[str]

    def lines(self, say: Say) -> Iterator[str | None]:
        query = one_line(self.query)
        for limit in self.limits:
            yield from limit.lines(say)
        if not self.found:
            if not self.limits:
                yield f'No operation of {self.of} fits "{query}". Other words: tag, note, webhook, domain.'
            return
        near = "Near it: " if self.limits else ""
        yield f'{near}{counted(len(self.found), "operation")} of {self.of} for "{query}"'
        for it in self.found:
            yield from it.lines(say)
        yield f"Fit less well: {', '.join(self.others)}" if self.others else None


class FindOperations(Reaching):
    """Find any other operation of Saleshandy: webhooks, notes, tags, fields, domains, subsequences, clients. Tells name
    and arguments for run_read_operation or run_write_operation, and what cannot be done.
    """

    query: Annotated[str, Field(min_length=1, max_length=300, description="Plain words, or an operation's name.")]

    async def run(self, context: Context) -> FoundOperations:
        del context
        exact = self.reach.get(self.query.strip())
        found = Found([], [exact.slug]) if exact else search(self.query, self.reach)
        names = found.names
        shown = _SHOWN_BESIDE_A_LIMIT if found.limits else _SHOWN
        return FoundOperations(
            query=self.query,
            of=len(self.reach),
            limits=[_limit_line(it) for it in found.limits],
            found=[_line(self.reach[name], whole=len(names) == 1) for name in names[:shown]],
            others=names[shown : 2 * shown],
        )


def _limit_line(limit: Limit) -> LimitLine:
    return LimitLine(what=limit.what, instead=limit.instead, next=limit.next)


def _line(kind: type[Operation[Any]], *, whole: bool) -> OperationLine:
    outline = schema.outline(kind)
    shown = outline if whole else outline[:_LINES]
    runner = "run_read_operation" if kind.route.reads else "run_write_operation"
    argued = (line.partition(": ") for line in outline)
    needed = {name: ["…"] if is_.startswith("[") else "…" for name, _, is_ in argued if not name.endswith("?")}
    return OperationLine(
        name=kind.slug,
        effect=does(kind),
        does=schema.description(kind),
        arguments=shown,
        left_out=len(outline) - len(shown),
        run=NextCall.of(runner, operation=kind.slug, arguments=needed or None),
    )
