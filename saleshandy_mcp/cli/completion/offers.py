"""What completion offers for an option or an argument. Each is a function as click wants it for ``shell_complete``."""

from collections.abc import Callable, Iterable

from click import Context, Parameter
from click.shell_completion import CompletionItem

from saleshandy_mcp.cli.completion.index import index
from saleshandy_mcp.cli.completion.kept_names import data_folder, kept_jobs, kept_titles
from saleshandy_mcp.core.effects import Effect

Offer = Callable[[Context, Parameter, str], list[CompletionItem]]
_CRM = "salessheet."


def _fitting(names: Iterable[tuple[str, str]], typed: str, before: str = "") -> list[CompletionItem]:
    """The names that go on from what is typed, whatever its case."""
    return [
        CompletionItem(before + name, help=told or None)
        for name, told in names
        if name.casefold().startswith(typed.casefold())
    ]


def _plain(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, "") for name in names]


def _operations() -> list[tuple[str, str]]:
    """The operations that can be tools: those of the CRM cannot."""
    found = [item for named in index().operations.values() for item in named.items()]
    return [(name, told) for name, told in found if not name.startswith(_CRM)]


def _one(names: Callable[[], Iterable[tuple[str, str]]]) -> Offer:
    return lambda _context, _parameter, typed: _fitting(names(), typed)


def _several(names: Callable[[], Iterable[tuple[str, str]]]) -> Offer:
    """For names with commas between them: the last one is completed, and none is offered twice."""

    def offer(_context: Context, _parameter: Parameter, typed: str) -> list[CompletionItem]:
        before, comma, last = typed.rpartition(",")
        left = [(name, told) for name, told in names() if name not in before.split(",")]
        return _fitting(left, last, before + comma)

    return offer


def offer_arguments(context: Context, _parameter: Parameter, typed: str) -> list[CompletionItem]:
    """Arguments of the tool that stands before, as ``name=``; for ``sequence=`` and ``job=`` also values."""
    name, equals, value = typed.partition("=")
    if equals:
        values = {"sequence": kept_titles, "job": kept_jobs}.get(name)
        return _fitting(values(data_folder()), value, f"{name}=") if values else []
    given = {word.partition("=")[0] for word in context.params.get("arguments") or ()}
    left = [it for it in index().tools.get(context.params.get("tool") or "", []) if it not in given]
    return _fitting(_plain(f"{it}=" for it in left), typed)


offer_tool = _one(lambda: _plain(index().tools))
offer_job = _one(lambda: kept_jobs(data_folder()))
offer_sequence = _one(lambda: kept_titles(data_folder()))
offer_toolsets = _several(lambda: _plain(index().toolsets))
offer_tools = _several(lambda: [*_plain(index().tools), *_operations()])
offer_effects = _several(lambda: _plain(Effect))
