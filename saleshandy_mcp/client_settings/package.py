"""What is known of the package itself. Snippets, packages, documentation and ``install`` follow from this.

The build reads this file alone, so it imports nothing.
"""

NAME = "saleshandy-mcp"
"""The name of the package, and of its program."""
AUTHORS = f"The authors of {NAME}"
"""Who is named as the author of bundles and plugins."""
TITLE = "Saleshandy"
"""The name that people see in a list of servers."""
SUMMARY = "Cold outreach in Saleshandy: sequences, imports, replies, leads. With a local sandbox."
"""What it is, in at most 100 characters: registries and bundles take no more."""
PUBLISHED = False
"""Whether the package index has it under this name. Until then, no snippet runs the name: anybody could register it,
and would be handed the key. True switches all snippets to the short form (then: ``make snapshots``)."""
REPOSITORY: str | None = None
"""The public address of the source, such as ``https://github.com/OWNER/NAME``; None while there is none."""
SKILLS = "manifests/skills"
"""The folder with the skills of the plugin for Claude Code."""
