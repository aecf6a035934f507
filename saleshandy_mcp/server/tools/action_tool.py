"""An Action as an MCP tool: schema and hints derive from it; one place validates, asks, runs, renders and explains."""

import logging
import time
from dataclasses import replace
from functools import partial
from typing import Any

from mcp.server.mcpserver import Context as McpContext
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import func_metadata
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import PrivateAttr

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES, READING, Effect
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.view import NextCall, Say, View
from saleshandy_mcp.policy.approvals import Approvals, digest_of
from saleshandy_mcp.policy.effects import Gate, judge
from saleshandy_mcp.server.schema import input_schema
from saleshandy_mcp.server.tools import arguments, operation_tool
from saleshandy_mcp.server.tools.ask_user import AGREED, Agreed, Answered, agree, asks_in_result
from saleshandy_mcp.server.tools.error_text import explain
from saleshandy_mcp.untrusted.one_line import cleaned, one_line, visible

logger = logging.getLogger(__name__)

_LONGEST_PROGRESS = 300
"""Characters of a sentence of progress."""


def _never_called() -> None:
    """The SDK wants the metadata of a function; ``ActionTool.run`` takes its place."""


class ActionTool(Tool):
    """The SDK's tool, run by us: it drops unknown arguments, echoes values, and prints results as indented JSON."""

    _action: type[Action[Any]] = PrivateAttr()
    _context: Context = PrivateAttr()
    _approvals: Approvals = PrivateAttr()
    _allowed: frozenset[Effect] = PrivateAttr()
    _asks: bool = PrivateAttr()

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
            name=action.slug,
            title=action.slug.replace("_", " ").capitalize(),
            description=input_schema.description(action),
            parameters=input_schema.input_schema(action),
            annotations=hints(action),
        )
        tool._action, tool._context, tool._approvals, tool._allowed = action, context, approvals, allowed
        tool._asks = bool(action.effects & CONSEQUENCES)
        return tool

    async def run(
        self,
        arguments: dict[str, Any],
        context: McpContext[Any, Any],
        convert_result: bool = False,  # noqa: ARG002, FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult | InputRequiredResult:
        """Carry the call out. Whatever happens, the answer is a result that says what happened."""
        gate = Gate(self._context.api, self._allowed)
        start = time.monotonic()
        outcome = "failed"
        try:
            result = await self._carry_out(arguments, gate, context)
            outcome = "ok"
        except Answered as answered:
            outcome = "asked"
            return answered.question or text_result(answered.text, answered.facts)
        except (Mistake, SaleshandyError) as error:
            return error_result(explain(self.name, error, gate))
        except Exception as error:
            # The last net: a fault of ours must not look like the caller's, nor leave open what was done.
            logger.exception("%s failed", self.name)
            return error_result(explain(self.name, error, gate))
        else:
            return result
        finally:
            gate.line(self.name, arguments, outcome, time.monotonic() - start)

    async def _carry_out(self, sent: dict[str, Any], gate: Gate, client: McpContext[Any, Any]) -> CallToolResult:
        context = replace(self._context, api=gate, tell=_teller(client))
        token = str(sent.get("confirm") or "") if self._asks else ""
        rest = {name: value for name, value in sent.items() if not (self._asks and name == "confirm")}
        # An agreement is bound to what was meant: what a client adds by itself differs from call to call.
        given = arguments.given(self._action, rest)
        action = arguments.read(self._action, given, lambda: self.parameters, context.folder)
        prepared = await self._prepare(action, context)
        agreed: Agreed | None = None
        if judge(prepared, self._allowed) and (question := prepared.question):
            bound = digest_of(self.name, given, question)
            agreed = await agree(client, self._approvals, tool=self.name, question=question, bound=bound, token=token)
            if agreed == "dialogue" and not asks_in_result(client):
                prepared = await self._once_more(action, context, given, bound)
        gate.open(prepared.effects)
        view = await prepared.execute()
        note = f"\n{AGREED[agreed]}" if agreed else ""
        facts = view.model_dump(mode="json", exclude_none=True)
        return text_result(text_of(view) + note, facts, untrusted=view.untrusted)

    async def _prepare(self, action: Action[Any], context: Context) -> Prepared[Any]:
        if isinstance(action, Operation):
            return await operation_tool.prepare(action, context)
        if self._action.effects == READING:
            return Prepared(partial(action.run, context), READING)
        return await action.prepare(context)

    async def _once_more(
        self, action: Action[Any], context: Context, given: dict[str, Any], bound: str
    ) -> Prepared[Any]:
        """The call as it would be carried out now that time has passed while a person was thinking.

        Raises:
            Mistake: when that is not what they agreed to.
        """
        prepared = await self._prepare(action, context)
        asks = judge(prepared, self._allowed)
        if not asks or not prepared.question or digest_of(self.name, given, prepared.question) != bound:
            raise Mistake("what was agreed to has changed meanwhile", "Call again to see what would happen now.")
        return prepared


def text_of(view: View, say: Say = NextCall.for_model) -> str:
    """The text of a view; calls are written for a model unless ``say`` writes them otherwise."""
    return "\n".join(line for line in view.lines(say) if line)


LONGEST = 20_000
"""Characters of text; clients cut longer ones without a word."""
LONGEST_ERROR = 2_000
"""Characters of an error."""


def text_result(text: str, structured: dict[str, Any] | None = None, *, untrusted: bool = False) -> CallToolResult:
    """A result that succeeded. ``untrusted`` marks text that strangers wrote, where each kind of client looks."""
    text = visible(text)
    if len(text) > LONGEST:
        text = text[:LONGEST] + f"\n(cut here: {len(text):,} characters are too many; ask for less at a time)"
    facts: dict[str, Any] | None = cleaned(structured)
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content={**(facts or {}), "untrusted": True} if untrusted else facts,
        _meta={"untrusted": True} if untrusted else None,
    )


def error_result(text: str) -> CallToolResult:
    """A result that failed. What it quotes of the API or the caller may be long, and is cut."""
    seen = visible(text)
    if len(seen) > LONGEST_ERROR:
        seen = f"{seen[:LONGEST_ERROR].rstrip()} … (cut: {len(seen):,} characters)"
    return CallToolResult(content=[TextContent(type="text", text=seen)], is_error=True)


def hints(action: type[Action[Any]]) -> ToolAnnotations:
    """What the effects mean in the protocol's words; hosts decide by them what to ask before."""
    reads = action.effects == READING
    return ToolAnnotations(
        read_only_hint=reads,
        destructive_hint=bool(action.effects & CONSEQUENCES),
        idempotent_hint=reads or action.idempotent,
        open_world_hint=bool(action.effects & {Effect.SEND, Effect.SPEND}),
    )


def _teller(client: McpContext[Any, Any]) -> Any:
    """Progress goes to whoever asked for it with this request; without such a wish it goes nowhere."""
    told = 0

    async def tell(words: str) -> None:
        nonlocal told
        told += 1
        await client.report_progress(told, message=one_line(words, _LONGEST_PROGRESS))

    return tell
