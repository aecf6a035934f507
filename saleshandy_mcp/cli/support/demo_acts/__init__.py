"""The acts of ``saleshandy-mcp demo``, and the stage they play on."""
