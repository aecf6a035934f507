"""Sending the batches of a job and finding out what became of them."""
