"""Input schemas that every client takes."""
