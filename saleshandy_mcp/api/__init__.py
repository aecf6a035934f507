"""Typed async client of the Saleshandy API; knows HTTP, does not know MCP."""
