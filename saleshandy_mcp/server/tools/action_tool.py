"""An Action as an MCP tool: schema and hints derive from it; one place validates, asks, runs, renders and explains."""

import logging
import time
from dataclasses import replace
from typing import Any

from mcp.server.mcpserver import Context as McpContext
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import func_metadata
from mcp.types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import PrivateAttr

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.plan import Prepared
from saleshandy_mcp.server.render import render
from saleshandy_mcp.server.schema import input_schema as schema
from saleshandy_mcp.server.tools import approval, arguments
from saleshandy_mcp.server.tools import operation_tool as operations
from saleshandy_mcp.server.tools.approval import Approvals, Said
from saleshandy_mcp.server.tools.error_text import explain
from saleshandy_mcp.server.tools.journal import Journal, audit
from saleshandy_mcp.server.tools.result import error_result, text_result

logger = logging.getLogger(__name__)


def _never_called() -> None:
    """The SDK wants the metadata of a function; ``ActionTool.run`` takes its place."""


class ActionTool(Tool):
    """The SDK's tool, run by us: it drops unknown arguments, echoes values, and prints results as indented JSON."""

    _action: type[Action[Any]] = PrivateAttr()
    _context: Context = PrivateAttr()
    _approvals: Approvals = PrivateAttr()
    _allowed: frozenset[Effect] = PrivateAttr()

    @classmethod
    def of(
        cls,
        action: type[Action[Any]],
        context: Context,
        approvals: Approvals,
        allowed: frozenset[Effect] = frozenset(Effect),
    ) -> "ActionTool":
        """The tool of an action.

        Args:
            action: which one.
            context: what it works with.
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
        tool._action, tool._context, tool._approvals, tool._allowed = action, context, approvals, allowed
        return tool

    async def run(
        self,
        arguments: dict[str, Any],
        context: McpContext[Any, Any],
        convert_result: bool = False,  # noqa: ARG002, FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult | InputRequiredResult:
        """Carry the call out. Whatever happens, the answer is a result that says what happened."""
        journal = Journal(self._context.api, self._allowed)
        ours = replace(self._context, api=journal, tell=_teller(context))
        start = time.monotonic()
        outcome = "failed"
        try:
            result = await self._carry_out(arguments, ours, context)
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

    async def _carry_out(self, given: dict[str, Any], context: Context, client: McpContext[Any, Any]) -> CallToolResult:
        asks = self._action.asks
        token = str(given.get("confirm") or "") if asks else ""
        rest = {name: value for name, value in given.items() if not (asks and name == "confirm")}
        action = arguments.read(self._action, rest, schema.nested(self.parameters), context.folder)
        ready = await self._ready(action, context)
        if ready.plan:
            bound = approval.digest(self.name, rest, ready.plan)
            waited = await approval.agree(
                client, self._approvals, tool=self.name, plan=ready.plan, bound=bound, token=token
            )
            if waited:
                ready = await self._ready(action, context)
                if not ready.plan or approval.digest(self.name, rest, ready.plan) != bound:
                    raise Mistake(
                        "what was agreed to has changed meanwhile", "Call again to see what would happen now."
                    )
        view = await ready.execute()
        return text_result(render(view), view.model_dump(mode="json", exclude_none=True), untrusted=view.untrusted)

    async def _ready(self, action: Action[Any], context: Context) -> Prepared[Any]:
        """The action as it would be carried out, if the operator lets through what it would do."""
        ready = operations.prepare(action, context) if isinstance(action, Operation) else await action.prepare(context)
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


def _teller(client: McpContext[Any, Any]) -> Any:
    """Progress goes to whoever asked for it with this request; without such a wish it goes nowhere."""
    told = 0

    async def tell(words: str) -> None:
        nonlocal told
        told += 1
        await client.report_progress(told, message=words)

    return tell
