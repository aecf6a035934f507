"""Deliveries of webhooks: what the APIs say of them."""
