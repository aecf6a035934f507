"""What each command takes, and its help. The work stands in another module, which is loaded when the command runs."""
