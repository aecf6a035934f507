"""What the shell is told at Tab, without a call over the network."""
