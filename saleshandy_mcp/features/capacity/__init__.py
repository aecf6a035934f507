"""Mails of the days ahead: what is due from all that runs, and where the limits of senders hold it back."""
