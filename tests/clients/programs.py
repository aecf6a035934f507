"""The clients: what is installed for each, and how one call is made with it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.clients.cases import THINKS, TOOL, Answer, Case
from tests.clients.installing import Npm, Pip
from tests.clients.place import Server
from tests.clients.terminal_programs import (
    claude_code,
    claude_code_env,
    claude_code_with_a_user,
    codex,
    gemini,
    gemini_env,
)

DRIVERS = Path(__file__).parent / "drivers"


@dataclass(frozen=True)
class Job:
    """What a client has to do.

    Attributes:
        folder: where the client is installed; beside it lies Node.js.
        room: a folder for this case alone, with a home in it.
        model: the address of the scripted model.
    """

    case: Case
    server: Server
    arguments: Mapping[str, Any]
    folder: Path
    room: Path
    model: str

    @property
    def python(self) -> str:
        return str(self.folder / "venv" / "bin" / "python")

    @property
    def node(self) -> str:
        return str(self.folder.parent / "node" / "node_modules" / ".bin" / "node")

    def text(self) -> str:
        """The job, as the drivers read it."""
        told = {"tool": TOOL, "arguments": self.arguments, "answer": self.case.answer, "thinks": THINKS}
        return json.dumps(asdict(self.server) | told | {"model": self.model, "installed": str(self.folder)})


Command = Callable[[Job], list[str]]


@dataclass(frozen=True)
class Client:
    """A client in the wild.

    Attributes:
        command: what is run; it may write settings into the room of the job before.
        answers: what its dialogue can be made to answer; nothing, if it has none.
        thinks: it asks a model, which then hands tokens back by itself.
        env: what it needs in its environment besides.
        note: a sentence for the table.
    """

    name: str
    install: Npm | Pip
    command: Command
    answers: tuple[Answer, ...] = ("accept", "decline", "cancel")
    transports: tuple[str, ...] = ("stdio", "http")
    thinks: bool = False
    env: Callable[[Job], dict[str, str]] = field(default=lambda _: {})
    note: str = ""

    @property
    def slug(self) -> str:
        return re.sub(r"\W+", "-", self.install.packages[0].partition("[")[0]).strip("-")

    @property
    def version(self) -> str:
        return re.split(r"==|(?<=.)@", self.install.packages[0])[-1]


def _python(driver: str) -> Command:
    return lambda job: [job.python, str(DRIVERS / driver), job.text()]


def _typescript(release: str) -> Command:
    return lambda job: [job.node, str(DRIVERS / "typescript.mjs"), release, job.text()]


def _mastra(job: Job) -> list[str]:
    return [job.node, str(DRIVERS / "mastra.mjs"), job.text()]


def _inspector(job: Job) -> list[str]:
    program = job.folder / "node_modules" / ".bin" / "mcp-inspector"
    given = [part for name, value in job.arguments.items() for part in ("--tool-arg", f"{name}={value}")]
    call = ["--method", "tools/call", "--tool-name", TOOL, *given]
    if job.server.url:
        return [job.node, str(program), "--cli", job.server.url, *call]
    settings = [part for name, value in job.server.env.items() for part in ("-e", f"{name}={value}")]
    return [job.node, str(program), "--cli", job.server.command, *job.server.args, *settings, *call]


NODE = Npm(("node@24.11.1",))
"""Some clients want a newer Node.js than there is; this one is installed beside them, in the folder "node"."""

CLIENTS = (
    Client("TypeScript SDK 1", Npm(("@modelcontextprotocol/sdk@1.32.2",)), _typescript("v1")),
    Client("TypeScript SDK 2, 2025-11-25", Npm(("@modelcontextprotocol/client@2.4.0",)), _typescript("v2")),
    Client("TypeScript SDK 2, 2026-07-28", Npm(("@modelcontextprotocol/client@2.4.0",)), _typescript("v2-auto")),
    Client("MCP Inspector, CLI", Npm(("@modelcontextprotocol/inspector@2.12.0",)), _inspector, answers=()),
    Client("fastmcp", Pip(("fastmcp==4.2.3",)), _python("fastmcp_client.py")),
    Client(
        "langchain-mcp-adapters",
        Pip(("langchain-mcp-adapters==0.3.2",)),
        _python("langchain_tools.py"),
        note="a process, or a session, for each call",
    ),
    Client("pydantic-ai", Pip(("pydantic-ai-slim[mcp,openai]==2.68.0",)), _python("pydantic_agent.py"), thinks=True),
    Client("openai-agents", Pip(("openai-agents==0.24.0",)), _python("openai_agent.py"), answers=(), thinks=True),
    Client("google-genai", Pip(("google-genai==3.6.1", "mcp==2.3.0")), _python("genai_session.py"), thinks=True),
    Client("Mastra", Npm(("@mastra/mcp@2.0.0", "@mastra/core@1.71.0")), _mastra, thinks=True),
    Client(
        "Claude Code, without a user",
        Npm(("@anthropic-ai/claude-code@2.1.332",)),
        claude_code,
        thinks=True,
        env=claude_code_env,
        note="`claude -p` closes each question by itself; an answer in the table is that of a hook (`Elicitation`)",
    ),
    Client(
        "Claude Code, with a user",
        Npm(("@anthropic-ai/claude-code@2.1.332",)),
        claude_code_with_a_user,
        thinks=True,
        env=claude_code_env,
        note="somebody types at its terminal; its dialogue shows three lines of a question",
    ),
    Client(
        "Codex, without a user",
        Npm(("@openai/codex@0.171.0",)),
        codex,
        answers=(),
        thinks=True,
        note="`codex exec` declines each question by itself, at once; `required = true` makes it wait for the server",
    ),
    Client(
        "Gemini CLI, without a user",
        Npm(("@google/gemini-cli@0.61.0",)),
        gemini,
        answers=(),
        thinks=True,
        env=gemini_env,
        note="`gemini -p`",
    ),
)
