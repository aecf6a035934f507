"""What hosts with MCP Apps show in the chat: the card at which a person agrees."""
