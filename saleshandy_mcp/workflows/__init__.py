"""Actions made of several operations: what a person asks for. No HTTP, no MCP."""
