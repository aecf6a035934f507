"""Which answers of tools hosts with MCP Apps show as a picture beside the text, and with which page.

The pages draw the structured part of a result, and call tools as the model would: through the host, and through the
gate. Clients without Apps get the text and the facts alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from mcp.server.apps import Apps

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.features.imports.check_import_status import CheckImportStatus
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.inbox.list_inbox import ListInbox
from saleshandy_mcp.features.reports.make_report import MakeReport
from saleshandy_mcp.features.sequences.get_sequence import GetSequence
from saleshandy_mcp.server.apps.card_page import card_page


@dataclass(frozen=True)
class ToolView:
    """A page that shows answers of tools.

    Attributes:
        name: in its address.
        says: what it shows.
        tools: whose answers it shows.
        scripts: what it is made of, after the bridge and the elements.
    """

    name: str
    says: str
    tools: tuple[type[Action[Any]], ...]
    scripts: tuple[str, ...]

    @property
    def uri(self) -> str:
        return f"ui://saleshandy/{self.name}"

    def page(self) -> str:
        return card_page("view", "elements", *self.scripts, TITLE=self.name.capitalize())


VIEWS = (
    ToolView(
        "report",
        "A report, or the mails ahead: charts, tables, other periods at a press.",
        (MakeReport,),
        ("mails_ahead", "report"),
    ),
    ToolView("sequence", "A sequence: steps in time, variants side by side.", (GetSequence,), ("sequence",)),
    ToolView(
        "import",
        "The plan of an import, or how it goes on: it looks again by itself.",
        (ImportProspects, CheckImportStatus),
        ("import",),
    ),
    ToolView("inbox", "Conversations, with buttons for their outcomes.", (ListInbox,), ("inbox",)),
)
_OF_TOOL = {action.slug: view for view in VIEWS for action in view.tools}


def view_meta(tool: str) -> dict[str, Any] | None:
    """What tells a host which page shows the answers of a tool; None where there is none."""
    view = _OF_TOOL.get(tool)
    return {"ui": {"resourceUri": view.uri, "visibility": ["model", "app"]}} if view else None


def add_views(apps: Apps, offered: Collection[str]) -> None:
    """Give the extension the pages of the tools that are offered."""
    for view in VIEWS:
        if any(action.slug in offered for action in view.tools):
            apps.add_html_resource(view.uri, view.page(), name=f"{view.name} view", description=view.says)
