"""Settings files of MCP clients: which client keeps them where and in which form, and how an entry comes into them."""
