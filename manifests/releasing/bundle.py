"""The bundle for Claude Desktop (MCPB): a manifest, and a project that installs the wheel beside it. Pure.

The wheel travels in the bundle, so nothing fetches this package by its name. What it depends on is fetched in the
versions of constraints.txt.
"""

import json
from collections.abc import Iterable
from typing import Any

from saleshandy_mcp.client_settings.package import AUTHORS, NAME, REPOSITORY, SUMMARY, TITLE
from saleshandy_mcp.core.variables import FILES, KEY, READ_ONLY, SANDBOX

ENTRY = "start.py"
START = '''"""Starts the server, as `uv run start.py`."""

from saleshandy_mcp.__main__ import main

main()
'''
_COMMAND = ["run", "--quiet", "--directory", "${__dirname}", ENTRY, "serve"]


def manifest(version: str, description: str, tools: Iterable[tuple[str, str]]) -> str:
    """The manifest.

    Args:
        version: of the package.
        description: the long one.
        tools: names of the tools, and what each does.
    """
    told: dict[str, Any] = {
        "manifest_version": "0.4",
        "name": NAME,
        "display_name": TITLE,
        "version": version,
        "description": SUMMARY,
        "long_description": description,
        "author": {"name": AUTHORS},
        "license": "MIT",
        "keywords": ["sales", "cold email", "outreach"],
        "icon": "icon.png",
        "server": {
            "type": "uv",
            "entry_point": ENTRY,
            "mcp_config": {
                "command": "uv",
                "args": _COMMAND,
                "env": {variable: f"${{user_config.{name}}}" for name, (variable, _) in _ASKED.items()},
            },
        },
        "tools": [{"name": name, "description": text} for name, text in tools],
        "compatibility": {"platforms": ["darwin", "win32", "linux"], "runtimes": {"python": ">=3.11"}},
        "user_config": {name: asked for name, (_, asked) in _ASKED.items()},
    }
    if REPOSITORY is not None:
        told |= {"repository": {"type": "git", "url": REPOSITORY}, "support": f"{REPOSITORY}/issues"}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def project(version: str, wheel: str, constraints: Iterable[str]) -> str:
    """The pyproject.toml of the bundle.

    Args:
        version: of the package.
        wheel: the name of the wheel's file, which lies in the bundle.
        constraints: lines such as ``click==8.3.0``.
    """
    pins = "\n".join(f"  {json.dumps(line)}," for line in constraints)
    return (
        f'[project]\nname = "{NAME}-bundle"\nversion = "{version}"\nrequires-python = ">=3.11"\n'
        f'dependencies = ["{NAME}"]\n\n'
        f"[tool.uv]\npackage = false\nconstraint-dependencies = [\n{pins}\n]\n\n"
        f'[tool.uv.sources]\n{NAME} = {{ path = "{wheel}" }}\n'
    )


_ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "api_key": (
        KEY,
        {
            "type": "string",
            "title": "API key",
            "description": "Saleshandy: Settings, API Key. Not needed for the sandbox.",
            "sensitive": True,
            "required": False,
            "default": "",
        },
    ),
    "files": (
        FILES,
        {
            "type": "directory",
            "title": "Folder with your lists",
            "description": "The only folder that imports may read files from.",
            "required": False,
            "default": "",
        },
    ),
    "sandbox": (
        SANDBOX,
        {
            "type": "boolean",
            "title": "Sandbox",
            "description": "Work on invented data. Nothing reaches Saleshandy.",
            "required": False,
            "default": False,
        },
    ),
    "read_only": (
        READ_ONLY,
        {
            "type": "boolean",
            "title": "Read only",
            "description": "Offer only tools that change nothing.",
            "required": False,
            "default": False,
        },
    ),
}
"""What a person is asked for, and the variable that it becomes. Each has a default: hosts leave others unreplaced."""
