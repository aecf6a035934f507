"""Bulk import: from a file to a result for each row."""
