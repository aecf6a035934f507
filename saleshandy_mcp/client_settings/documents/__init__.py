"""Texts of settings in JSON, TOML and YAML: one entry is added or removed, and the rest stays as it is."""
