"""Sends the batches of a job and finds out their outcome."""
