"""Which actions are offered as tools: the everyday ones, whole toolsets, single operations; and what is left out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import RESOURCES, operations
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.effects import CONSEQUENCES, Effect
from saleshandy_mcp.integrations.salessheet.crm_operations import CRM_OPERATIONS
from saleshandy_mcp.server.tools.discovery.long_tail import long_tail
from saleshandy_mcp.server.tools.registry import CRM, CRM_TOOLS, EVERYDAY, Everyday

DEFAULT, ALL = "default", "all"
_OF_RESOURCE = {module.__name__.rpartition(".")[2]: operations(module) for module in RESOURCES}
_RESOURCE_OF = {operation: name for name, found in _OF_RESOURCE.items() for operation in found}
_LONG_TAIL = ("find_operations", "run_read_operation", "run_write_operation")

TOOLSETS = (DEFAULT, ALL, *_OF_RESOURCE)
"""``default``: the everyday tools, with a way to every operation. ``all``: those, and operations as tools of their own.
Any other is a resource: its everyday tools and its operations, and nothing else."""

Kind = type[Action[Any]]


@dataclass(frozen=True)
class Selection:
    """What the operator lets through. What is not chosen is not listed and not reachable, by no path.

    Args:
        toolsets: names of ``TOOLSETS``; ``default`` when neither these nor ``tools`` are given.
        tools: single tools or operations, beside the toolsets or instead of them.
        excluded: tools or operations that are taken out again; with an everyday tool go the operations it stands for.
        effects: what calls may do to the world.
        crm: whether there is a CRM: then its tools are among the default ones and in the toolset ``crm``, and its
            operations can be reached by the way to the rest. They are never tools of their own.
        crm_operations: whether that CRM is reached by operations; False leaves its tools alone.

    Raises:
        ValueError: naming what is not known, and what is near it.
    """

    toolsets: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    effects: frozenset[Effect] = frozenset(Effect)
    crm: bool = False
    crm_operations: bool = True

    def __post_init__(self) -> None:
        names = {*_LONG_TAIL, *(it.name for it in self._everyday), *(it.slug for it in self._toolset_of)}
        _refuse_unknown("toolset", self.toolsets, (*TOOLSETS, CRM) if self.crm else TOOLSETS)
        _refuse_unknown("tool", (*self.tools, *self.excluded), names)

    @classmethod
    def read_only(cls) -> "Selection":
        return cls(effects=frozenset({Effect.READ}))

    def actions(self) -> list[Kind]:
        """What is listed, in a fixed order: the everyday tools, single operations, the way to the rest."""
        everyday = [it for it in self._everyday if self._has(it)]
        shadowed = {it.name for it in everyday} | {operation.slug for it in everyday for operation in it.covers}
        single = [it for it in self.reach() if self._lists(it) and it.slug not in shadowed]
        rest = [it for it in self.reach() if it not in single and (self._whole or it in CRM_OPERATIONS)]
        tail = [it for it in long_tail(rest) if it.slug not in self.excluded]
        if not self._toolsets:
            tail = [it for it in tail if it.slug in self.tools]
        return [*(it.action for it in everyday), *single, *tail]

    def reach(self) -> list[type[Operation[Any]]]:
        """The operations that may be carried out on their own, as tools or by the way to the rest."""
        out = {operation for it in self._everyday if it.name in self.excluded for operation in it.covers}
        return [
            operation
            for operation, resource in self._toolset_of.items()
            if (self._whole or resource in self._toolsets or operation.slug in self.tools)
            and operation.slug not in self.excluded
            and operation not in out
            and operation.route.effects & self.effects
        ]

    def in_the_way(self, name: str) -> tuple[str, ...]:
        """Which of ``crm``, ``tools``, ``effects`` and ``excluded`` have to be wider before a tool is listed.

        Empty when it is listed, or when no selection lists it.
        """
        wider = {"crm": True, "tools": (*self.tools, name), "effects": frozenset(Effect), "excluded": ()}
        if not self._lists_with(name, wider):
            return ()
        for field in tuple(wider):
            fewer = {it: value for it, value in wider.items() if it != field}
            wider = fewer if self._lists_with(name, fewer) else wider
        return tuple(wider)

    def _lists_with(self, name: str, changes: dict[str, Any]) -> bool:
        try:
            return name in {it.slug for it in replace(self, **changes).actions()}
        except ValueError:  # a tool of the CRM is not known where there is none
            return False

    @property
    def _everyday(self) -> tuple[Everyday, ...]:
        return (*EVERYDAY, *CRM_TOOLS) if self.crm else EVERYDAY

    @property
    def _toolset_of(self) -> dict[type[Operation[Any]], str]:
        return _RESOURCE_OF | dict.fromkeys(CRM_OPERATIONS, CRM) if self.crm and self.crm_operations else _RESOURCE_OF

    @property
    def may_ask(self) -> bool:
        """Whether anything is listed that a person may have to agree to."""
        return any(action.effects & CONSEQUENCES & self.effects for action in self.actions())

    @property
    def _toolsets(self) -> tuple[str, ...]:
        return self.toolsets or (() if self.tools else (DEFAULT,))

    @property
    def _whole(self) -> bool:
        """Whether every operation can be reached, but for what is taken out."""
        return bool({DEFAULT, ALL} & {*self._toolsets}) or bool({*_LONG_TAIL} & {*self.tools})

    def _has(self, it: Everyday) -> bool:
        sets = {ALL, it.toolset, DEFAULT} if it.default else {ALL, it.toolset}
        chosen = sets & {*self._toolsets} or it.name in self.tools
        # A tool that asks before it sends is of use to somebody who lets it do no more than write.
        let_through = it.action.effects & self.effects
        return bool(chosen and let_through) and it.name not in self.excluded

    def _lists(self, operation: type[Operation[Any]]) -> bool:
        if operation in CRM_OPERATIONS:
            return False
        chosen = {ALL, _RESOURCE_OF[operation]} & {*self._toolsets}
        return bool(chosen) or operation.slug in self.tools


def _refuse_unknown(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    names = list(known)
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=3, cutoff=0.5)
            raise ValueError(f"there is no {what} called {name}" + (f"; near it: {', '.join(near)}" if near else ""))
