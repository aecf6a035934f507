"""The baseline: the smallest server that the SDK makes, with one tool that does nothing."""

from mcp.server.mcpserver import MCPServer

server = MCPServer("one")


@server.tool()
def nothing() -> str:
    """Does nothing."""
    return "nothing"


if __name__ == "__main__":
    server.run("stdio")
