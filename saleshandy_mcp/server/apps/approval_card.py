"""The card at which a person agrees, in the chat of a host with MCP Apps: its page and its two tools."""

import logging
from collections.abc import Callable
from typing import Any

from mcp.server.apps import Apps
from mcp.server.mcpserver import Context as McpContext
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult
from pydantic import PrivateAttr

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.server.apps.answer_approval import AnswerApproval, answer
from saleshandy_mcp.server.apps.card_page import card_page
from saleshandy_mcp.server.apps.show_approval import KEY, ShowApproval, show
from saleshandy_mcp.server.tools import arguments
from saleshandy_mcp.server.tools.dialogue import Client
from saleshandy_mcp.server.tools.error_text import error_result, failure
from saleshandy_mcp.server.tools.tool_of_action import parts_of

logger = logging.getLogger(__name__)

URI = "ui://saleshandy/approval"
_MODEL_SEES = {"ui": {"resourceUri": URI, "visibility": ["model", "app"]}}
_CARD_ALONE = {"ui": {"visibility": ["app"]}}
"""Hosts take exactly this as "not for the model"."""

Carry = Callable[[Any, Approvals, Client], CallToolResult]


class CardTool(Tool):
    """A tool of the card. It changes nothing but the question that waits."""

    _action: type[Action[Any]] = PrivateAttr()
    _carry: Carry = PrivateAttr()
    _approvals: Approvals = PrivateAttr()

    @classmethod
    def of(cls, action: type[Action[Any]], carry: Carry, meta: dict[str, Any], approvals: Approvals) -> "CardTool":
        tool = cls(**parts_of(action, meta))
        tool._action, tool._carry, tool._approvals = action, carry, approvals
        return tool

    async def run(
        self,
        arguments: dict[str, Any],
        context: McpContext[Any, Any],
        convert_result: bool = False,  # noqa: ARG002, FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult:
        try:
            return self._carry(self._read(arguments), self._approvals, context)
        except Mistake as mistake:
            return error_result(failure(self.name, mistake))
        except Exception as error:
            # The last net, as for every tool: the card shows these words to a person.
            logger.exception("%s failed", self.name)
            return error_result(failure(self.name, error))

    def _read(self, sent: dict[str, Any]) -> Action[Any]:
        return arguments.read(self._action, sent, lambda: self.parameters, None)


CARD_TOOLS: dict[type[Action[Any]], tuple[Carry, dict[str, Any]]] = {
    ShowApproval: (show, _MODEL_SEES),
    AnswerApproval: (answer, _CARD_ALONE),
}
"""The tool that shows the card, and the one that takes its answer."""


def card_tools(approvals: Approvals) -> list[CardTool]:
    return [CardTool.of(action, carry, meta, approvals) for action, (carry, meta) in CARD_TOOLS.items()]


def add_card(apps: Apps) -> None:
    """Give the extension the page of the card."""
    page = card_page("approval_card", "approval_card", KEY=KEY, TOOL=AnswerApproval.slug)
    apps.add_html_resource(
        URI,
        page,
        name="approval card",
        description="The card on which a person agrees. Hosts show it by themselves.",
        prefers_border=True,
    )
