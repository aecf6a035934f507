"""What is kept on this machine: files of SQLite, the key that signs tokens, the audit file."""
