"""People who must not be mailed, by the table itself."""
