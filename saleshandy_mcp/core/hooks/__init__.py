"""Deliveries of webhooks: what they say, and what proves that they are genuine."""
