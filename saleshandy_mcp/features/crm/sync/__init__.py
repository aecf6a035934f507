"""What happened to contacts, as records of the CRM: which they are, what speaks against them, and each once."""
