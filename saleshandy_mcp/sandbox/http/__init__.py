"""What speaks HTTP: the calls that come in, the contract they are judged by, and the calls to webhooks."""
