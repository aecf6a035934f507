"""What happened to contacts, written to the CRM as records, each once."""
