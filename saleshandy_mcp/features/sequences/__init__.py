"""Sequences: find, read, build, start and pause."""
