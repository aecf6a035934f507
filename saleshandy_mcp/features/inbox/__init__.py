"""Conversations with people who answered."""
