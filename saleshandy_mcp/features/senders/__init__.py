"""Email accounts that send."""
