"""Deliveries of webhooks, checked with the APIs."""
