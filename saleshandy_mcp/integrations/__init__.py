"""Other products beside Saleshandy: each has its own client, on the same kernel and behind the same gate."""
