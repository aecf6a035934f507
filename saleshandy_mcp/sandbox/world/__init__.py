"""What a workspace holds: its tables, its clock, and the file it is kept in. Nothing here changes by itself."""
