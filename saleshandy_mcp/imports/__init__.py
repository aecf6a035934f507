"""Bulk import: source, check, batches, runner, verdict. The durable engine for 100,000 rows will live here too."""
