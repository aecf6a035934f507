"""The page with a call and its answer for each tool. The answers are those that the tests of the tools hold."""

import json
from importlib import import_module
from typing import Any

from saleshandy_mcp.server.tools.registry import CRM_TOOLS, EVERYDAY
from tests.docs_site.pages import ROOT
from tests.server.everyday import CALLS, TAIL

ANSWERS = ROOT / "tests/server/answers"
_CALLS = CALLS | {
    name: (tool.name, arguments)
    for tool in CRM_TOOLS
    for name, arguments in import_module(f"tests.features.crm.test_{tool.action.slug}").EXAMPLES.items()
}
HEAD = """\
# Examples of each tool

A call, and what a model reads as its answer. The answers come from runs on the sandbox; the tests run each call again
and compare. "…" stands for what differs from run to run. What the arguments mean stands in the
[list of tools](tools.md).
"""


def examples(tool: str) -> list[tuple[dict[str, Any], str]]:
    """The calls of a tool with their answers."""
    return [
        (arguments, (ANSWERS / f"{name}.txt").read_text(encoding="utf-8").rstrip())
        for name, (of, arguments) in _CALLS.items()
        if of == tool
    ]


def tools() -> list[str]:
    """The tools that have a section; the two of the approval card have none, for no model calls them by itself."""
    return [*(tool.name for tool in EVERYDAY if tool.default), *TAIL, *(tool.name for tool in CRM_TOOLS)]


def page() -> str:
    """The page in Markdown."""
    sections = [f"## {tool}\n\n" + "\n\n".join(_example(tool, *it) for it in examples(tool)) for tool in tools()]
    return "\n".join([HEAD, "\n\n".join(sections)]).rstrip() + "\n"


def _example(tool: str, arguments: dict[str, Any], answer: str) -> str:
    call = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())
    return f"````text\n{tool}({call})\n````\n\n````text\n{answer}\n````"
