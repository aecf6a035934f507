"""Lists as sellers have them, made up by chance, and who is meant by each."""
