"""Programs that somebody types to: the settings that each wants to find in its home, and its command line."""

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.clients.cases import THINKS, TOOL

if TYPE_CHECKING:
    from tests.clients.programs import Job

_KEY = "no-key-is-needed-by-a-scripted-model"
PROMPT = "Start the sequence SaaS founders."


def claude_code(job: "Job") -> list[str]:
    """Claude Code without a user. Its dialogue is answered by a hook, where the case has an answer."""
    servers = _written(job.room / "servers.json", {"mcpServers": {"saleshandy": _server(job, http={"type": "http"})}})
    settings = _written(job.room / "settings.json", {"hooks": _hooks(job)})
    command = [str(_program(job, "claude")), "-p", PROMPT, "--model", "scripted", "--mcp-config", str(servers)]
    return [*command, "--strict-mcp-config", "--settings", str(settings), "--allowedTools", f"mcp__saleshandy__{TOOL}"]


def claude_code_with_a_user(job: "Job") -> list[str]:
    """Claude Code at a terminal of its own, where somebody types."""
    known = {"hasCompletedOnboarding": True, "customApiKeyResponses": {"approved": [_KEY[-20:]], "rejected": []}}
    trusted = {str(job.room): {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}}
    _written(job.room / "home" / ".claude.json", known | {"projects": trusted})
    servers = _written(job.room / "servers.json", {"mcpServers": {"saleshandy": _server(job, http={"type": "http"})}})
    command = [str(_program(job, "claude")), "--model", "scripted", "--mcp-config", str(servers)]
    typist = [sys.executable, str(Path(__file__).parent / "drivers" / "at_a_terminal.py"), job.text()]
    return [*typist, *command, "--strict-mcp-config", "--allowedTools", f"mcp__saleshandy__{TOOL}"]


def claude_code_env(job: "Job") -> dict[str, str]:
    return {
        "ANTHROPIC_BASE_URL": job.model,
        "ANTHROPIC_API_KEY": _KEY,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "ENABLE_TOOL_SEARCH": "false",
    }


def codex(job: "Job") -> list[str]:
    """Codex without a user; its own question before a tool runs is switched off."""
    server = _server(job, http={})
    lines = [
        'model = "scripted"',
        'model_provider = "scripted"',
        "[model_providers.scripted]",
        'name = "scripted"',
        f'base_url = "{job.model}/v1"',
        'wire_api = "responses"',
        "[mcp_servers.saleshandy]",
        'default_tools_approval_mode = "approve"',
        "required = true",
        *(f"{name} = {json.dumps(value)}" for name, value in server.items() if name != "env"),
        *(["[mcp_servers.saleshandy.env]"] if "env" in server else []),
        *(f"{name} = {json.dumps(value)}" for name, value in server.get("env", {}).items()),
    ]
    settings = job.room / "home" / ".codex" / "config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("\n".join(lines))
    return [str(_program(job, "codex")), "exec", "--skip-git-repo-check", PROMPT]


def gemini(job: "Job") -> list[str]:
    """Gemini CLI without a user."""
    server = _server(job, http={}, url="httpUrl") | {"trust": True}
    _written(
        job.room / "home" / ".gemini" / "settings.json",
        {
            "mcpServers": {"saleshandy": server},
            "security": {"auth": {"selectedType": "gemini-api-key"}, "folderTrust": {"enabled": False}},
            "privacy": {"usageStatisticsEnabled": False},
            "general": {"enableAutoUpdate": False},
        },
    )
    return [job.node, str(_program(job, "gemini")), "-m", "gemini-2.5-pro", "--approval-mode", "yolo", "-p", PROMPT]


def gemini_env(job: "Job") -> dict[str, str]:
    return {"GEMINI_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": job.model, "GEMINI_CLI_TRUST_WORKSPACE": "true"}


def _program(job: "Job", name: str) -> Path:
    return job.folder / "node_modules" / ".bin" / name


def _server(job: "Job", *, http: dict[str, Any], url: str = "url") -> dict[str, Any]:
    """The server, as most programs want it in their settings."""
    if job.server.url:
        return http | {url: job.server.url}
    return {"command": job.server.command, "args": job.server.args, "env": job.server.env}


def _hooks(job: "Job") -> dict[str, Any]:
    if not job.case.answer:
        return {}
    content = {"content": {"confirm": True}} if job.case.answer == "accept" else {}
    answer = {"hookSpecificOutput": {"hookEventName": "Elicitation", "action": job.case.answer} | content}
    command = f"sleep {THINKS}; echo {shlex.quote(json.dumps(answer))}"
    return {"Elicitation": [{"hooks": [{"type": "command", "command": command}]}]}


def _written(file: Path, settings: dict[str, Any]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings))
    return file
