"""People and companies, deals, tasks and activities of the CRM beside the outreach."""
