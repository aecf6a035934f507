"""What a careful person checks before a sequence starts, and how fast it would send."""
