"""Whom the table itself says not to mail."""
