"""Prompts: whole jobs by name, each in a file of ``jobs/``, which also makes the skills of the plugin."""
