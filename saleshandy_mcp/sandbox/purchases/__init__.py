"""What a workspace can buy: leads, contact data and domains."""
