"""What is known of the package itself. Snippets, documentation and ``install`` follow from this."""

NAME = "saleshandy-mcp"
"""The name of the package, and of its program."""
PUBLISHED = False
"""Whether the package index has it under this name. Until then, no snippet runs the name: anybody could register it,
and would be handed the key. True switches all snippets to the short form (then: ``make snapshots``)."""
REPOSITORY: str | None = None
"""The public address of the source; None while there is none."""
