"""The parts of the demo: its acts, and the stage on which they are played."""
