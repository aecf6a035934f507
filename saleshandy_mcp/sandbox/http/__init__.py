"""HTTP: incoming calls, the contract that they are checked against, and calls to webhooks."""
