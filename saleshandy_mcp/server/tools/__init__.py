"""Actions as MCP tools."""
