"""Finding new people."""
