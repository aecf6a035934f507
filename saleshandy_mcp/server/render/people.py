"""Prospects in text."""

from saleshandy_mcp.server.render.base import lines, more, plain, render
from saleshandy_mcp.workflows.prospects import ProspectLine, ProspectList
from saleshandy_mcp.workflows.view import counted


@render.register
def _(view: ProspectList) -> str:
    if not view.prospects:
        return "No prospect fits." if view.page == 1 else f"Page {view.page} is empty."
    return lines(
        f"{counted(len(view.prospects), 'prospect')} (page {view.page}; the API tells no total)",
        *(_line(it) for it in view.prospects),
        more(view.next) or "No more.",
    )


def _line(it: ProspectLine) -> str:
    role = ", ".join(plain(part, 60) for part in (it.job_title, it.company) if part)
    parts = [
        f"{plain(it.name, 60)} <{plain(it.email)}> [{it.id}]".lstrip(),
        role,
        "not verified" if it.verification == "skip" else it.verification,
    ]
    return " · ".join(part for part in parts if part)
