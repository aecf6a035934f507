"""Texts of settings in JSON, TOML and YAML: one thing is put into them or taken out, and the rest stays as it is."""
