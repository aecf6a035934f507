"""Reading the account to find out what is meant and what is so."""
