"""Settings to paste, links and the plugin, for documentation and clients: made from the facts on them. Pure."""

import base64
import json
from typing import Any
from urllib.parse import quote

from saleshandy_mcp.client_settings import package
from saleshandy_mcp.client_settings.documents.edit import put
from saleshandy_mcp.client_settings.entries import PLACEHOLDER, SERVER, Start, placements
from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client
from saleshandy_mcp.core.variables import FILES, KEY

FOLDER = "/path/to/your/lists"
"""What stands in a snippet for the folder that imports may read from."""
_KEYS = {
    "reference": "taken from your shell's `SALESHANDY_API_KEY`",
    "forwarded": "taken from your shell's `SALESHANDY_API_KEY`",
    "input": "the client asks for it once",
    "clear": "pasted in place of `paste-your-key-here`; it stands there in clear",
}


def program() -> tuple[str, ...]:
    """The program as snippets name it: the short form once the package index has the package."""
    return ("uvx", package.NAME) if package.PUBLISHED else (f"/path/to/{package.NAME}",)


def snippet(client: Client, *, sandbox: bool = False) -> str:
    """The whole settings file of a client that has nothing else in it."""
    key = PLACEHOLDER if client.key_way == "clear" and not sandbox else None
    start = Start(program(), files=FOLDER, key=key, sandbox=sandbox)
    return put(client.form, client.first, placements(client, start))


def files() -> dict[str, str]:
    """The settings of all clients by the names of their files, once with a key and once with the sandbox."""
    return {
        f"{client.slug}{'-sandbox' if sandbox else ''}.{client.form}": snippet(client, sandbox=sandbox)
        for client in CLIENTS
        for sandbox in (False, True)
    }


def table() -> str:
    """The clients as a table in Markdown: where the settings go, and how the key comes in."""
    rows = [
        f"| {client.name} | {client.by_hand} | {_key(client)} | `{client.slug}.{client.form}` |" for client in CLIENTS
    ]
    return "\n".join(["| client | settings | key | file |", "|---|---|---|---|", *rows, ""])


def example() -> str:
    """The settings that most clients share, as a block in Markdown, with what to put in place of its paths."""
    text = snippet(CLIENTS[0])
    links = "".join(f"[Install in {name}]({link})\n" for name, link in install_links().items())
    return f"```json\n{text}```\n\n{_ABOUT_PROGRAM[package.PUBLISHED]}\n" + (f"\n{links}" if links else "")


def install_links() -> dict[str, str]:
    """Links that put the server into a client, by the name of the client; none while no index has the package."""
    if not package.PUBLISHED:
        return {}
    clients = {client.slug: client for client in CLIENTS}
    start = Start(program())
    cursor, vscode = (placements(clients[slug], start) for slug in ("cursor", "vscode"))
    config = base64.b64encode(_compact(cursor[0].value).encode()).decode()
    asked: dict[str, Any] = {"name": SERVER, **(vscode[0].value or {}), "inputs": [it.value for it in vscode[1:]]}
    return {
        "Cursor": f"cursor://anysphere.cursor-deeplink/mcp/install?name={SERVER}&config={quote(config, safe='')}",
        "VS Code": f"vscode:mcp/install?{quote(_compact(asked), safe='')}",
    }


def plugin(version: str) -> str:
    """The plugin of Claude Code: it runs the server from its own folder, fetches this package from nowhere, and brings
    its prompts as skills.
    """
    variables = {name: f"${{{name}:-}}" for name in (KEY, FILES)}
    words = ["run", "--quiet", "--directory", "${CLAUDE_PLUGIN_ROOT}", package.NAME, "serve"]
    told: dict[str, Any] = {
        "name": SERVER,
        "version": version,
        "description": package.SUMMARY,
        "author": {"name": package.AUTHORS},
        "license": "MIT",
        "skills": f"./{package.SKILLS}",
        "mcpServers": {SERVER: {"command": "uv", "args": words, "env": variables}},
    }
    return json.dumps(told, indent=2) + "\n"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _key(client: Client) -> str:
    return "kept by the client" if client.key_way == "reference" and not client.from_shell else _KEYS[client.key_way]


_ABOUT_PROGRAM = {
    False: "In place of `/path/to/saleshandy-mcp` write the whole path of the program: `which saleshandy-mcp` prints "
    "it (Windows: `where saleshandy-mcp`).\nThe package is on no index yet, so no settings here run it by its name "
    "alone: somebody else could register that name, and would then get your key.",
    True: "A client that does not find `uvx` wants its whole path: `which uvx` prints it (Windows: `where uvx`).",
}
