"""An Action as an MCP tool: one place validates, asks, runs, renders and explains."""

import json
import logging
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, ImageContent, InputRequiredResult, TextContent
from pydantic import PrivateAttr

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES, READING, Effect
from saleshandy_mcp.core.errors import Forbidden, Mistake, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.view import NextCall, Pictured, Say, View
from saleshandy_mcp.integrations.crm import CrmAccess
from saleshandy_mcp.policy.allowance import Allowance
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.policy.approvals import digest_of
from saleshandy_mcp.policy.earlier_call import Earlier
from saleshandy_mcp.policy.effects import OUTREACH_ALONE, WITH_CRM, Gate, judge
from saleshandy_mcp.policy.hold import Hold
from saleshandy_mcp.policy.journal import CallRecord, Journal, refuse_repetition
from saleshandy_mcp.server.tools import arguments, operation_tool, repetition
from saleshandy_mcp.server.tools.arguments import known_names
from saleshandy_mcp.server.tools.ask_user import Answered, Person
from saleshandy_mcp.server.tools.asking import AGREED, Agreement, Asking
from saleshandy_mcp.server.tools.dialogue import Client, asks_in_result
from saleshandy_mcp.server.tools.error_text import error_result, failure
from saleshandy_mcp.server.tools.fitting import fitting
from saleshandy_mcp.server.tools.tool_of_action import parts_of
from saleshandy_mcp.store.state import StateTrouble
from saleshandy_mcp.untrusted.one_line import cleaned, one_line, visible

logger = logging.getLogger(__name__)

LONGEST = 20_000
"""Characters of text; clients cut longer ones without a word."""
LONGEST_FACTS = 40_000
"""Characters of facts as JSON, where the names of keys are written again and again."""
_MOST_SESSIONS = 1_000
"""Sessions that are remembered; one that is forgotten counts as new."""
_LONGEST_PROGRESS = 300
"""Characters of a sentence of progress."""
_LONGEST_PROGRAM = 80
"""Characters of what a client calls itself."""


class ActionTool(Tool):
    """The SDK's tool, run by us: it drops unknown arguments, echoes values, and prints results as indented JSON."""

    _action: type[Action[Any]] = PrivateAttr()
    _context: Context = PrivateAttr()
    _allowed: frozenset[Effect] = PrivateAttr()
    _writable: frozenset[Service] = PrivateAttr()
    _asks: bool = PrivateAttr()
    _asking: Asking = PrivateAttr()
    _approvals: Approvals = PrivateAttr()
    _journal: Journal = PrivateAttr()
    _watched: tuple[Hold | None, Allowance | None] = PrivateAttr()

    @classmethod
    def of(
        cls,
        action: type[Action[Any]],
        context: Context,
        allowed: frozenset[Effect] = frozenset(Effect),
        asking: Asking | None = None,
    ) -> "ActionTool":
        """The tool of an action.

        Args:
            action: which one.
            context: what it works with.
            allowed: the effects that the operator lets through.
            asking: how people are asked.
        """
        tool = cls(**parts_of(action))
        tool._action, tool._context, tool._allowed = action, context, allowed
        tool._journal, tool._watched = context.service(Journal), (context.find(Hold), context.find(Allowance))
        crm = context.find(CrmAccess)
        tool._writable = WITH_CRM if crm and crm.writable else OUTREACH_ALONE
        tool._asks, tool._asking = bool(action.effects & CONSEQUENCES), asking or Asking()
        tool._approvals = context.service(Approvals)
        return tool

    async def run(
        self,
        arguments: dict[str, Any],
        context: Client,
        convert_result: bool = False,  # noqa: ARG002, FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult | InputRequiredResult:
        """Carry the call out. Whatever happens, the answer is a result that says what happened."""
        names = known_names(arguments, self.parameters["properties"])
        record = CallRecord(self._journal, self.name, names, who=_program(context))
        base, (held, allowance) = self._context, self._watched
        gate = Gate(base.api, self._allowed, self._writable, record=record, hold=held, clock=base.clock)
        gate.allowance = allowance
        gate.begin(self._context.longest)
        start = time.monotonic()
        outcome, answer = "failed", ""
        try:
            result = await self._carry_out(arguments, gate, record, context)
            outcome, answer = "ok", repetition.kept(result) if gate.done else ""
        except Answered as answered:
            outcome = "asked"
            # A question quotes what others wrote.
            return answered.question or text_result(answered.text, answered.facts, untrusted=True)
        except (Mistake, SaleshandyError) as error:
            if isinstance(error, Forbidden):
                record.said_no("refused")
            return error_result(failure(self.name, error, gate))
        except Exception as error:
            # The last net: a fault of ours must not look like the caller's, nor leave open what was done.
            logger.exception("%s failed", self.name)
            return error_result(failure(self.name, error, gate))
        else:
            return result
        finally:
            record.ends(gate.done, gate.doubtful, failed=outcome == "failed", answer=answer)
            gate.line(self.name, names, outcome, time.monotonic() - start)

    async def _carry_out(self, sent: dict[str, Any], gate: Gate, record: CallRecord, client: Client) -> CallToolResult:
        context = replace(
            self._context, api=gate, tell=_teller(client), time_left=gate.time_left, after_call=gate.after_call
        )
        token = str(sent.get("confirm") or "") if self._asks else ""
        rest = {name: value for name, value in sent.items() if not (self._asks and name == "confirm")}
        # An agreement is bound to what was meant: what a client adds by itself differs from call to call.
        given = arguments.given(self._action, rest)
        action = arguments.read(self._action, given, lambda: self.parameters, context.folder)
        person = await self._person(client, context, record, self._call(action, given), token)
        earlier = self._earlier(record, action, given)
        if earlier and (said := repetition.recorded(earlier, self._journal.clock())):
            return text_result(said.text, said.facts, untrusted=said.untrusted)
        prepared = await self._prepare(action, context, earlier)
        await gate.foresee(prepared)
        agreed: Agreement | None = None
        if judge(prepared, self._allowed) and (question := prepared.question):
            bound = digest_of(self.name, given, question)
            agreed = await person.agree(question, bound)
            gate.look_anew()
            record.plan, record.channel = bound, agreed.channel
            if agreed.channel == "dialogue":
                gate.begin(self._context.longest)
            if agreed.later:
                prepared = await self._once_more(action, context, given, bound, earlier)
        elif earlier:
            refuse_repetition(self._journal, earlier)
        gate.open(prepared.effects)
        view = await prepared.execute()
        return _answer(view, AGREED[agreed.channel] if agreed else "", self._told(gate, earlier))

    def _call(self, action: Action[Any], given: dict[str, Any]) -> str:
        """Stands for the call where it may have to be agreed to. What stops mail need not, and waits for no file."""
        return self._journal.digest(self.name, given) if self._asks and not action.stops_mail else ""

    async def _person(self, client: Client, context: Context, record: CallRecord, call: str, token: str) -> Person:
        """The person behind the call. What they have said to it elsewhere is heard."""
        person = Person(client, context, self._asking, record, call, token, *self._session(client))
        if call and (plan := self._approvals.asked(call)):
            await person.hear(plan)
        return person

    def _session(self, client: Client) -> tuple[str, bool]:
        """The id of the client's session over HTTP, and whether this is its first call.

        The id is empty over stdio, and since 2026-07-28, where there are none.
        """
        request = client.request_context.request
        session: str = ""
        # Since then whatever stands in the header is not looked at by the SDK: anybody could name any session.
        if request is not None and not asks_in_result(client):
            session = request.headers.get("mcp-session-id") or request.query_params.get("session_id") or ""
        known = self._asking.sessions
        new = session not in known
        known[session] = None
        if len(known) > _MOST_SESSIONS:
            del known[next(iter(known))]
        return session, new

    def _told(self, gate: Gate, earlier: Earlier | None) -> list[str]:
        """What of earlier calls has to be told. What is done must not fail for it."""
        try:
            return self._journal.to_tell(gate.touched, earlier)
        except StateTrouble as trouble:
            logger.warning("earlier calls are not known: %s", trouble)
            return []

    def _earlier(self, record: CallRecord, action: Action[Any], given: dict[str, Any]) -> Earlier | None:
        """The newest call like this one; None where that does not matter, or must not be waited for."""
        if action.effects == READING or action.keeps_record or action.stops_mail:
            return None
        record.call = self._journal.digest(self.name, given)
        earlier = self._journal.earlier(record.call)
        record.seen = earlier.id if earlier else 0
        return earlier

    async def _prepare(self, action: Action[Any], context: Context, earlier: Earlier | None) -> Prepared[Any]:
        if isinstance(action, Operation):
            prepared = await operation_tool.prepare(action, context)
        elif self._action.effects == READING:
            return Prepared(partial(action.run, context), READING)
        else:
            prepared = await action.prepare(context)
        return repetition.asked_about(prepared, earlier)

    async def _once_more(
        self, action: Action[Any], context: Context, given: dict[str, Any], bound: str, earlier: Earlier | None
    ) -> Prepared[Any]:
        """The call as it would be carried out now that time has passed while a person was thinking.

        Raises:
            Mistake: when that is not what they agreed to.
        """
        prepared = await self._prepare(action, context, earlier)
        asks = judge(prepared, self._allowed)
        if not asks or not prepared.question or digest_of(self.name, given, prepared.question) != bound:
            raise Mistake("what was agreed to has changed meanwhile", "Call again to see what would happen now.")
        return prepared


def _answer(view: View, agreed: str, told: list[str]) -> CallToolResult:
    """What was done, how it was agreed to, and what of earlier calls has to be told: in words, and beside them."""
    facts = view.model_dump(mode="json", exclude_none=True)
    if agreed:
        facts["agreed"] = agreed
    if told:
        facts["earlier"] = told
    lines = [text_of(view), agreed, *told]
    result = text_result("\n".join(line for line in lines if line), facts, untrusted=view.untrusted, less=view.less)
    if isinstance(view, Pictured) and view.picture:
        drawn = b64encode(view.picture).decode()
        result.content.append(ImageContent(type="image", data=drawn, mime_type="image/png"))
    return result


def text_of(view: View, say: Say = NextCall.for_model) -> str:
    """The text of a view; calls are written for a model unless ``say`` writes them otherwise."""
    return "\n".join(line for line in view.lines(say) if line)


def text_result(
    text: str,
    structured: dict[str, Any] | None = None,
    *,
    untrusted: bool = False,
    less: Callable[[], NextCall | None] = lambda: None,
) -> CallToolResult:
    """A result that succeeded. Text and facts are bounded each, and each says what it leaves out.

    Args:
        text: for clients that show their model text.
        structured: the same for clients that show it facts.
        untrusted: whether strangers wrote some of it; it is marked where each kind of client looks.
        less: makes the call that shows a part of it.
    """
    text = visible(text)
    if len(text) > LONGEST:
        text = text[:LONGEST] + f"\n(cut here: {len(text):,} characters are too many; {_way(less())})"
    facts: dict[str, Any] | None = cleaned(structured)
    if facts and len(json.dumps(facts)) > LONGEST_FACTS:
        facts, left_out = fitting(facts, LONGEST_FACTS)
        facts["cut"] = f"there is too much of it ({'; '.join(left_out)}); {_way(less())}"
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content={**(facts or {}), "untrusted": True} if untrusted else facts,
        _meta={"untrusted": True} if untrusted else None,
    )


def _way(less: NextCall | None) -> str:
    return f"{less.for_model()} shows a part" if less else "ask for less at a time"


def _program(client: Client) -> str:
    """The client program, as it calls itself."""
    params = client.session.client_params
    return one_line(f"{params.client_info.name} {params.client_info.version}", _LONGEST_PROGRAM) if params else ""


def _teller(client: Client) -> Any:
    """Progress goes to whoever asked for it with this request; without such a wish it goes nowhere."""
    told = 0

    async def tell(words: str) -> None:
        nonlocal told
        told += 1
        await client.report_progress(told, message=one_line(words, _LONGEST_PROGRESS))

    return tell
