"""Reads the account: which thing a name means, and which facts hold."""
