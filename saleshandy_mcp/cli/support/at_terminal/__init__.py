"""How a command speaks at a terminal: questions, stopping, colours, quoting for the shell."""
