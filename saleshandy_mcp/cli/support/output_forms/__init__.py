"""What a command prints of a list: a table, JSON, CSV or YAML."""
