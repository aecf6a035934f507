"""People who are stored."""
