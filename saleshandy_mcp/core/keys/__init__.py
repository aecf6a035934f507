"""API keys: how they are set, and what cannot be one."""
