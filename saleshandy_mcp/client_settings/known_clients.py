"""The MCP clients: where each keeps its settings, and in which form. One declaration for each.

``sources`` are the public pages that the facts were read from; ``assumed`` says what no page of the vendor says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from saleshandy_mcp.client_settings.documents.edit import Form
from saleshandy_mcp.core.variables import KEY

System = Literal["linux", "macos", "windows"]
KeyWay = Literal["reference", "forwarded", "input", "clear"]
"""How a client hands the key over: a reference to a variable of the shell, a list of variables that it forwards, a
question of its own, or the key in clear."""


@dataclass(frozen=True)
class Places:
    """Templates of a settings file on each system: the first that is there counts, else the first.

    The first part of a template is a variable of the environment, or ``HOME`` for the home folder.
    """

    linux: tuple[str, ...]
    macos: tuple[str, ...]
    windows: tuple[str, ...]

    def on(self, system: System) -> tuple[str, ...]:
        """The templates on one system."""
        return {"linux": self.linux, "macos": self.macos, "windows": self.windows}[system]


@dataclass(frozen=True)
class Client:
    """The facts on one client.

    Attributes:
        slug: how it is named on the command line and in file names.
        name: how its vendor writes it.
        places: where its settings file is.
        form: the form of the file.
        servers: the names of the tables around the servers.
        project: the settings file of a project, relative to its folder; None where there is none.
        by: where the servers are a list, the field with their name.
        local: what each entry of a program has beside command, arguments and variables.
        remote: what each entry of an address has beside it; None when the file takes no addresses.
        words: other names for the fields ``command``, ``args``, ``env``, ``url``.
        key_way: how it hands the key over.
        key_text: what stands in the place of the key (reference, input), or the name of the list (forwarded).
        first: what a new file begins with.
        start_limit: seconds that a server may take to start, by the vendor's documentation; None when it tells none.
        questions: what it shows when a server asks its user: a form, a card in the chat, nothing; None: not known.
        by_hand: how a person opens the file in the client.
        restart: what to do for the client to read the file.
        sources: pages with these facts.
        assumed: what is not documented.
    """

    slug: str
    name: str
    places: Places
    by_hand: str
    restart: str
    sources: tuple[str, ...]
    form: Form = "json"
    servers: tuple[str, ...] = ("mcpServers",)
    project: str | None = None
    by: str | None = None
    local: Mapping[str, Any] = field(default_factory=dict[str, Any])
    remote: Mapping[str, Any] | None = field(default_factory=dict[str, Any])
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    key_way: KeyWay = "clear"
    key_text: str = ""
    first: str = ""
    start_limit: int | None = None
    assumed: tuple[str, ...] = ()
    questions: Literal["form", "card", "nothing"] | None = None

    @property
    def from_shell(self) -> bool:
        """Whether it takes the key from the shell that it is started in."""
        return self.key_way in ("reference", "forwarded") and "secrets." not in self.key_text


def _everywhere(*places: str) -> Places:
    return Places(places, places, places)


def _by_system(linux: str, macos: str, windows: str) -> Places:
    return Places((linux,), (macos,), (windows,))


_CLINE = "HOME/.cline/data/settings/cline_mcp_settings.json"
_OLD_CLINE = "Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"
_GOOSE = {"name": "saleshandy", "description": "Cold outreach in Saleshandy", "enabled": True, "timeout": 300}

CLIENTS = (
    Client(
        slug="claude-desktop",
        name="Claude Desktop",
        places=_by_system(
            "XDG_CONFIG_HOME/Claude/claude_desktop_config.json",
            "HOME/Library/Application Support/Claude/claude_desktop_config.json",
            "APPDATA/Claude/claude_desktop_config.json",
        ),
        remote=None,
        questions="card",
        by_hand="Settings → Developer → Edit Config",
        restart="Quit Claude Desktop, not only its window, and start it again.",
        sources=("modelcontextprotocol.io/docs/develop/connect-local-servers",),
        assumed=(
            "the place on Linux",
            "it shows cards (MCP Apps)",
            "it puts nothing in the place of a reference such as ${NAME}",
        ),
    ),
    Client(
        slug="claude-code",
        name="Claude Code",
        places=_everywhere("CLAUDE_CONFIG_DIR/.claude.json"),
        project=".mcp.json",
        local={"type": "stdio"},
        remote={"type": "http"},
        key_way="reference",
        key_text=f"${{{KEY}}}",
        start_limit=30,
        questions="form",
        by_hand="`.mcp.json` in the folder of a project, or `~/.claude.json`",
        restart="Start Claude Code again; /mcp shows the server.",
        # That references are replaced in ~/.claude.json, too, was tried with 2.1.197.
        sources=("code.claude.com/docs/en/mcp", "code.claude.com/docs/en/env-vars"),
    ),
    Client(
        slug="cursor",
        name="Cursor",
        places=_everywhere("HOME/.cursor/mcp.json"),
        project=".cursor/mcp.json",
        key_way="reference",
        key_text=f"${{env:{KEY}}}",
        questions="form",
        by_hand="Settings → Tools & MCP → New MCP Server",
        restart="Reload the window of Cursor; Settings → Tools & MCP shows the server.",
        sources=("cursor.com/docs/mcp",),
    ),
    Client(
        slug="vscode",
        name="VS Code",
        places=_by_system(
            "XDG_CONFIG_HOME/Code/User/mcp.json",
            "HOME/Library/Application Support/Code/User/mcp.json",
            "APPDATA/Code/User/mcp.json",
        ),
        project=".vscode/mcp.json",
        servers=("servers",),
        local={"type": "stdio"},
        remote={"type": "http"},
        key_way="input",
        key_text="saleshandy-key",
        questions="form",
        by_hand="Command Palette → MCP: Open User Configuration",
        restart="Command Palette → MCP: List Servers → saleshandy → Start. VS Code asks for the key once and keeps it.",
        sources=("code.visualstudio.com/docs/copilot/reference/mcp-configuration",),
        assumed=("the path of the user's file: the page names the command that opens it",),
    ),
    Client(
        slug="codex",
        name="Codex",
        places=_everywhere("CODEX_HOME/config.toml"),
        project=".codex/config.toml",
        form="toml",
        servers=("mcp_servers",),
        local={"startup_timeout_sec": 30},
        key_way="forwarded",
        key_text="env_vars",
        start_limit=10,
        questions="form",
        by_hand="`~/.codex/config.toml`",
        restart="Start Codex again; /mcp shows the server.",
        sources=("developers.openai.com/codex/mcp",),
    ),
    Client(
        slug="gemini-cli",
        name="Gemini CLI",
        places=_everywhere("HOME/.gemini/settings.json"),
        project=".gemini/settings.json",
        words={"url": "httpUrl"},
        key_way="reference",
        key_text=f"${{{KEY}}}",
        questions="nothing",
        by_hand="`~/.gemini/settings.json`",
        restart="Start Gemini CLI again; /mcp shows the server.",
        sources=("github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md",),
    ),
    Client(
        slug="windsurf",
        name="Windsurf",
        places=_everywhere("HOME/.codeium/windsurf/mcp_config.json"),
        words={"url": "serverUrl"},
        key_way="reference",
        key_text=f"${{env:{KEY}}}",
        by_hand="Windsurf Settings → Cascade → MCP Servers → View raw config",
        restart="Refresh the list of MCP servers in Cascade, or start Windsurf again.",
        sources=("docs.windsurf.com/windsurf/cascade/mcp",),
    ),
    Client(
        slug="zed",
        name="Zed",
        places=_by_system(
            "XDG_CONFIG_HOME/zed/settings.json",
            "HOME/.config/zed/settings.json",
            "APPDATA/Zed/settings.json",
        ),
        project=".zed/settings.json",
        servers=("context_servers",),
        local={"source": "custom"},
        by_hand="Command Palette → zed: open settings file",
        restart="Zed reads the file at once; the settings of its Agent Panel show the server.",
        sources=("zed.dev/docs/ai/mcp", "zed.dev/docs/configuring-zed"),
        assumed=("it puts nothing in the place of a reference such as ${NAME}",),
    ),
    Client(
        slug="goose",
        name="Goose",
        places=_by_system(
            "XDG_CONFIG_HOME/goose/config.yaml",
            "HOME/.config/goose/config.yaml",
            "APPDATA/Block/goose/config/config.yaml",
        ),
        form="yaml",
        servers=("extensions",),
        local=_GOOSE | {"type": "stdio"},
        remote=_GOOSE | {"type": "streamable_http"},
        words={"command": "cmd", "env": "envs", "url": "uri"},
        key_way="forwarded",
        key_text="env_keys",
        by_hand="`~/.config/goose/config.yaml`",
        restart="Start a new session of Goose.",
        sources=("block.github.io/goose/docs/guides/config-files",),
        assumed=("a variable of env_keys is also taken from the shell, not only from the keyring of Goose",),
    ),
    Client(
        slug="lm-studio",
        name="LM Studio",
        places=_everywhere("HOME/.lmstudio/mcp.json", "HOME/.cache/lm-studio/mcp.json"),
        by_hand="Program tab → Install → Edit mcp.json",
        restart="LM Studio reads the file when it is saved in its editor; else start it again.",
        sources=("lmstudio.ai/docs/app/mcp", "github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1371"),
        assumed=("it puts nothing in the place of a reference such as ${NAME}",),
    ),
    Client(
        slug="continue",
        name="Continue",
        places=_everywhere("HOME/.continue/config.yaml"),
        form="yaml",
        by="name",
        local={"name": "saleshandy"},
        remote={"name": "saleshandy", "type": "streamable-http"},
        key_way="reference",
        key_text=f"${{{{ secrets.{KEY} }}}}",
        first="name: Local Config\nversion: 1.0.0\nschema: v1\n",
        by_hand="`~/.continue/config.yaml`; the key stands in `~/.continue/.env`, as a line `SALESHANDY_API_KEY=…`",
        restart="Continue reads the file at once. It takes the key from ~/.continue/.env: a line SALESHANDY_API_KEY=….",
        sources=("docs.continue.dev/reference", "docs.continue.dev/customize/deep-dives/mcp"),
    ),
    Client(
        slug="cline",
        name="Cline",
        places=Places(
            linux=(_CLINE, f"XDG_CONFIG_HOME/{_OLD_CLINE}"),
            macos=(_CLINE, f"HOME/Library/Application Support/{_OLD_CLINE}"),
            windows=(_CLINE, f"APPDATA/{_OLD_CLINE}"),
        ),
        remote={"type": "streamableHttp"},
        by_hand="MCP Servers → Configure → Configure MCP Servers",
        restart="Cline reads the file at once; its list of MCP servers shows the server.",
        sources=("docs.cline.bot/cli/configuration", "docs.cline.bot/mcp/adding-and-configuring-servers"),
        assumed=(
            "it puts nothing in the place of a reference such as ${NAME}",
            "older versions in VS Code keep the file in the folder of the extension",
        ),
    ),
)
"""In the order in which the documentation names them."""
