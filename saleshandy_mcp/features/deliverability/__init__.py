"""Whether mail of the account's own domains arrives."""
