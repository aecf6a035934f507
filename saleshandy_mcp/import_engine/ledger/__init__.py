"""The record of imports on disk."""
