"""The demo workspace: invented people and texts, and what happened in the eight weeks before its Monday."""
