"""Saleshandy for AI assistants: MCP server, typed client, command line and sandbox."""

__version__ = "0.1.0"
