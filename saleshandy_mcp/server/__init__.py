"""The MCP server: actions become tools. Knows actions, never a URL."""
