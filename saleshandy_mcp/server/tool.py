"""An Action as an MCP tool: schema and hints derive from it; one place validates, asks, runs, renders and explains."""

import logging
import time
from dataclasses import replace
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import func_metadata
from mcp.types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import PrivateAttr

from saleshandy_mcp.api.action import Action, Desk, Effect, Operation, Ready
from saleshandy_mcp.api.errors import Mistake, SaleshandyError
from saleshandy_mcp.server import approval, arguments, operations, schema
from saleshandy_mcp.server.approval import Approvals, Said
from saleshandy_mcp.server.faults import explain
from saleshandy_mcp.server.journal import Journal, audit
from saleshandy_mcp.server.render import render
from saleshandy_mcp.server.result import error_result, text_result

logger = logging.getLogger(__name__)


def _never_called() -> None:
    """The SDK wants the metadata of a function; ``ActionTool.run`` takes its place."""


class ActionTool(Tool):
    """The SDK's tool, run by us: it drops unknown arguments, echoes values, and prints results as indented JSON."""

    _action: type[Action[Any]] = PrivateAttr()
    _desk: Desk = PrivateAttr()
    _approvals: Approvals = PrivateAttr()
    _allowed: frozenset[Effect] = PrivateAttr()

    @classmethod
    def of(
        cls,
        action: type[Action[Any]],
        desk: Desk,
        approvals: Approvals,
        allowed: frozenset[Effect] = frozenset(Effect),
    ) -> "ActionTool":
        """The tool of an action.

        Args:
            action: which one.
            desk: what it works with.
            approvals: where agreements are kept, for all tools of a server.
            allowed: the effects that the operator lets through.
        """
        tool = cls(
            fn=_never_called,
            fn_metadata=func_metadata(_never_called, structured_output=False),
            is_async=True,
            context_kwarg=None,
            name=action.slug(),
            title=action.slug().replace("_", " ").capitalize(),
            description=schema.description(action),
            parameters=schema.input_schema(action),
            annotations=hints(action),
        )
        tool._action, tool._desk, tool._approvals, tool._allowed = action, desk, approvals, allowed
        return tool

    async def run(
        self,
        arguments: dict[str, Any],
        context: Context[Any, Any],
        convert_result: bool = False,  # noqa: ARG002, FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult | InputRequiredResult:
        """Carry the call out. Whatever happens, the answer is a result that says what happened."""
        journal = Journal(self._desk.api, self._allowed)
        desk = replace(self._desk, api=journal, tell=_teller(context))
        start = time.monotonic()
        outcome = "failed"
        try:
            result = await self._carry_out(arguments, desk, context)
            outcome = "ok"
        except Said as said:
            outcome = "asked"
            return said.result
        except (Mistake, SaleshandyError) as error:
            return error_result(explain(self.name, error, journal))
        except Exception as error:
            # The last net: a fault of ours must not look like the caller's, nor leave open what was done.
            logger.exception("%s failed", self.name)
            return error_result(explain(self.name, error, journal))
        else:
            return result
        finally:
            audit(self.name, arguments, journal, outcome, time.monotonic() - start)

    async def _carry_out(self, given: dict[str, Any], desk: Desk, context: Context[Any, Any]) -> CallToolResult:
        asks = self._action.asks
        token = str(given.get("confirm") or "") if asks else ""
        rest = {name: value for name, value in given.items() if not (asks and name == "confirm")}
        action = arguments.read(self._action, rest, schema.nested(self.parameters), desk.folder)
        ready = await self._ready(action, desk)
        if ready.plan:
            bound = approval.digest(self.name, rest, ready.plan)
            waited = await approval.agree(
                context, self._approvals, tool=self.name, plan=ready.plan, bound=bound, token=token
            )
            if waited:
                ready = await self._ready(action, desk)
                if not ready.plan or approval.digest(self.name, rest, ready.plan) != bound:
                    raise Mistake(
                        "what was agreed to has changed meanwhile", "Call again to see what would happen now."
                    )
        view = await ready.go()
        return text_result(render(view), view.model_dump(mode="json", exclude_none=True), untrusted=view.untrusted)

    async def _ready(self, action: Action[Any], desk: Desk) -> Ready[Any]:
        """The action as it would be carried out, if the operator lets through what it would do."""
        ready = operations.ready(action, desk) if isinstance(action, Operation) else await action.ready(desk)
        if ready.plan and ready.plan.effect not in self._allowed:
            would = operations.WOULD[ready.plan.effect]
            raise Mistake(
                f"this call would {would}, which the operator of this server has switched off",
                "It can be done in Saleshandy itself.",
            )
        return ready


def hints(action: type[Action[Any]]) -> ToolAnnotations:
    """What the effect means in the protocol's words; hosts decide by them what to ask before."""
    return ToolAnnotations(
        read_only_hint=action.effect is Effect.READ,
        destructive_hint=action.effect in (Effect.SEND, Effect.SPEND, Effect.DELETE),
        idempotent_hint=action.effect is Effect.READ or action.idempotent,
        open_world_hint=action.effect in (Effect.SEND, Effect.SPEND),
    )


def _teller(context: Context[Any, Any]) -> Any:
    """Progress goes to whoever asked for it with this request; without such a wish it goes nowhere."""
    told = 0

    async def tell(words: str) -> None:
        nonlocal told
        told += 1
        await context.report_progress(told, message=words)

    return tell
